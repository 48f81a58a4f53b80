/** One message: who, when, what, and what can be done with it. */

import { renderAttachments, renderBlocks } from './blocks.js';
import { menu, rawDialog } from './dialogs.js';
import { h, icon, iconButton, keyed } from './dom.js';
import { edit, editForm, isEdited } from './editing.js';
import { glyph, OFFERED } from './emoji.js';
import { fileList } from './files.js';
import { ago, clock, day, fullTime, plural } from './format.js';
import { chosen, FormState, hiddenFrom } from './forms.js';
import { avatar } from './people.js';
import { dismiss, isDismissed } from './seen.js';
import { attempt, BOT, changed, displayName, names, openThread, replies, state, threadIsUnread } from './store.js';
import { mrkdwn } from './text.js';

const forms = new Map();
const GROUPED_SECONDS = 300;

/**
 * Fill a list with messages; only those that changed are drawn again.
 * @param {HTMLElement} list
 * @param {any[]} records oldest first
 */
export function drawMessages(list, records, { inThread = false } = {}) {
  const rows = withDays(records.filter((record) => !isDismissed(record.ts)), inThread);
  keyed(list, rows, (row) => row.key, (row) => JSON.stringify(row), (row, old) => draw(row, old, inThread));
}

function withDays(records, inThread) {
  const rows = [];
  let before = null;
  for (const record of records) {
    const today = day(record.ts);
    if (!inThread && (!before || day(before.ts) !== today)) rows.push({ key: `day-${today}`, day: today });
    rows.push({ key: record.ts, record, grouped: isGrouped(before, record), me: state.me, edited: isEdited(record, inThread), ...threadRow(record, inThread) });
    before = record;
  }
  return rows;
}

const isGrouped = (before, record) =>
  Boolean(before) && before.user === record.user && !before.ephemeral_for && !record.ephemeral_for && !record.bot_id &&
  Number(record.ts) - Number(before.ts) < GROUPED_SECONDS && !(before.thread_ts === before.ts);

/** What the bar below a thread's root says. */
function threadRow(record, inThread) {
  const list = inThread || record.ephemeral_for ? [] : replies(record.channel, record.ts).filter((reply) => !reply.ephemeral_for);
  if (!list.length) return {};
  const users = [...new Set(list.map((reply) => reply.user))].filter(Boolean).slice(0, 3);
  return { thread: { count: list.length, users, last: ago(list.at(-1).ts), unread: threadIsUnread(record.channel, record.ts) } };
}

function draw(row, old, inThread) {
  if (row.day) return h('div', { className: 'day', role: 'separator' }, h('span', {}, row.day));
  const { record } = row;
  const isChanged = old !== undefined && !row.edited && !old.querySelector('.edit-form');
  return h('article', {
    className: ['message', row.grouped && 'grouped', record.ephemeral_for && 'ephemeral', record.subtype === 'tombstone' && 'tombstone', isChanged && 'updated'].filter(Boolean).join(' '),
    'aria-label': `${author(record)}, ${clock(record.ts)}`, data: { ts: record.ts },
  },
  h('div', { className: 'gutter' }, row.grouped ? time(record, true) : avatar(authorId(record))),
  h('div', { className: 'content' },
    record.ephemeral_for && h('p', { className: 'only-you' }, icon('eye'), 'Only visible to you'),
    !row.grouped && head(record),
    picturesFirst(record) && fileList(record.files),
    row.edited ? editForm(record, inThread) : body(record),
    renderAttachments(record.attachments),
    !picturesFirst(record) && fileList(record.files),
    reactions(record),
    record.ephemeral_for && h('button', { type: 'button', className: 'dismiss', on: { click: () => { dismiss(record.ts); changed(); } } }, 'Dismiss message'),
    row.thread && threadBar(record, row.thread)),
  !record.ephemeral_for && !row.edited && record.subtype !== 'tombstone' && toolbar(record, inThread));
}

/** An app's blocks stand below its files; a person's words, which are a block too, stand above. */
const picturesFirst = (record) => Boolean(record.bot_id && record.blocks?.length);

const authorId = (record) => record.user ?? (record.note || record.source === 'slack' ? 'SLACKBOT' : BOT);
const author = (record) => (authorId(record) === 'SLACKBOT' ? 'Slackbot' : (state.users.get(authorId(record))?.real_name ?? displayName(authorId(record))));

function head(record) {
  const isApp = authorId(record) === BOT;
  return h('header', { className: 'message-head' }, h('strong', { className: 'author' }, author(record)),
    isApp && h('span', { className: 'badge', title: 'An app, not a person' }, 'APP'), time(record, false));
}

