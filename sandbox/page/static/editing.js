/** Rewriting one's own message where it stands. What is half written stays while the message around it changes. */

import { h } from './dom.js';
import { attempt, changed, names, state } from './store.js';
import { asTyped } from './text.js';

/** @type {Map<string, { form: HTMLElement, field: HTMLElement, shown: boolean }>} what is being rewritten, in which list, by whom */
const open = new Map();
const keyOf = (record, inThread) => JSON.stringify([state.me, record.channel, record.ts, inThread]);

/** Whether this person rewrites this message in this list. */
export const isEdited = (record, inThread) => open.has(keyOf(record, inThread));

/** Their form, the same at every drawing, to stand in place of the message's text; it takes the focus when it is new. */
export function editForm(record, inThread) {
  const held = open.get(keyOf(record, inThread));
  if (!held.shown) queueMicrotask(() => held.field.focus());
  held.shown = true;
  return held.form;
}

/** Begin to rewrite a message; one that is being rewritten is left as it is. */
export function edit(record, inThread) {
  const key = keyOf(record, inThread);
  if (open.has(key)) return;
  const field = h('textarea', { className: 'input', rows: 2, 'aria-label': 'Edit message', value: asTyped(record.text, names), data: { focus: 'edit' } });
  const done = () => {
    open.delete(key);
    changed();
    document.getElementById(inThread ? 'thread-composer' : 'composer').focus();
  };
  const save = async (event) => {
    event.preventDefault();
    if (await attempt('edit_message', { user: state.me, channel: record.channel, ts: record.ts, text: field.value.trim() })) done();
  };
  const form = h('form', { className: 'edit-form', on: { submit: save, keydown: (event) => {
    if (event.key === 'Escape') done();
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) form.requestSubmit();
    else return;
    event.preventDefault();  // Escape would close the thread, too
  } } }, field, h('div', { className: 'row' }, h('button', { type: 'submit', className: 'button primary' }, 'Save'), h('button', { type: 'button', className: 'button', on: { click: done } }, 'Cancel')));
  open.set(key, { form, field, shown: false });
  changed();
}
