/** What the page knows of the workspace, as one person sees it. Components look here and ask to be told. */

import { act, follow, Refused, show } from './api.js';
import { toast } from './dom.js';
import { byTime } from './format.js';

export const BOT = 'U0IMAGINE';
const HOME = 'home';

/** @type {any} */
export const state = {
  ready: false, connected: true, app: { name: 'Imagine', commands: [], shortcuts: [], home: {} },
  users: new Map(), channels: new Map(), records: new Map(), files: new Map(), views: [], home: null,
  bot: { running: true, starts: 0 }, violations: 0,
  me: 'U0ALICE', place: 'C0DESIGN', thread: null, seen: {}, dismissed: new Set(), pane: 'main',
};

const watchers = new Set();
let waiting = null;

/** Call `look` after every change; returns nothing, for the life of the page. */
export const watch = (look) => watchers.add(look);

/** Tell everybody, once for a burst of changes. */
export function changed() {
  waiting ??= setTimeout(() => {
    waiting = null;
    for (const look of watchers) look();
  }, 10);
}

/** Do an act of a person; what the sandbox refuses is shown, and null comes back. */
export async function attempt(path, body) {
  try {
    return await act(path, body);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
    return null;
  }
}

export const names = {
  get me() { return state.me; },
  user: (id) => displayName(id),
  channel: (id) => state.channels.get(id)?.name ?? null,
};

export const displayName = (id) => {
  const user = state.users.get(id);
  return user ? (user.is_bot ? user.real_name : user.real_name.split(' ')[0]) : (id ?? 'Slackbot');
};

/** The person's conversation with the bot; the sandbox makes it on first use. */
export const botChat = () => `D${state.me.slice(1)}`;

/** Every conversation that this person is in. */
export function myChannels() {
  return [...state.channels.values()].filter((channel) => channel.members.includes(state.me) && channel.kind !== 'bot');
}

export const records = (channel) => state.records.get(channel) ?? [];
export const roots = (channel) => records(channel).filter((r) => !isReply(r) || r.subtype === 'thread_broadcast');
export const replies = (channel, ts) => records(channel).filter((r) => isReply(r) && r.thread_ts === ts);
export const find = (channel, ts) => records(channel).find((r) => r.ts === ts);
const isReply = (record) => Boolean(record.thread_ts) && record.thread_ts !== record.ts;

/** Whether something that others wrote here has not been on screen. */
export function isUnread(channel) {
  const seen = state.seen[state.me]?.[channel] ?? '0';
  return roots(channel).some((r) => r.ts > seen && r.user !== state.me && !state.dismissed.has(r.ts));
}

export function threadIsUnread(channel, ts) {
  const last = replies(channel, ts).at(-1);
  return Boolean(last) && last.user !== state.me && last.ts > (state.seen[state.me]?.[`${channel}/${ts}`] ?? '0');
}

/** Note what is on screen now; true when that was new. */
export function see(key, ts) {
  const mine = (state.seen[state.me] ??= {});
  if (!ts || ts <= (mine[key] ?? '0')) return false;
  mine[key] = ts;
  return true;
}

/** Start: everything once, then every change. */
export async function begin() {
  readHash();
  const [app, users] = await Promise.all([show('app'), show('users')]);
  state.app = app;
  state.users = new Map(users.map((user) => [user.id, user]));
  await everything();
  state.ready = true;
  changed();
  window.addEventListener('hashchange', () => {
    const before = state.me;
    readHash();
    if (state.me !== before) everything().then(changed);
    changed();
  });
  follow({ changed: onChange, connected: onConnection, again: () => everything().then(changed) });
}

/** Become another person. */
export async function become(user) {
  state.me = user;
  state.thread = null;
  state.views = [];
  if (!myChannels().some((channel) => channel.id === state.place) || state.place.startsWith('D')) state.place = 'C0DESIGN';
  writeHash();
  await everything();
  changed();
}

/** Show a conversation, or the Home of the app. */
export function open(place, { thread = null, pane = 'main' } = {}) {
  Object.assign(state, { place, thread, pane });
  writeHash();
  if (place === HOME) attempt('home', { user: state.me });
  changed();
}

export function openThread(ts) {
  state.thread = ts;
  writeHash();
  changed();
}

async function everything() {
  const [all, channels, views, home, violations, bot] = await Promise.all([
    show(`transcript?user=${state.me}`), show('channels'), show('views'), show(`home/${state.me}`),
    show('violations'), show('bot'),
  ]);
  setChannels(channels);
  const grouped = Map.groupBy ? Map.groupBy(all, (r) => r.channel) : groupBy(all);
  const first = state.seen[state.me] === undefined;
  state.records = grouped;
  for (const list of grouped.values()) remember(list);
  if (first) for (const [channel, list] of grouped) see(channel, list.at(-1)?.ts);
  Object.assign(state, { views: views[state.me] ?? [], home, violations: violations.length, bot });
}

function groupBy(all) {
  const made = new Map();
  for (const r of all) made.set(r.channel, [...(made.get(r.channel) ?? []), r]);
  return made;
}

function setChannels(channels) {
  state.channels = new Map(channels.map((channel) => {
    const withBot = channel.is_im && channel.members.includes(BOT);
    const kind = withBot ? 'bot' : channel.is_im ? 'im' : channel.is_private ? 'group' : 'channel';
    return [channel.id, { ...channel, kind }];
  }));
}

/** Keep the files by id: image blocks name only that. */
function remember(list) {
  for (const record of list) for (const file of record.files) state.files.set(file.id, file);
}

const stale = new Set();
let fetching = null;

/** Fetch a conversation again, soon, and once for a burst of changes. */
function refresh(channel) {
  stale.add(channel);
  fetching ??= setTimeout(async () => {
    const wanted = [...stale];
    const me = state.me;
    stale.clear();
    fetching = null;
    if (wanted.some((id) => !state.channels.has(id))) setChannels(await show('channels'));
    const lists = await Promise.all(wanted.map((id) => show(`transcript?channel=${id}&user=${me}`)));
    if (me !== state.me) return;
    wanted.forEach((id, index) => {
      remember(lists[index]);
      state.records.set(id, lists[index].sort(byTime));
    });
    changed();
  }, 40);
}

const LOOKS = {
  async view() { state.views = (await show('views'))[state.me] ?? []; state.home = await show(`home/${state.me}`); },
  async bot() { state.bot = await show('bot'); },
  async members() { setChannels(await show('channels')); },
};
LOOKS.view_closed = LOOKS.view;
LOOKS.joined = LOOKS.members;

async function onChange(change) {
  if (change.channel && change.what !== 'members') refresh(change.channel);
  if (change.what === 'file_ready' || change.what === 'file_deleted') refresh(state.place === HOME ? botChat() : state.place);
  if (change.what === 'violation') state.violations += 1;
  if (LOOKS[change.what]) await LOOKS[change.what]();
  document.dispatchEvent(new CustomEvent('workspace', { detail: change }));
  changed();
}

function onConnection(there) {
  if (state.connected === there) return;
  state.connected = there;
  changed();
}

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  state.me = hash.get('me') ?? state.me;
  state.place = hash.get('in') ?? state.place;
  state.thread = hash.get('thread');
}

function writeHash() {
  const hash = new URLSearchParams({ me: state.me, in: state.place, ...(state.thread ? { thread: state.thread } : {}) });
  history.replaceState(null, '', `#${hash}`);
}
