/** The provider panel: speed, what goes wrong next, prices. Every path of the product can be seen by hand. */

import { act, remove, Refused, show } from './api.js';
import { h, icon, toast } from './dom.js';
import { pill } from './dev_table.js';
import { allIsWell, faultsMayHaveChanged } from './faults.js';

/** What the next asks can be made to do, and what a person should see then. */
const NEXT = [
  ['moderate', 'Refuse: safety', 'The provider refuses the prompt; nothing is charged'], ['fail', 'Fail', 'Accepted, then fails; refunded'],
  ['partial', 'One of n fails', 'Ask for several pictures: one is missing'], ['slow', 'Slow', 'Five times as long'],
  ['stuck', 'Never ends', 'The job reaches its time limit'], ['lost', 'Lost reply', 'Accepted and charged, but the answer never arrives'],
  ['lost-502', 'Lost: 502', 'Accepted and charged, answered with a bad gateway'], ['drop', 'Dropped', 'The connection closes, nothing is accepted'],
  ['ratelimit', 'Rate limit', '429'], ['quota', 'Account empty', '403: the balance is used up'], ['account', 'Account blocked', '403: the provider’s own account'],
  ['forgotten', 'Forgotten', 'Accepted, but its id is unknown from then on'], ['nourl', 'No picture', 'Succeeds without one, and charges'],
  ['links:40', 'Many links', 'Forty results, however many were ordered'], ['as-png', 'PNG instead', 'A PNG, whatever format was ordered'],
  ['expired', 'Expired link', 'The result is 404'], ['truncated', 'Cut download', 'Half of the promised bytes'], ['html', 'Web page', 'A web page instead of a picture'],
];
const SPEEDS = [['1', 'as in life'], ['5', '5 ×'], ['20', '20 ×'], ['100', '100 ×']];
const AMOUNTS = ['present', 'zero', 'null', 'absent', 'negative', 'nan', 'string', 'absurd'];
const OUTAGES = [
  ['provider', 'Provider: outage', { match: '*', kind: 'status', status: 503, count: -1 }], ['provider', 'Provider: hangs up', { match: '*', kind: 'drop_before', count: -1 }],
  ['', 'Slack: outage', { match: '*', kind: 'status', status: 503, count: -1 }], ['', 'Slack: rate limit, 3 posts', { match: 'chat.postMessage', kind: 'rate_limit', retry_after: 2, count: 3 }],
  ['', 'Slack: next upload lost', { match: 'files.completeUploadExternal', kind: 'drop_after', count: 1 }], ['', 'Slack: edits fail', { match: 'chat.update', kind: 'error', error: 'internal_error', count: 5 }],
  ['', 'Slack: no buttons on files', { match: 'upload_blocks', kind: 'error', error: 'invalid_blocks', count: -1 }],
];
const DIALECTS = [
  ['both', ['images', 'jobs'], 'The bot stays with the one it has found first'], ['jobs only', ['jobs'], 'POST /v1/image/…, as documented'], ['images only', ['images'], 'POST /v1/images/…, as the live gateway does'],
];
const faultsAt = (where) => (where ? 'provider/faults' : 'faults');

async function load() {
  const [summary, options, next, slack] = await Promise.all([show('provider'), show('provider/options'), show('provider/next'), show('faults')]);
  return { summary, options, next: next.next, slack: slack.faults };
}

function draw(root, data, again) {
  if (root.contains(document.activeElement) && document.activeElement.matches('input[type=number]')) return false;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const tell = (work) => async () => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(error.message);
    }
    faultsMayHaveChanged(0);
    again();
  };
  root.replaceChildren(h('div', { className: 'provider' }, speed(data, tell), next(data, tell), outages(data, tell), prices(data, tell), dialects(data, tell), summary(data)));
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  return true;
}

const box = (title, ...inside) => h('fieldset', { className: 'box' }, h('legend', {}, title), inside);
const press = (label, title, pressed, run) => h('button', { type: 'button', className: 'button small', title, 'aria-pressed': pressed === null ? null : String(pressed), data: { focus: `p-${label}` }, on: { click: run } }, label);
const set = (values) => () => act('provider/options', values);

