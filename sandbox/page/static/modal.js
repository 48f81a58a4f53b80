/** Modals: the top of the person's stack of views, with inputs, errors, and what they do when sent or closed. */

import { act, Refused } from './api.js';
import { renderBlocks } from './blocks.js';
import { h, icon, iconButton } from './dom.js';
import { chosen, FormState, hiddenFrom, problems } from './forms.js';
import { attempt, lookAgain, names, state } from './store.js';
import { plain } from './text.js';

const forms = new Map();
/** Stands for the form as a whole among errors by block. */
const FORM = Symbol('form');

/** Where the focus goes when nothing had it, the best first. */
const FIRST = ['[aria-invalid=true]', '[autofocus]', '.dialog-body :is(input, select, textarea, button)', 'button'];

export class Modal {
  constructor() {
    this.node = null;
    this.sign = '';
    this.errors = {};
  }

  draw() {
    const view = state.views.at(-1);
    const mine = this.errors[view?.id];
    const sign = JSON.stringify([view?.id, view?.hash, view?.errors, mine, mine?.[FORM]]);
    if (sign === this.sign) return;
    this.sign = sign;
    if (!view) return this.#shut();
    this.#open();
    const before = this.node.contains(document.activeElement) ? document.activeElement : null;
    const caret = before?.selectionStart ?? null;
    this.node.replaceChildren(this.#form(view));
    const again = before?.dataset.focus && this.node.querySelector(`[data-focus="${CSS.escape(before.dataset.focus)}"]`);
    (again || FIRST.map((where) => this.node.querySelector(where)).find(Boolean))?.focus();
    if (again && caret !== null) again.setSelectionRange?.(caret, caret);
    return undefined;
  }

  #open() {
    if (this.node) return;
    this.node = h('dialog', { className: 'dialog modal', 'aria-labelledby': 'modal-title', on: {
      cancel: (event) => { event.preventDefault(); this.close(); },
      close: () => this.node && this.close({ all: true }),  // the browser insists, at the second Escape
    } });
    document.body.append(this.node);
    this.node.showModal();
  }

  #shut() {
    const shown = this.node;
    this.node = null;
    shown?.close();  // gives the focus back
    shown?.remove();
  }

  #form(view) {
    const form = forms.get(view.id) ?? new FormState({ sticky: true });
    forms.set(view.id, form);
    form.seed(view.state?.values);
    const errors = { ...view.errors, ...this.errors[view.id] };
    const surface = { names, form, errors, hidden: hiddenFrom(state.me, view.pictures), act: (block, node, choice, trigger) => attempt('action', {
      user: state.me, view_id: view.id, action_id: node.action_id, block_id: block.block_id, values: form.values(view.blocks),
      ...chosen(node, choice), ...(trigger ? { trigger } : {}),
    }) };
    const back = state.views.length > 1 && iconButton('back', 'Back', () => this.close());
    return h('form', { novalidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(view, form); } } },
      h('header', { className: 'dialog-head' }, back, h('h2', { id: 'modal-title' }, plain(view.title?.text ?? '')), iconButton('close', 'Close', () => this.close({ all: true }))),
      h('div', { className: 'dialog-body' }, errors[FORM] && h('p', { className: 'form-problem', role: 'alert' }, icon('warn'), errors[FORM]), renderBlocks(view.blocks, surface)),
      h('footer', { className: 'dialog-foot' }, h('span', { className: 'grow' }), h('button', { type: 'button', className: 'button', on: { click: () => this.close() } }, plain(view.close?.text ?? 'Close')),
        view.submit && h('button', { type: 'submit', className: 'button primary' }, plain(view.submit.text))));
  }

  async submit(view, form) {
    this.errors[view.id] = problems(form, view.blocks);
    if (Object.keys(this.errors[view.id]).length) return this.draw();
    if (this.node.getAttribute('aria-busy')) return undefined;
    this.node.setAttribute('aria-busy', 'true');
    try {
      const answer = await act('submit_view', { user: state.me, view_id: view.id, values: form.values(view.blocks) });
      if (!answer.acked) this.errors[view.id] = { [FORM]: 'We had some trouble connecting. Try again?' };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.errors[view.id] = { [FORM]: error.message };
    } finally {
      this.node?.removeAttribute('aria-busy');
    }
    return lookAgain();  // the app may have refused a field, changed the form, or let it close
  }

  close({ all = false } = {}) {
    const view = state.views.at(-1);
    if (view) attempt('close_view', { user: state.me, view_id: view.id, all });
  }
}
