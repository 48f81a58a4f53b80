/** Where people write: commands, messages, files by button, paste and drop. */

import { act, encoded, Refused } from './api.js';
import { Completion, offers, usage } from './completion.js';
import { menu } from './dialogs.js';
import { h, iconButton } from './dom.js';
import { bytes } from './format.js';
import { attempt, BOT, state } from './store.js';

const globalShortcuts = () => state.app.shortcuts.filter((shortcut) => shortcut.type === 'global');

/** Keys that move the caret and type nothing. */
const MOVES = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End']);

/** A composer for one conversation or thread; drafts survive going elsewhere and coming back. */
export class Composer {
  #drafts = new Map();
  #files = [];
  #key = '';

  /** @param {{ id: string, label: string, target: () => { channel: string, thread: string | null }, zone: HTMLElement }} how `zone` takes what is dropped */
  constructor({ id, label, target, zone }) {
    this.target = target;
    this.field = h('textarea', { id, className: 'composer-field', rows: 1, 'aria-label': label, on: {
      input: () => this.#typed(), click: () => this.#typed(), keydown: (event) => this.#key_(event), keyup: (event) => MOVES.has(event.key) && this.#typed(), paste: (event) => this.#take(event.clipboardData?.files, event),
      blur: () => this.completion.show(null),
    } });
    this.completion = new Completion(this.field, (from, to, text) => this.#insert(from, to, text));
    this.hint = h('div', { className: 'usage', hidden: true });
    this.chips = h('ul', { className: 'chips', 'aria-label': 'Attached files' });
    this.problem = h('p', { className: 'composer-problem', role: 'alert', hidden: true });
    this.chooser = h('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Attach files', on: { change: () => { this.#take(this.chooser.files); this.chooser.value = ''; } } });
    this.shortcuts = this.#shortcuts();
    this.sendButton = iconButton('send', 'Send', () => this.send(), { className: 'send' });
    zone.addEventListener('dragover', (event) => this.#dragged(event, true));
    zone.addEventListener('dragleave', (event) => zone.contains(event.relatedTarget) || this.#dragged(event, false));
    zone.addEventListener('drop', (event) => { this.#dragged(event, false); this.#take(event.dataTransfer?.files); });
    this.node = h('div', { className: 'composer' }, this.problem, h('div', { className: 'composer-box' }, this.completion.list, this.hint, this.field, this.chips,
      h('div', { className: 'composer-bar' }, iconButton('clip', 'Attach files', () => this.chooser.click()), this.chooser, this.shortcuts,
        h('span', { className: 'composer-tip' }, h('kbd', {}, 'Enter'), ' sends · ', h('kbd', {}, '/'), ' commands · ', h('kbd', {}, '@'), ' people'), h('span', { className: 'grow' }), this.sendButton)),
    h('div', { className: 'drop-note', 'aria-hidden': 'true' }, 'Drop to attach'));
  }

  #dragged(event, inside) {
    event.preventDefault();
    this.node.classList.toggle('dropping', inside && !this.node.hidden);
  }

  /** The app's global shortcuts, as behind Slack's plus sign. */
  #shortcuts() {
    const items = () => globalShortcuts().map(({ name, description, callback_id: id }) => ({ icon: 'bolt', label: name, detail: description, run: () => attempt('shortcut', { user: state.me, callback_id: id, channel: state.place }) }));
    return iconButton('bolt', 'Shortcuts', () => menu(this.shortcuts, [{ heading: state.app.name }, ...items()], { label: 'Shortcuts' }), { 'aria-haspopup': 'menu' });
  }

  /** Be about this conversation from now on. */
  show(key, placeholder) {
    this.field.placeholder = placeholder;
    this.field.setAttribute('aria-label', placeholder);
    this.shortcuts.hidden = !globalShortcuts().length;
    if (key === this.#key) return;
    this.#drafts.set(this.#key, { text: this.field.value, files: this.#files });
    this.#key = key;
    const draft = this.#drafts.get(key) ?? { text: '', files: [] };
    this.#files = draft.files;
    this.#say(null);
    this.fill(draft.text, false);
  }

  /** Put text in, as if typed. */
  fill(text, focus = true) {
    this.field.value = text;
    if (focus) this.field.focus();
    this.#typed(focus);
  }

  #insert(from, to, text) {
    const { value } = this.field;
    this.fill(value.slice(0, from) + text + value.slice(to));
    this.field.setSelectionRange(from + text.length, from + text.length);
    this.completion.show(null);
  }

  #typed(complete = true) {
    const text = this.field.value;
    const inThread = this.target().thread !== null;
    const { selectionStart: from, selectionEnd: caret } = this.field;
    this.completion.show(complete && from === caret ? offers(text, caret, { inThread }) : null);
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