function speed({ options }, tell) {
  return box('Speed', h('div', { className: 'panel-row' }, SPEEDS.map(([factor, label]) =>
    press(label, `Durations divided by ${factor}`, options.duration_seconds === null && options.speed === Number(factor), tell(set({ speed: Number(factor), duration_seconds: null })))),
  number('Every picture takes', 's', options.duration_seconds ?? '', 0, 'any', (value) => tell(set({ duration_seconds: value === '' ? null : Number(value) }))())));
}

function next(data, tell) {
  const waiting = data.next.length > 0 && [h('p', { className: 'waiting' }, 'Waiting: ', data.next.map((one) => pill([].concat(one.behaviours ?? one).join(' + ') + (one.count > 1 ? ` × ${one.count}` : ''), 'bad')),
    press('Clear', 'Forget what was ordered', null, tell(() => remove('provider/next'))))];
  return box('The next ask will', h('div', { className: 'panel-row' }, NEXT.map(([behaviour, label, title]) => press(label, `${title} — in a prompt: [${behaviour}]`, null, tell(() => act('provider/next', { behaviour }))))), waiting);
}

function outages({ summary: now, slack }, tell) {
  const armed = [...now.faults.map((fault) => ['Provider', fault]), ...slack.map((fault) => ['Slack', fault])];
  return box('Outages', h('div', { className: 'panel-row' }, OUTAGES.map(([where, label, fault]) => press(label, `${fault.match}: ${fault.kind}`, null, tell(() => act(faultsAt(where), fault))))),
    armed.length > 0 && h('p', { className: 'waiting' }, 'Armed: ', armed.map(([where, fault]) => pill(`${where} ${fault.match} ${fault.kind}${fault.kind === 'status' ? ` ${fault.status}` : ''}${fault.count > 0 ? ` × ${fault.count}` : ''}`, 'bad')),
      press('All is well again', 'Disarm every fault', null, tell(allIsWell))));
}

function prices({ options }, tell) {
  const amount = h('select', { className: 'select', id: 'amount-mode', data: { focus: 'p-amount' }, on: { change: () => tell(set({ amount: amount.value }))() } }, AMOUNTS.map((mode) => h('option', { value: mode, selected: mode === options.amount }, mode)));
  return box('Prices', h('div', { className: 'panel-row' },
    number('Everything costs', '× the table', options.price_factor, 0, 'any', (value) => tell(set({ price_factor: Number(value) }))()),
    number('The bill is', '× what was pre-charged', options.amount_factor, 0, 'any', (value) => tell(set({ amount_factor: Number(value) }))()),
    number('Balance', 'USD', options.balance_usd, 0, 'any', (value) => tell(set({ balance_usd: Number(value) }))()),
    press('Answers tell the bill', 'With usage and amount_usd, which the documented API leaves out; without, the bot books its own estimate', options.jobs_usage, tell(set({ jobs_usage: !options.jobs_usage }))),
    h('label', { className: 'inline', for: 'amount-mode' }, 'amount_usd is', h('span', { className: 'select-one' }, amount, icon('down')))));
}

function dialects({ options }, tell) {
  const now = [...options.dialects].sort().join();
  return box('The API it serves', h('div', { className: 'panel-row' }, DIALECTS.map(([label, names, title]) => press(label, title, now === names.join(), tell(set({ dialects: names }))))));
}

function number(before, after, value, min, step, changed) {
  const field = h('input', { className: 'input narrow', type: 'number', min, step, value, data: { focus: `p-${before}` }, on: { change: () => { field.blur(); changed(field.value); } } });
  return h('label', { className: 'inline' }, before, field, after);
}

const summary = ({ summary: now }) => h('p', { className: 'provider-summary' },
  `Balance $${now.balance_usd.toFixed(3)}, used $${now.used_amount_usd.toFixed(3)}. Tasks: ${Object.entries(now.tasks).map(([word, count]) => `${count} ${word}`).join(', ')}.`);

export const providerTab = { load, draw };
