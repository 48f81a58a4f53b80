/** Files below a message: previews that open at full size, cards for the rest. */

import { fileUrl } from './api.js';
import { lightbox } from './dialogs.js';
import { h, icon } from './dom.js';
import { bytes } from './format.js';

const SHOWN = /^image\/(png|jpeg|gif|webp)$/;

/** @param {any[]} files the files of one message */
export function fileList(files) {
  if (!files.length) return null;
  const pictures = files.filter(isPicture).map((file) => ({ ...file, alt: file.alt_txt }));
  return h('div', { className: `files${pictures.length > 1 ? ' many' : ''}` }, files.map((file) =>
    isPicture(file) ? preview(file, pictures) : card(file)));
}

const isPicture = (file) => SHOWN.test(file.mimetype) && file.width > 0 && !file.deleted && file.mode !== 'tombstone';

function preview(file, pictures) {
  const open = () => lightbox(pictures, pictures.findIndex((one) => one.id === file.id));
  const name = file.alt_txt || file.title || file.name;
  return h('figure', { className: 'file' },
    h('figcaption', { title: `${file.name} · ${bytes(file.size)}` }, file.title || file.name),
    h('button', { type: 'button', className: 'picture', 'aria-label': `Show at full size: ${name}`, data: { focus: `file-${file.id}` }, on: { click: open } },
      h('img', { src: fileUrl(file.id), alt: name, width: file.width, height: file.height })));
}

function card(file) {
  if (file.deleted || file.mode === 'tombstone') return h('p', { className: 'file-card gone' }, icon('file'), 'This file was deleted.');
  if (!file.mimetype) return h('p', { className: 'file-card' }, icon('file'), h('span', {}, h('strong', {}, file.name), h('small', {}, 'Slack is still processing it')));
  if (isText(file)) return textFile(file);
  return h('a', { className: 'file-card', href: fileUrl(file.id), target: '_blank', rel: 'noopener', download: file.name }, icon('file'),
    h('span', {}, h('strong', {}, file.title || file.name), h('small', {}, `${file.mimetype} · ${bytes(file.size)}`)));
}

const LINES = 12;
const MOST_TEXT = 200_000;
const texts = new Map();
const isText = (file) => /^text\/(csv|plain)$/.test(file.mimetype) && file.size <= MOST_TEXT;

/** A text or CSV file: its first lines, and all of them at a click. */
function textFile(file) {
  const shown = h('pre', { className: 'file-text', tabindex: 0, 'aria-label': file.name }, 'Loading…');
  const more = h('button', { type: 'button', className: 'link', hidden: true, data: { focus: `text-${file.id}` } });
  const draw = (text, whole) => {
    const lines = text.replace(/\n$/, '').split('\n');
    shown.textContent = (whole ? lines : lines.slice(0, LINES)).join('\n');
    more.hidden = lines.length <= LINES;
    more.textContent = whole ? 'Show less' : `Show all ${lines.length} lines`;
    more.onclick = () => draw(text, !whole);
  };
  if (!texts.has(file.id)) texts.set(file.id, fetch(fileUrl(file.id)).then((answer) => answer.text()));
  texts.get(file.id).then((text) => draw(text, false), () => { shown.textContent = 'This file could not be loaded.'; });
  return h('figure', { className: 'file text-file' },
    h('figcaption', {}, h('a', { href: fileUrl(file.id), target: '_blank', rel: 'noopener' }, file.title || file.name), ` · ${bytes(file.size)}`), shown, more);
}
