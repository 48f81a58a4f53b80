/** Dialogs and menus: the browser's own <dialog> keeps the focus inside and gives it back. */

import { h, icon, iconButton } from './dom.js';
import { fileUrl } from './api.js';
import { bytes } from './format.js';
import { textObject } from './text.js';

/**
 * Open a dialog. `closed` hears how it ended: the `returnValue`, empty for Escape and the close button.
 * @returns {HTMLDialogElement}
 */
export function dialog({ title, body, footer = null, className = '', closed = () => {} }) {
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  const node = h('dialog', { className: `dialog ${className}`, 'aria-labelledby': id },
    h('header', { className: 'dialog-head' }, h('h2', { id }, title), iconButton('close', 'Close', () => node.close(''))),
    h('div', { className: 'dialog-body' }, body),
    footer && h('footer', { className: 'dialog-foot' }, footer));
  node.addEventListener('close', () => {
    node.remove();
    closed(node.returnValue);
  });
  node.addEventListener('click', (event) => event.target === node && node.close(''));
  document.body.append(node);
  node.showModal();
  return node;
}

/** Block Kit's confirm object; true when the person agrees. */
export function confirmed(confirm, names) {
  return new Promise((resolve) => {
    const style = confirm.style === 'danger' ? 'button danger' : 'button primary';
    const say = (value) => () => node.close(value);
    const node = dialog({
      title: textObject(confirm.title, names),
      body: h('p', {}, textObject(confirm.text, names)),
      footer: [
        h('button', { type: 'button', className: 'button', on: { click: say('') } }, textObject(confirm.deny, names) || 'Cancel'),
        h('button', { type: 'button', className: style, autofocus: true, on: { click: say('yes') } }, textObject(confirm.confirm, names) || 'Yes'),
      ],
      closed: (value) => resolve(value === 'yes'),
    });
  });
}

/** Pictures at full size; arrow keys go through them. */
export function lightbox(files, at = 0) {
  const picture = h('img', { className: 'lightbox-picture' });
  const caption = h('p', { className: 'lightbox-caption' });
  const size = h('button', { type: 'button', className: 'button quiet', on: { click: () => grow(!picture.classList.contains('actual')) } });
  const grow = (big) => {
    picture.classList.toggle('actual', big);
    size.textContent = big ? 'Fit the window' : 'Full size';
  };
  const whole = h('a', { className: 'button quiet', target: '_blank', rel: 'noopener' }, icon('download'), 'Open the file');
  const go = (step) => show((at + step + files.length) % files.length);
  const steps = files.length > 1 && [iconButton('back', 'Previous picture', () => go(-1)), iconButton('next', 'Next picture', () => go(1))];
  const node = dialog({
    title: 'Picture', className: 'lightbox', body: picture,
    footer: [caption, h('span', { className: 'grow' }), steps, size, whole],
  });
  node.addEventListener('keydown', (event) => {
    if (files.length > 1 && event.key === 'ArrowLeft') go(-1);
    if (files.length > 1 && event.key === 'ArrowRight') go(1);
  });
  function show(index) {
    at = index;
    const file = files[at];
    picture.src = fileUrl(file.id);
    picture.alt = file.alt || file.title || file.name || 'Picture';
    node.querySelector('h2').textContent = file.title || file.name || 'Picture';
    const facts = [files.length > 1 && `${at + 1} of ${files.length}`, file.width && `${file.width} × ${file.height}`, file.size && bytes(file.size), file.name];
    caption.textContent = facts.filter(Boolean).join(' · ');
    whole.href = fileUrl(file.id);
    grow(false);
  }
  show(at);
}

/** JSON in a dialog, for developers. */
export function rawDialog(title, value) {
  dialog({ title, className: 'wide', body: h('pre', { className: 'json', tabindex: 0 }, JSON.stringify(value, null, 2)) });
}

let openMenu = null;

/**
 * A menu below `anchor`. Items are `{ label, detail, icon, danger, checked, run }`, `{ heading }` or null for a line.
 * Arrow keys move, Escape closes and gives the focus back.
 */
export function menu(anchor, items, { label = 'Menu', className = '' } = {}) {
  openMenu?.(false);
  const back = document.activeElement;
  const close = (restore = true) => {
    place.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    openMenu = null;
    if (restore) (back?.isConnected ? back : anchor).focus();
  };
  const outside = (event) => node.contains(event.target) || anchor.contains(event.target) || close(false);
  const node = h('div', { className: `menu ${className}`, role: 'menu', 'aria-label': label, on: { keydown: (event) => keys(event, node, close), focusin: (event) => roam(event.target, node) } },
    items.map((item) => menuItem(item, close)));
  const place = h('section', { 'aria-label': label }, node);  // a landmark, so that nothing stands outside of all
  (anchor.closest('dialog') ?? document.body).append(place);
  anchor.setAttribute('aria-expanded', 'true');
  position(node, anchor);
  document.addEventListener('pointerdown', outside, true);
  openMenu = close;
  node.querySelector('[role^=menuitem]')?.focus();
}

function menuItem(item, close) {
  if (item === null) return h('hr', { role: 'separator' });
  if (item.heading) return h('p', { className: 'menu-heading', role: 'presentation' }, item.heading);
  const role = item.checked === undefined ? 'menuitem' : 'menuitemradio';
  return h('button', {
    type: 'button', role, tabindex: -1, className: `menu-item${item.danger ? ' danger' : ''}`,
    'aria-checked': item.checked === undefined ? null : String(item.checked),
    on: { click: () => { close(); item.run(); } },
  }, item.lead ?? (item.icon ? icon(item.icon) : null),
  h('span', { className: 'menu-label' }, item.label, item.detail && h('small', {}, item.detail)),
  item.checked ? icon('check') : null);
}

function keys(event, node, close) {
  const all = [...node.querySelectorAll('[role^=menuitem]')];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined) all[(to + all.length) % all.length].focus();
  else if (event.key === 'Escape') close();
  else if (event.key === 'Tab') close(false);
  else return;
  if (event.key !== 'Tab') event.preventDefault();
  event.stopPropagation();
}

/** Only the item that has the focus is a stop of the Tab key: a long menu must have one to be scrolled without a mouse. */
function roam(item, node) {
  for (const one of node.querySelectorAll('[role^=menuitem]')) one.tabIndex = one === item ? 0 : -1;
}

function position(node, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const below = at.bottom + size.height + 12 < innerHeight;
  node.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  node.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - size.height - 4)}px`;
}
