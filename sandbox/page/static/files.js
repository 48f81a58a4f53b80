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
  return h('a', { className: 'file-card', href: fileUrl(file.id), target: '_blank', rel: 'noopener', download: file.name }, icon('file'),
    h('span', {}, h('strong', {}, file.title || file.name), h('small', {}, `${file.mimetype} · ${bytes(file.size)}`)));
}
