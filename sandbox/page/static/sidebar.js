/** The list of conversations. */

import { h, icon } from './dom.js';
import { avatar } from './people.js';
import { BOT, botChat, isUnread, myChannels, open, personOf, state, titleOf } from './store.js';

/** Draw the whole list, when something in it changed. */
export function drawSidebar(root) {
  const channels = myChannels();
  const rows = channels.map((channel) => [channel.id, isUnread(channel.id)]);
  const sign = JSON.stringify([state.me, state.place, rows, isUnread(botChat()), state.connected, state.bot.running]);
  if (root.signature === sign) return;
  root.signature = sign;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.place : null;
  const rooms = channels.filter((channel) => channel.kind !== 'im');
  root.replaceChildren(...[
    group('Channels', rooms.map((channel) => row(channel.id, icon(channel.kind === 'group' ? 'lock' : 'hash'), channel.name))),
    group('Direct messages', channels.filter((channel) => channel.kind === 'im').map((channel) => row(channel.id, avatar(personOf(channel), 'tiny'), titleOf(channel)))),
    group('Apps', [row(botChat(), avatar(BOT, 'tiny'), state.app.name, state.bot.running ? null : 'away'), row('home', icon('home'), `${state.app.name} Home`)]),
    h('p', { className: `sidebar-foot${state.connected ? '' : ' lost'}`, role: 'status' }, state.connected ? 'Live' : 'Reconnecting…'),
  ].filter(Boolean));
  if (focused) root.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
}

const group = (title, rows) => rows.length > 0 && h('section', { className: 'side-group' }, h('h2', {}, title), h('ul', {}, rows));

function row(id, lead, label, note = null) {
  const unread = id !== 'home' && id !== state.place && isUnread(id);
  return h('li', {}, h('button', {
    type: 'button', className: `side-row${unread ? ' unread' : ''}`, 'aria-current': id === state.place ? 'page' : null, data: { place: id }, on: { click: () => open(id) },
  }, lead, h('span', { className: 'side-label' }, label), note && h('small', {}, note), unread && h('span', { className: 'dot' }, h('span', { className: 'visually-hidden' }, 'unread'))));
}
