/** What the page knows of the workspace, as one person sees it. Components look here and ask to be told. */

import { act, follow, Refused, show } from './api.js';
import { toast } from './dom.js';
import { learn } from './emoji.js';
import { byTime } from './format.js';
import * as memory from './seen.js';

export const BOT = 'U0IMAGINE';
const HOME = 'home';

/** @type {any} */
export const state = {
  ready: false, connected: true, app: { name: 'Imagine', commands: [], shortcuts: [], home: {} },
  users: new Map(), channels: new Map(), records: new Map(), files: new Map(), views: [], home: null,
  bot: { running: true, starts: 0 }, violations: 0, armed: 0,
  me: 'U0ALICE', place: 'C0DESIGN', thread: null, pane: 'main',
};

/** What somebody else may not see for a moment, when one becomes another person. */
const nothing = () => ({ records: new Map(), views: [], home: null });

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
  handle: (id) => state.users.get(id)?.name ?? null,
  channel: (id) => state.channels.get(id)?.name ?? null,
};

export const displayName = (id) => {
  const user = state.users.get(id);
  return user ? (user.is_bot ? user.real_name : user.real_name.split(' ')[0]) : (id ?? 'Slackbot');
};

/** The other person of a direct message. */
export const personOf = (channel) => channel.members.find((id) => id !== state.me) ?? state.me;

/** #design, Bob Baker, Imagine */
export function titleOf(channel) {
  if (channel.kind === 'bot') return state.app.name;
  if (channel.kind === 'im') return state.users.get(personOf(channel))?.real_name ?? channel.name;
  return `#${channel.name}`;
}

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
  const until = memory.seenUntil(state.me, channel);
  return roots(channel).some((r) => r.ts > until && r.user !== state.me && !memory.isDismissed(r.ts));
}

export function threadIsUnread(channel, ts) {
  const last = replies(channel, ts).at(-1);
  return Boolean(last) && last.user !== state.me && last.ts > memory.seenUntil(state.me, `${channel}/${ts}`);
}

/** Note what is on screen now; true when that was new. Nothing is on screen in a tab that is not shown. */
export const see = (key, ts) => document.visibilityState === 'visible' && memory.mark(state.me, key, ts);

/** Start: everything once, then every change. */
export async function begin() {
  readHash();
  memory.remember(changed);
  const [app, users, emoji] = await Promise.all([show('app'), show('users'), show('emoji')]);
  state.app = app;
  learn(emoji);
  state.users = new Map(users.map((user) => [user.id, user]));
  window.addEventListener('hashchange', () => {
    const before = { ...state };
    readHash();
    if (state.me !== before.me) {
      Object.assign(state, nothing());
      inOrder(everything).then(changed);
    }
    if (state.place !== before.place || state.me !== before.me) arrive();
    changed();
  });
  follow({ changed: onChange, connected: onConnection, opened: lookAtEverything });
}

/** Once the stream is there, and after every gap in it: what came before has told nobody. */
async function lookAtEverything() {
  await inOrder(everything);
  if (!state.ready) arrive();
  state.ready = true;
  changed();
}

/** Become another person, in the same place if they have it too. */
export async function become(user) {
  const withApp = state.place === botChat();
  Object.assign(state, { me: user, thread: null, ...nothing() });
  if (withApp) state.place = botChat();
  else if (state.place !== HOME && !myChannels().some((channel) => channel.id === state.place)) state.place = 'C0DESIGN';
  writeHash();
  await inOrder(everything);
  arrive();
  changed();
}

/** Show a conversation, or the Home of the app. */
export function open(place, { thread = null, pane = 'main' } = {}) {
  Object.assign(state, { place, thread, pane });
  writeHash();
  arrive();
  changed();
}

/** The app hears when somebody opens its Home. */
function arrive() {
  if (state.place === HOME) attempt('home', { user: state.me });
}

export function openThread(ts) {
  state.thread = ts;
  writeHash();
  changed();
}

let line = Promise.resolve();

/** Looks are taken one after the other: an answer that was overtaken would bring an old state back. */
function inOrder(look) {
  const turn = line.then(look);
  line = turn.catch(() => {});
  return turn;
}

async function everything() {
  const me = state.me;
  const [all, channels, views, home, violations, bot] = await Promise.all([
    show(`transcript?user=${me}`), show('channels'), show('views'), show(`home/${me}`), show('violations'), show('bot'),
  ]);
  if (me !== state.me) return;
  setChannels(channels);
  state.records = groupBy(all);
  for (const list of state.records.values()) remember(list);
  memory.meet(me, Object.fromEntries([...state.records].map(([channel, list]) => [channel, list.at(-1).ts])));
  memory.keepThreads(me, (channel, ts) => find(channel, ts) !== undefined);
  Object.assign(state, { views: views[me] ?? [], home, violations: violations.length, bot });
}

function groupBy(all) {
  const made = new Map();
  for (const record of all) made.has(record.channel) ? made.get(record.channel).push(record) : made.set(record.channel, [record]);
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
let waitingToFetch = null;

/** Fetch a conversation again, soon, and once for a burst of changes. */
function refresh(channel) {
  stale.add(channel);
  waitingToFetch ??= setTimeout(() => {
    waitingToFetch = null;
    inOrder(fetchStale).then(changed);
  }, 40);
}

async function fetchStale() {
  const wanted = [...stale];
  const me = state.me;
  stale.clear();
  if (wanted.some((id) => !state.channels.has(id))) setChannels(await show('channels'));
  const lists = await Promise.all(wanted.map((id) => show(`transcript?channel=${id}&user=${me}`)));
  if (me !== state.me) return;
  wanted.forEach((id, index) => {
    remember(lists[index]);
    state.records.set(id, lists[index].sort(byTime));
  });
}

async function lookAtViews() {
  const me = state.me;
  const [views, home] = await Promise.all([show('views'), show(`home/${me}`)]);
  if (me === state.me) Object.assign(state, { views: views[me] ?? [], home });
}

/** Look at the open forms and the Home again, now: what the app answered may be in them. */
export const lookAgain = () => inOrder(lookAtViews).then(changed);

async function lookAtPeople() {
  const [users, channels] = await Promise.all([show('users'), show('channels')]);
  state.users = new Map(users.map((user) => [user.id, user]));
  setChannels(channels);
}

const LOOKS = {
  view: lookAtViews,
  view_closed: lookAtViews,
  async bot() { state.bot = await show('bot'); },
  members: lookAtPeople,
  user: lookAtPeople,
};
LOOKS.joined = LOOKS.members;

async function onChange(change) {
  if (change.channel && change.what !== 'members') refresh(change.channel);
  if (change.what === 'file_ready' || change.what === 'file_deleted') {
    for (const [channel, list] of state.records) if (list.some((record) => record.files.some((file) => file.id === change.file))) refresh(channel);
  }
  if (change.what === 'violation') state.violations += 1;
  if (LOOKS[change.what]) await inOrder(LOOKS[change.what]);
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
