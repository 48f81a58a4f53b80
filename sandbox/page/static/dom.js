/** Elements without HTML strings: text becomes text nodes, so nothing that anyone wrote is ever parsed. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Make an element. `on` holds listeners, `data` dataset entries; `null` and `false` leave an attribute out.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...any} children nodes, strings, arrays of them; null and false are skipped
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, call] of Object.entries(value)) node.addEventListener(event, call);
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'value') node.value = value;
    else node.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : String(value));
  }
  append(node, children);
  return node;
}

/** Append nodes and strings, however nested. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/** Pictures of the controls, as path data on a 20 × 20 grid, drawn with strokes. */
const ICONS = {
  hash: 'M8 3 6 17M14 3l-2 14M3.5 7.5h14M2.5 12.5h14',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  reply: 'M4 5h12v8H9l-3.5 3v-3H4z',
  smile: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M7 12c1.6 2 4.4 2 6 0M7.5 8v.5M12.5 8v.5',
  more: 'M10 4.5v.01M10 10v.01M10 15.5v.01',
  clip: 'M15.5 9.5 10 15a3.5 3.5 0 0 1-5-5l6-6a2.3 2.3 0 0 1 3.3 3.3l-6 6a1.2 1.2 0 0 1-1.7-1.7L12 6.2',
  send: 'M3.5 4.5 17 10 3.5 15.5 5 10zM5 10h5',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  next: 'M8 4.5 13.5 10 8 15.5',
  down: 'M5 7.5 10 12.5 15 7.5',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4',
  code: 'M7 5.5 2.5 10 7 14.5M13 5.5l4.5 4.5-4.5 4.5',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M16 4l-1.4 1.4M5.4 14.6 4 16',
  moon: 'M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5',
  half: 'M10 17a7 7 0 1 0 0-14zM10 3v14',
  file: 'M5 2.5h6.5L15.5 6.5v11H5zM11 2.5v4.5h4.5',
  download: 'M10 3v10M6 9.5l4 4 4-4M4 17h12',
  home: 'M3 9.5 10 3.5l7 6V17h-5v-4.5H8V17H3z',
  people: 'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 17c0-3.5 2.5-5 5.5-5s5.5 1.5 5.5 5M13 4a2.7 2.7 0 0 1 0 5.2M14.5 12.2c2.2.6 3.5 2 3.5 4.8',
  bolt: 'M11 2.5 4.5 11.5H10l-1 6 6.5-9H10z',
  check: 'M4.5 10.5 8.5 14.5 16 6',
  warn: 'M10 3 18 17H2zM10 8v4M10 14.5v.01',
};

/** One of the icons above; decoration only, so the control around it carries the label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and says its label to those who cannot see it, or who hover. */
export function iconButton(name, label, click, props = {}) {
  const classes = `icon-button ${props.className ?? ''}`.trim();
  return h('button', { type: 'button', title: label, 'aria-label': label, ...props, className: classes,
    on: { click } }, icon(name));
}

/**
 * Bring the children of `parent` in line with `items`, keeping the nodes whose signature is unchanged:
 * pictures do not flicker, and what is focused or half typed stays.
 * @param {HTMLElement} parent
 * @param {any[]} items
 * @param {(item: any) => string} key
 * @param {(item: any) => string} signature
 * @param {(item: any, old: HTMLElement | undefined) => HTMLElement} render
 */
export function keyed(parent, items, key, signature, render) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = null;
  for (const item of items) {
    const name = key(item);
    const sign = signature(item);
    const had = old.get(name);
    old.delete(name);
    const node = had && had.signature === sign ? had : exchange(had, () => render(item, had), name, sign);
    const after = place ? place.nextSibling : parent.firstChild;
    if (node !== after) parent.insertBefore(node, after);
    place = node;
  }
  for (const node of old.values()) node.remove();
}

function exchange(had, render, name, sign) {
  const focused = had?.contains(document.activeElement) ? document.activeElement.dataset.focus : null;  // rendering may take parts over
  const made = render();
  made.dataset.key = name;
  made.signature = sign;
  if (!had) return made;
  had.replaceWith(made);
  if (focused) made.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  return made;
}

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  document.getElementById('live').textContent = text;
}

/** A sentence at the bottom of the page, for what went wrong; it goes away by itself. */
export function toast(text) {
  const note = h('div', { className: 'toast' }, icon('warn'), h('span', {}, text));
  document.getElementById('toasts').append(note);
  setTimeout(() => note.remove(), 8000);
}
