/** Completion in the composer: commands after a slash, people after @, channels after #. */

import { announce, h } from './dom.js';
import { plural } from './format.js';
import { avatar } from './people.js';
import { BOT, state } from './store.js';

/**
 * What could stand where the caret is, for the word that begins before it: `{ from, to, choices: [{ insert, label, detail }] }`
 * or null. A choice replaces `from` to `to`: the rest of the word, and the space that the choice brings along.
 */
export function offers(whole, caret, { inThread = false } = {}) {
  const offer = startingWith(whole.slice(0, caret), inThread);
  return offer && { ...offer, to: caret + /^[\w-]* ?/.exec(whole.slice(caret))[0].length };
}

function startingWith(text, inThread) {
  const command = /^\/(\S*)$/.exec(text);
  if (command && !inThread) {
    const built = [{ command: '/invite', usage_hint: '@imagine', description: 'Bring the app into this channel' }];
    return found(0, [...state.app.commands, ...built].filter((one) => one.command.startsWith(text)).map((one) => ({ insert: `${one.command} `, label: one.command, hint: one.usage_hint, detail: one.description })));
  }
  const word = /(^|\s)([@#])([\w-]*)$/.exec(text);
  if (!word) return null;
  const from = text.length - word[3].length - 1;
  const start = word[3].toLowerCase();
  return found(from, word[2] === '@' ? people(start) : channels(start));
}

const found = (from, choices) => (choices.length ? { from, choices } : null);

function people(start) {
  const known = [...state.users.values()].filter((user) => user.name.startsWith(start) || user.real_name.toLowerCase().startsWith(start));
  known.sort((one, other) => Number(other.id === BOT) - Number(one.id === BOT));
  return known.map((user) => ({ insert: `@${user.name} `, label: user.real_name, detail: user.is_bot ? 'app' : `@${user.name}`, lead: avatar(user.id, 'tiny') }));
}

const channels = (start) =>
  [...state.channels.values()].filter((channel) => !channel.is_im && channel.members.includes(state.me) && channel.name.startsWith(start))
    .map((channel) => ({ insert: `#${channel.name} `, label: `#${channel.name}` }));

/** The hint of a command that is being typed. */
export function usage(text) {
  const command = state.app.commands.find((one) => text.startsWith(`${one.command} `) || text === one.command);
  return command ? { command: command.command, hint: command.usage_hint ?? '', description: command.description ?? '' } : null;
}

/** The list below which the person types: arrows choose, Tab or Enter takes, Escape closes. */
export class Completion {
  constructor(field, takes) {
    this.field = field;
    this.takes = takes;
    this.at = 0;
    this.offer = null;
    this.list = h('ul', { className: 'completion', role: 'listbox', id: `${field.id}-list`, 'aria-label': 'Suggestions', hidden: true });
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', this.list.id);
  }

  show(offer) {
    if (offer && offer.choices.length !== this.offer?.choices.length) announce(`${plural(offer.choices.length, 'suggestion')}: arrows choose, Tab takes`);
    this.offer = offer;
    this.at = 0;
    this.draw();
  }

  draw() {
    this.list.hidden = !this.offer;
    if (!this.offer) return this.field.removeAttribute('aria-activedescendant');
    this.list.replaceChildren(...this.offer.choices.map((choice, index) => h('li', {
      role: 'option', id: `${this.list.id}-${index}`, 'aria-selected': String(index === this.at),
      on: { mousedown: (event) => { event.preventDefault(); this.take(index); } },
    }, choice.lead ?? null, h('span', { className: 'choice' }, h('strong', {}, choice.label), choice.hint && h('code', {}, choice.hint)), choice.detail && h('small', {}, choice.detail))));
    this.list.children[this.at]?.scrollIntoView({ block: 'nearest' });
    return this.field.setAttribute('aria-activedescendant', `${this.list.id}-${this.at}`);
  }

  take(index) {
    const { from, to, choices } = this.offer;
    this.show(null);
    this.takes(from, to, choices[index].insert);
  }

  /** True when the key was for the list. */
  key(event) {
    if (!this.offer) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.offer.choices.length) % this.offer.choices.length;
      this.draw();
    } else if (event.key === 'Tab' || event.key === 'Enter') this.take(this.at);
    else if (event.key === 'Escape') this.show(null);
    else return false;
    event.preventDefault();
    return true;
  }
}