const time = (record, short) => h('time', { className: short ? 'time short' : 'time', title: fullTime(record.ts), datetime: new Date(Number(record.ts) * 1000).toISOString() }, clock(record.ts));

function body(record) {
  const surface = surfaceOf(record);
  const edited = record.edited && h('span', { className: 'edited' }, ' (edited)');
  if (record.blocks?.length) return h('div', { className: 'body' }, renderBlocks(record.blocks, surface), edited);
  if (!record.text) return null;
  return h('div', { className: 'body' }, h('div', { className: 'text' }, mrkdwn(record.text, names), edited));
}

/** How elements in this message reach the app. */
function surfaceOf(record) {
  if (!forms.has(record.ts)) forms.set(record.ts, new FormState());
  const form = forms.get(record.ts);
  return {
    names, form, hidden: hiddenFrom(state.me, record.pictures),
    act: (block, node, choice) => attempt('action', {
      user: state.me, channel: record.channel, message_ts: record.ts, action_id: node.action_id, block_id: block.block_id,
      values: form.values(record.blocks), ...chosen(node, choice),
    }),
  };
}

const react = (record, name) =>
  attempt('reaction', { user: state.me, channel: record.channel, ts: record.ts, name, remove: record.reactions[name]?.includes(state.me) ?? false });

function reactions(record) {
  const all = Object.entries(record.reactions ?? {});
  if (!all.length) return null;
  return h('div', { className: 'reactions' }, all.map(([name, users]) => {
    const mine = users.includes(state.me);
    const who = users.map(displayName).join(', ');
    return h('button', { type: 'button', className: `reaction${mine ? ' mine' : ''}`, 'aria-pressed': String(mine), title: `${who} reacted with :${name}:`, 'aria-label': `${name.replaceAll('_', ' ')}, ${users.length}: ${who}`, data: { focus: `react-${name}` }, on: { click: () => react(record, name) } },
      h('span', { className: 'emoji', 'aria-hidden': 'true' }, glyph(name)), String(users.length));
  }));
}

function threadBar(record, thread) {
  return h('button', { type: 'button', className: `thread-bar${thread.unread ? ' unread' : ''}`, data: { focus: 'thread' }, on: { click: () => openThread(record.ts) } },
    h('span', { className: 'faces' }, thread.users.map((user) => avatar(user, 'tiny'))),
    h('span', { className: 'count' }, plural(thread.count, 'reply', 'replies')), h('span', { className: 'last' }, `Last reply ${thread.last}`),
    thread.unread && h('span', { className: 'dot' }, h('span', { className: 'visually-hidden' }, 'new replies')), icon('next'));
}

function toolbar(record, inThread) {
  const reactButton = iconButton('smile', 'Add a reaction', () => menu(reactButton, OFFERED.map((name) => ({
    lead: h('span', { className: 'emoji' }, glyph(name)), label: h('span', { className: 'visually-hidden' }, name.replaceAll('_', ' ')), run: () => react(record, name),
  })), { label: 'Reactions', className: 'emoji-menu' }), { 'aria-haspopup': 'menu', data: { focus: 'add-reaction' } });
  const moreButton = iconButton('more', 'More actions', () => menu(moreButton, messageActions(record, inThread), { label: 'More actions' }), { 'aria-haspopup': 'menu', data: { focus: 'more' } });
  return h('div', { className: 'toolbar', role: 'group', 'aria-label': 'Message actions' }, reactButton,
    !inThread && iconButton('reply', 'Reply in thread', () => openThread(record.thread_ts ?? record.ts), { data: { focus: 'reply' } }), moreButton);
}

/** The app's message shortcuts, then what people may do with their own, then a look inside. */
function messageActions(record, inThread) {
  const shortcuts = state.app.shortcuts.filter((shortcut) => shortcut.type === 'message').map((shortcut) => ({
    icon: 'bolt', label: shortcut.name, detail: state.app.name,
    run: () => attempt('shortcut', { user: state.me, callback_id: shortcut.callback_id, channel: record.channel, message_ts: record.ts }),
  }));
  const own = record.user === state.me;
  const mayDelete = own || state.users.get(state.me)?.is_admin;
  return [
    ...shortcuts, ...(shortcuts.length ? [null] : []),
    own && { icon: 'reply', label: 'Edit message', run: () => edit(record, inThread) },
    mayDelete && { icon: 'close', label: 'Delete message', danger: true, run: () => attempt('delete_message', { user: state.me, channel: record.channel, ts: record.ts }) },
    { icon: 'code', label: 'Look inside', detail: plural(record.edits?.length ?? 0, 'edit'), run: () => rawDialog(`Message ${record.ts}`, record) },
  ].filter((item) => item !== false);
}
