/** Modals: the top of the person's stack of views, with inputs, errors, and what they do when sent or closed. */

import { act, Refused } from './api.js';
import { renderBlocks } from './blocks.js';
import { h, iconButton } from './dom.js';
import { FormState, missing } from './forms.js';
import { attempt, names, state } from './store.js';
import { plain } from './text.js';

const forms = new Map();

export class Modal {
  constructor() {
    this.node = null;
    this.sign = '';
    this.errors = {};
  }

  draw() {
    const view = state.views.at(-1);
    const sign = JSON.stringify([view?.id, view?.hash, view?.errors, this.errors[view?.id]]);
    if (sign === this.sign) return;
    this.sign = sign;
    if (!view) {
      this.node?.remove();
      this.node = null;
      return;
    }
    this.#open();
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    this.node.replaceChildren(this.#form(view));
    const again = focused && this.node.querySelector(`[data-focus="${CSS.escape(focused)}"]`);
    (again || this.node.querySelector('[aria-invalid=true], [autofocus], .dialog-body :is(input, select, textarea, button)') || this.node.querySelector('button'))?.focus();
  }

  #open() {
    if (this.node) return;
    this.node = h('dialog', { className: 'dialog modal', 'aria-labelledby': 'modal-title', on: { cancel: (event) => { event.preventDefault(); this.close(); } } });
    document.body.append(this.node);
    this.node.showModal();
  }

  #form(view) {
    const form = forms.get(view.id) ?? new FormState();
    forms.set(view.id, form);
    const errors = { ...view.errors, ...this.errors[view.id] };
    const surface = { names, form, errors, act: (block, node, choice) => attempt('action', {
      user: state.me, view_id: view.id, action_id: node.action_id, block_id: block.block_id, values: form.values(view.blocks),
      ...(node.type === 'button' ? (node.value === undefined ? {} : { value: node.value }) : { selected_option: choice }),
    }) };
    const back = state.views.length > 1 && iconButton('back', 'Back', () => this.close());
    return h('form', { novalidate: true, on: { submit: (event) => { event.preventDefault(); this.submit(view, form); } } },
      h('header', { className: 'dialog-head' }, back, h('h2', { id: 'modal-title' }, plain(view.title?.text ?? '')), iconButton('close', 'Close', () => this.close({ all: true }))),
      h('div', { className: 'dialog-body' }, renderBlocks(view.blocks, surface)),
      h('footer', { className: 'dialog-foot' }, h('span', { className: 'grow' }), h('button', { type: 'button', className: 'button', on: { click: () => this.close() } }, plain(view.close?.text ?? 'Close')),
        view.submit && h('button', { type: 'submit', className: 'button primary' }, plain(view.submit.text))));
  }

  async submit(view, form) {
    this.errors[view.id] = missing(form, view.blocks);
    if (Object.keys(this.errors[view.id]).length) return this.draw();
    this.node.setAttribute('aria-busy', 'true');
    try {
      await act('submit_view', { user: state.me, view_id: view.id, values: form.values(view.blocks) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.errors[view.id] = { [view.blocks.find((block) => block.type === 'input')?.block_id]: error.message };
    } finally {
      this.node?.removeAttribute('aria-busy');
    }
    document.dispatchEvent(new CustomEvent('look-again'));
    return this.draw();
  }

  close({ all = false } = {}) {
    const view = state.views.at(-1);
    if (view) attempt('close_view', { user: state.me, view_id: view.id, all });
  }
}
