/** The middle of the page: a conversation, or the app's Home; and the thread beside it. */

import { Composer } from './composer.js';
import { menu } from './dialogs.js';
import { announce, h, icon, iconButton } from './dom.js';
import { byTime, plural } from './format.js';
import { homeView } from './home.js';
import { drawMessages } from './messages.js';
import { avatar } from './people.js';
import { attempt, BOT, botChat, changed, find, open, openThread, personOf, replies, roots, see, state, titleOf } from './store.js';

/** What a newcomer may try with one click: it is put into the composer, not sent. */
const TRIES = [
  ['Draw a picture', '/imagine a lighthouse at dusk, oil on canvas --quality low'],
  ['Three at once', '/imagine a poster for a jazz night --ar 2:3 --n 3 --quality low'],
  ['Be refused', '/imagine a castle [moderate]'],
  ['Fail, refunded', '/imagine a broken vase [fail] --quality low'],
  ['Get help', '/imagine help'],
];

/** A list that keeps showing its end, unless the person has scrolled up. */
class Scroller {
  constructor(label) {
    this.list = h('div', { className: 'messages', role: 'log', 'aria-label': label });
    this.node = h('div', { className: 'scroll', tabindex: 0, 'aria-label': label, role: 'region', on: { scroll: () => this.#scrolled() } }, this.list);
    this.atEnd = true;
    this.top = 0;
    const watcher = new ResizeObserver(() => this.atEnd && this.toEnd());
    watcher.observe(this.list);
    watcher.observe(this.node);
  }

  /** Only going up leaves the end: a picture that loads makes the distance grow too. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    if (scrollHeight - scrollTop - clientHeight < 60) this.atEnd = true;
    else if (scrollTop < this.top - 1) this.atEnd = false;
    this.top = scrollTop;
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }
}

export class Conversation {
  constructor(root) {
    this.root = root;
    this.head = h('header', { className: 'pane-head' });
    this.intro = h('div', { className: 'intro' });
    this.scroller = new Scroller('Messages');
    this.scroller.node.prepend(this.intro);
    this.home = h('div', { className: 'home scroll', tabindex: 0 });
    this.composer = new Composer({ id: 'composer', label: 'Message', target: () => ({ channel: state.place, thread: null }), zone: root });
    root.append(this.head, this.scroller.node, this.home, this.composer.node);
    this.key = '';
    this.headSign = '';
  }

  draw() {
    const channel = state.channels.get(state.place) ?? { id: state.place, kind: 'bot', name: '', members: [state.me, BOT] };
    const isHome = state.place === 'home';
    this.#drawHead(channel, isHome);
    this.home.hidden = !isHome;
    this.scroller.node.hidden = this.composer.node.hidden = isHome;
    if (isHome) return homeView(this.home);
    const key = `${state.me}/${state.place}`;
    if (key !== this.key) {
      this.key = key;
      this.scroller.atEnd = true;
      this.intro.replaceChildren(...intro(channel, this.composer));
    }
    const list = roots(state.place);
    drawMessages(this.scroller.list, list);
    if (this.scroller.atEnd) this.scroller.toEnd();
    if (see(state.place, list.at(-1)?.ts)) changed();
    return this.composer.show(key, `Message ${titleOf(channel)}`);
  }

  #drawHead(channel, isHome) {
    const sign = JSON.stringify([state.me, isHome, channel.id, channel.members, state.home?.hash]);
    if (sign === this.headSign) return;
    this.headSign = sign;
    const back = iconButton('back', 'All conversations', () => { state.pane = 'list'; changed(); }, { className: 'phone-only' });
    if (isHome || channel.kind === 'bot') return this.head.replaceChildren(back, avatar(BOT, 'small'), h('h2', {}, state.app.name), tabs(isHome));
    const members = h('button', { type: 'button', className: 'button quiet members', 'aria-haspopup': 'menu', 'aria-label': `${plural(channel.members.length, 'member')}`, on: { click: () => menu(members, memberItems(channel), { label: 'Members' }) } },
      icon('people'), String(channel.members.length));
    return this.head.replaceChildren(back, h('h2', {}, mark(channel), titleOf(channel).replace('#', '')), h('span', { className: 'grow' }), members);
  }
}

const mark = (channel) => (channel.kind === 'im' ? avatar(personOf(channel), 'small') : icon(channel.kind === 'group' ? 'lock' : 'hash'));

function tabs(isHome) {
  const tab = (label, on, go) => h('button', { type: 'button', role: 'tab', className: 'tab', 'aria-selected': String(on), on: { click: go } }, label);
  return h('div', { className: 'tabs', role: 'tablist', 'aria-label': state.app.name }, tab('Home', isHome, () => open('home')), tab('Messages', !isHome, () => open(botChat())));
}

function memberItems(channel) {
  const people = channel.members.map((id) => ({ lead: avatar(id, 'tiny'), label: state.users.get(id)?.real_name ?? id, run: () => {} }));
  const hasBot = channel.members.includes(BOT);
  return [{ heading: plural(people.length, 'member') }, ...people, null,
    { icon: hasBot ? 'close' : 'people', label: hasBot ? `Remove ${state.app.name}` : `Add ${state.app.name} to this channel`, danger: hasBot,
      run: () => attempt(hasBot ? 'kick' : 'invite', { channel: channel.id, user: BOT }) }];
}

/** The top of a conversation: where one is, and what to try. */
function intro(channel, composer) {
  const where = channel.kind === 'bot' ? `This is your conversation with ${state.app.name}.` : channel.kind === 'im' ? 'This is a conversation between two people.' : `This is the very beginning of ${titleOf(channel)}.`;
  const without = !channel.members.includes(BOT) && channel.kind !== 'im' && h('p', { className: 'note' }, icon('warn'), `${state.app.name} is not a member here. `,
    h('button', { type: 'button', className: 'link', on: { click: () => attempt('invite', { channel: channel.id, user: BOT }) } }, `Add ${state.app.name}`));
  return [h('h3', {}, channel.kind === 'bot' ? avatar(BOT) : mark(channel), titleOf(channel).replace('#', '')), h('p', {}, where, ' Everything here is a sandbox: no account, nothing to pay.'), without,
    h('div', { className: 'tries', role: 'group', 'aria-label': 'Things to try' }, TRIES.map(([label, text]) => h('button', { type: 'button', className: 'try', title: text, on: { click: () => composer.fill(text) } }, label)))].filter(Boolean);
}

export class Thread {
  constructor(root) {
    this.root = root;
    this.where = h('small', {});
    this.scroller = new Scroller('Messages of the thread');
    this.composer = new Composer({ id: 'thread-composer', label: 'Reply', target: () => ({ channel: state.place, thread: state.thread }), zone: root });
    this.root.append(h('header', { className: 'pane-head' }, h('h2', {}, 'Thread ', this.where), h('span', { className: 'grow' }), iconButton('close', 'Close thread', () => this.close())), this.scroller.node, this.composer.node);
    this.key = '';
    root.addEventListener('keydown', (event) => event.key === 'Escape' && !event.defaultPrevented && this.close());
  }

  close() {
    const ts = state.thread;
    openThread(null);
    setTimeout(() => document.querySelector(`.message[data-ts="${CSS.escape(ts ?? '')}"] .thread-bar`)?.focus(), 30);
  }

  draw() {
    const root = state.thread && state.place !== 'home' ? find(state.place, state.thread) : null;
    this.root.hidden = !root;
    if (!root) { this.key = ''; return; }
    const list = replies(state.place, state.thread).sort(byTime);
    const key = `${state.me}/${state.place}/${state.thread}`;
    if (key !== this.key) {
      this.key = key;
      this.scroller.atEnd = true;
      this.where.textContent = titleOf(state.channels.get(state.place) ?? { kind: 'bot' });
      announce(`Thread with ${plural(list.length, 'message')}`);
    }
    drawMessages(this.scroller.list, [root, ...list], { inThread: true });
    if (this.scroller.atEnd) this.scroller.toEnd();
    if (see(`${state.place}/${state.thread}`, list.at(-1)?.ts)) changed();
    this.composer.show(key, 'Reply…');
  }
}
