/** Where people write: commands, messages, files by button, paste and drop. */

import { act, encoded, Refused } from './api.js';
import { Completion, offers, usage } from './completion.js';
import { h, iconButton } from './dom.js';
import { bytes } from './format.js';
import { BOT, state } from './store.js';

/** A composer for one conversation or thread; drafts survive going elsewhere and coming back. */
export class Composer {
  #drafts = new Map();
  #files = [];
  #key = '';

  /** @param {{ id: string, label: string, target: () => { channel: string, thread: string | null } }} how */
  constructor({ id, label, target }) {
    this.target = target;
    this.field = h('textarea', { id, className: 'composer-field', rows: 1, role: 'combobox', 'aria-label': label, 'aria-expanded': 'false', on: {
      input: () => this.#typed(), keydown: (event) => this.#key_(event), paste: (event) => this.#take(event.clipboardData?.files, event),
      blur: () => this.completion.show(null),
    } });
    this.completion = new Completion(this.field, (from, text) => this.fill(this.field.value.slice(0, from) + text));
    this.hint = h('div', { className: 'usage', hidden: true });
    this.chips = h('ul', { className: 'chips', 'aria-label': 'Attached files' });
    this.problem = h('p', { className: 'composer-problem', role: 'alert', hidden: true });
    this.chooser = h('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Attach files', on: { change: () => { this.#take(this.chooser.files); this.chooser.value = ''; } } });
    this.sendButton = iconButton('send', 'Send', () => this.send(), { className: 'send' });
    this.node = h('div', { className: 'composer', on: {
      dragover: (event) => { event.preventDefault(); this.node.classList.add('dropping'); },
      dragleave: () => this.node.classList.remove('dropping'),
      drop: (event) => { event.preventDefault(); this.node.classList.remove('dropping'); this.#take(event.dataTransfer?.files); },
    } }, this.problem, h('div', { className: 'composer-box' }, this.completion.list, this.hint, this.field, this.chips,
      h('div', { className: 'composer-bar' }, iconButton('clip', 'Attach files', () => this.chooser.click()), this.chooser,
        h('span', { className: 'composer-tip' }, h('kbd', {}, 'Enter'), ' sends · ', h('kbd', {}, '/'), ' commands · ', h('kbd', {}, '@'), ' people'), h('span', { className: 'grow' }), this.sendButton)),
    h('div', { className: 'drop-note', 'aria-hidden': 'true' }, 'Drop to attach'));
  }

  /** Be about this conversation from now on. */
  show(key, placeholder) {
    this.field.placeholder = placeholder;
    this.field.setAttribute('aria-label', placeholder);
    if (key === this.#key) return;
    this.#drafts.set(this.#key, this.field.value);
    this.#key = key;
    this.#files = [];
    this.#say(null);
    this.fill(this.#drafts.get(key) ?? '', false);
  }

  /** Put text in, as if typed. */
  fill(text, focus = true) {
    this.field.value = text;
    if (focus) this.field.focus();
    this.#typed(focus);
  }

  #typed(complete = true) {
    const text = this.field.value;
    const inThread = this.target().thread !== null;
    this.completion.show(complete && this.field.selectionEnd === text.length ? offers(text, { inThread }) : null);
    const known = inThread ? null : usage(text);
    this.hint.hidden = !known;
    if (known) this.hint.replaceChildren(h('strong', {}, known.command), ' ', h('code', {}, known.hint), h('small', {}, known.description));
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 220)}px`;
    this.#draw();
  }

  #key_(event) {
    if (this.completion.key(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  #take(files, event = null) {
    if (!files?.length) return;
    event?.preventDefault();
    this.#files.push(...[...files].map((file) => ({ file, url: file.type.startsWith('image/') ? URL.createObjectURL(file) : null })));
    this.#draw();
    this.field.focus();
  }

  #draw() {
    this.chips.hidden = !this.#files.length;
    this.chips.replaceChildren(...this.#files.map((held) => h('li', { className: 'chip' },
      held.url && h('img', { src: held.url, alt: '' }), h('span', {}, held.file.name, h('small', {}, bytes(held.file.size))),
      iconButton('close', `Remove ${held.file.name}`, () => { this.#files = this.#files.filter((one) => one !== held); URL.revokeObjectURL(held.url); this.#draw(); }))));
    this.sendButton.disabled = !this.field.value.trim() && !this.#files.length;
  }

  #say(problem) {
    this.problem.hidden = !problem;
    this.problem.textContent = problem ?? '';
  }

  /** Send what is there; what the workspace refuses comes back into the field. */
  async send() {
    const text = this.field.value.trim();
    const held = this.#files;
    if (!text && !held.length) return;
    this.#files = [];
    this.#say(null);
    this.fill('');
    this.node.setAttribute('aria-busy', 'true');
    try {
      await this.#post(text, held);
      held.forEach((one) => one.url && URL.revokeObjectURL(one.url));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#files = held;
      this.#say(error.message);
      this.fill(text);
    } finally {
      this.node.removeAttribute('aria-busy');
    }
  }

  async #post(text, held) {
    const { channel, thread } = this.target();
    const typed = /^(\/[\w-]+)(?:\s+([\s\S]*))?$/.exec(text);
    if (typed && thread) throw new Refused(`${typed[1]} is not supported in threads. Sorry!`);
    if (typed && held.length) throw new Refused('A command cannot carry files: send them as a message.');
    if (typed?.[1] === '/invite') return act('invite', { channel, user: BOT });
    if (typed && !state.app.commands.some((one) => one.command === typed[1])) throw new Refused(`${typed[1]} is not a valid command.`);
    if (typed) return act('command', { user: state.me, channel, command: typed[1], text: typed[2] ?? '' });
    const files = await Promise.all(held.map((one) => encoded(one.file)));
    return act('message', { user: state.me, channel, text, ...(thread ? { thread_ts: thread } : {}), ...(files.length ? { files } : {}) });
  }
}
