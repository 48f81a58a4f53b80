/**
 * What each person has seen and put away, kept by the browser over a reload and shared by its tabs.
 *
 * A key is a conversation, or `conversation/thread`; its mark is the newest timestamp that was on screen.
 */

const STORE = 'seen';
const MOST_DISMISSED = 500;

/** @type {Record<string, Record<string, string>>} marks by person, then by key */
let marks = {};
/** @type {Set<string>} timestamps of private messages that were dismissed */
let gone = new Set();

function load() {
  try {
    const held = JSON.parse(localStorage.getItem(STORE) ?? '{}');
    for (const [person, theirs] of Object.entries(held.marks ?? {})) {
      const mine = (marks[person] ??= {});
      for (const [key, ts] of Object.entries(theirs)) if (ts > (mine[key] ?? '')) mine[key] = ts;
    }
    gone = new Set([...(held.dismissed ?? []), ...gone]);
  } catch {
    // storage may be switched off, or hold what an older page left: then nothing is remembered
  }
}

function save() {
  load();  // another tab may have seen more
  write();
}

function write() {
  try {
    localStorage.setItem(STORE, JSON.stringify({ marks, dismissed: [...gone].slice(-MOST_DISMISSED) }));
  } catch {
    // as above
  }
}

/** Begin; `changed` hears when another tab has seen something. */
export function remember(changed) {
  load();
  window.addEventListener('storage', (event) => {
    if (event.key !== STORE) return;
    load();
    changed();
  });
}

/** A person's first look: what is there already counts as seen. `newest` are timestamps by key; calling twice is safe. */
export function meet(person, newest) {
  if (marks[person]) return;
  marks[person] = newest;
  save();
}

/** The newest timestamp that this person saw there; `'0'` for none. */
export const seenUntil = (person, key) => marks[person]?.[key] ?? '0';

/** Note what is on screen; true when that was new. */
export function mark(person, key, ts) {
  if (!ts || !marks[person] || ts <= seenUntil(person, key)) return false;
  marks[person][key] = ts;
  save();
  return true;
}

/** Forget the threads that are not there (any more): the workspace is made anew at every start. */
export function keepThreads(person, isThere) {
  for (const key of Object.keys(marks[person] ?? {})) {
    if (key.includes('/') && !isThere(...key.split('/'))) delete marks[person][key];
  }
  write();
}

export const isDismissed = (ts) => gone.has(ts);

export function dismiss(ts) {
  gone.add(ts);
  save();
}
