/** Blocks as Slack shows them. What this page does not know is shown as such, with its JSON. */

import { fileUrl } from './api.js';
import { lightbox } from './dialogs.js';
import { h, icon } from './dom.js';
import { element } from './elements.js';
import { state } from './store.js';
import { plain, richText, textObject } from './text.js';

/**
 * @param {any[]} blocks
 * @param {any} surface see elements.js; `errors` are sentences by block_id
 * @returns {HTMLElement[]}
 */
export const renderBlocks = (blocks, surface) => (blocks ?? []).map((block) => renderBlock(block, surface));

/** A message's attachments, as apps sent them before there were blocks. */
export const renderAttachments = (attachments) =>
  (attachments ?? []).map((one) => unknown(one, 'attachment', one.title ?? one.fallback ?? one.text ?? 'without a title'));

function renderBlock(block, surface) {
  const made = MAKERS[block.type]?.(block, surface) ?? unknown(block, 'block');
  made.dataset.block = block.type;
  return made;
}

/** Something this page cannot draw: what it is, and its JSON to unfold. */
function unknown(node, where, name = node?.type ?? 'without a type') {
  return h('details', { className: 'block unknown' },
    h('summary', {}, icon('warn'), h('span', {}, `Unsupported ${where}: ${name}`), h('small', {}, 'Slack may show it; this page cannot')),
    h('pre', { tabindex: 0 }, JSON.stringify(node, null, 2)));
}

const part = (node, block, surface, label) => element(node, block, surface, label) ?? (node.type === 'image' ? smallImage(node, surface) : unknown(node, 'element'));

function section(block, surface) {
  return h('div', { className: 'block section' },
    h('div', { className: 'section-text' },
      block.text && h('div', { className: 'text' }, textObject(block.text, surface.names)),
      block.fields && h('div', { className: 'fields' }, block.fields.map((field) => h('div', { className: 'text' }, textObject(field, surface.names))))),
    block.accessory && h('div', { className: 'accessory' }, part(block.accessory, block, surface)));
}

function context(block, surface) {
  return h('div', { className: 'block context' }, (block.elements ?? []).map((node) =>
    node.type === 'image' ? smallImage(node, surface) : h('span', { className: 'text' }, textObject(node, surface.names))));
}

function actions(block, surface) {
  return h('div', { className: 'block actions' }, (block.elements ?? []).map((node) => part(node, block, surface)));
}

let inputs = 0;

function inputBlock(block, surface) {
  const id = `field-${(inputs += 1)}`;
  const error = surface.errors?.[block.block_id];
  const control = part(block.element, block, surface, id);
  const field = control.matches('input,select,textarea') ? control : control.querySelector('input,select,textarea');
  if (error) field?.setAttribute('aria-invalid', 'true');
  if (error || block.hint) field?.setAttribute('aria-describedby', `${id}-more`);
  const grouped = control.matches('.ticks');
  return h('div', { className: `block field${error ? ' has-error' : ''}` },
    h(grouped ? 'div' : 'label', { className: 'label', id: `${id}-label`, for: grouped ? null : id }, plain(block.label?.text ?? ''), block.optional && h('span', { className: 'optional' }, ' (optional)')),
    control,
    h('div', { id: `${id}-more`, className: 'hint' }, error ? h('span', { className: 'error', role: 'alert' }, icon('warn'), error) : block.hint && plain(block.hint.text)));
}

/** The id of an uploaded file, from `{ id }` or from its private address. */
const slackFileId = (file) => file?.id ?? /files-pri\/[^/]*?-(F[A-Z0-9]+)/.exec(file?.url ?? '')?.[1];

/** Where a picture's bytes are; null for other hosts, which this page never asks. */
function source(block) {
  const id = slackFileId(block.slack_file);
  if (id) return fileUrl(id);
  const url = block.image_url ? new URL(block.image_url, location.href) : null;
  return url && url.origin === location.origin ? url.href : null;
}

/** Slack shows a file only to whoever may see it. */
const missing = () => h('span', { className: 'missing-picture' }, icon('warn'), 'File not found');

const isHidden = (node, surface) => surface.hidden?.has(slackFileId(node.slack_file)) ?? false;

const smallImage = (node, surface) => isHidden(node, surface) ? missing() :
  source(node) ? h('img', { className: 'context-image', src: source(node), alt: node.alt_text ?? '' }) : h('span', { className: 'remote', title: node.image_url }, `[${node.alt_text}]`);

function image(block, surface) {
  const id = slackFileId(block.slack_file);
  const file = state.files.get(id) ?? { id };
  const title = block.title && h('figcaption', {}, textObject(block.title, surface.names));
  if (isHidden(block, surface)) return h('figure', { className: 'block image' }, title, missing());
  if (!source(block)) return h('figure', { className: 'block image' }, title, h('p', { className: 'remote' }, icon('file'), `Picture from ${block.image_url}: “${block.alt_text}” (this page loads nothing from other hosts)`));
  const open = () => (id ? lightbox([{ ...file, alt: block.alt_text }]) : window.open(source(block), '_blank', 'noopener'));
  return h('figure', { className: 'block image' }, title,
    h('button', { type: 'button', className: 'picture', 'aria-label': `Show at full size: ${block.alt_text}`, data: { focus: `image-${id}` }, on: { click: open } },
      h('img', { src: source(block), alt: block.alt_text ?? '', width: file.width || null, height: file.height || null })));
}

const MAKERS = {
  section, context, actions, image, input: inputBlock,
  divider: () => h('hr', { className: 'block divider' }),
  header: (block) => h('h3', { className: 'block header' }, plain(block.text?.text ?? '')),
  rich_text: (block, surface) => h('div', { className: 'block rich text' }, richText(block, surface.names, (node) => unknown(node, 'rich text'))),
  alert: (block, surface) => h('div', { className: `block alert alert-${block.level ?? 'default'}`, role: 'note' }, textObject(block.text, surface.names)),
};
