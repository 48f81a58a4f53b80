/** How much was made to go wrong on either side, and the one switch that makes all well again. */

import { act, remove, show } from './api.js';
import { changed, state } from './store.js';

/** Count what is armed: faults of Slack and of the image API, and what its next asks were told to do. */
export async function lookAtFaults() {
  const [slack, provider, next] = await Promise.all([show('faults'), show('provider'), show('provider/next')]);
  const armed = slack.faults.length + provider.faults.length + next.next.length;
  if (armed === state.armed) return;
  state.armed = armed;
  changed();
}

let waiting = null;

/** Look soon, and once for a burst of changes; a sandbox that does not answer is told of elsewhere. */
export function faultsMayHaveChanged(wait = 1000) {
  waiting ??= setTimeout(() => {
    waiting = null;
    lookAtFaults().catch(() => {});
  }, wait);
}

/** Make everything work again, on both sides. */
export async function allIsWell() {
  await Promise.all([act('all_well'), remove('provider/faults'), remove('provider/next')]);
  await lookAtFaults();
}

/** Follow the workspace: the provider has no stream of its own, so every change here is a reason to look. */
export function followFaults() {
  document.addEventListener('workspace', ({ detail }) => faultsMayHaveChanged(detail.what === 'faults' ? 0 : 1000));
  faultsMayHaveChanged(0);
}
