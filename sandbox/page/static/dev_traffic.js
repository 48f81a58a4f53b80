/** Raw traffic: what the bot asked of Slack and of the provider, what Slack handed it, what it did wrong. */

import { show } from './api.js';
import { pill, table } from './dev_table.js';
import { clock } from './format.js';

const LAST = 150;
const newest = (rows) => rows.reverse();
const at = ['Time', (row) => clock(row.at), 'narrow'];

const outcome = (row) => {
  if (row.status === null) return pill('no answer', 'bad');
  if (row.error) return pill(row.error, 'bad');
  return row.status === 200 ? pill('ok', 'good') : pill(row.status, row.status < 400 ? 'good' : 'bad');
};

/** The arguments that tell one call from another. */
function gist(args) {
  const said = args.text ?? args.filename ?? args.file ?? '';
  return [args.channel ?? args.channel_id, args.thread_ts && 'in thread', args.ts && `ts ${args.ts}`, said].filter(Boolean).join(' · ').slice(0, 160);
}

export const callsTab = {
  load: () => show(`calls?last=${LAST}`),
  draw: (root, rows) => table(root, {
    name: 'Web API calls', rows: newest(rows), key: (row) => String(row.number), failed: (row) => Boolean(row.error),
    columns: [['Method', (row) => row.method], ['Answer', outcome, 'narrow'], ['Arguments', (row) => gist(row.args), 'wide'], at],
    empty: 'The bot has not called Slack yet.',
  }),
};

export const deliveriesTab = {
  load: () => show(`deliveries?last=${LAST}`),
  draw: (root, rows) => table(root, {
    name: 'Deliveries', rows: newest(rows.map((row, index) => ({ ...row, index }))), key: (row) => `${row.at}-${row.index}-${row.attempt}`, failed: (row) => row.acked === false,
    columns: [['What', (row) => `${row.what || row.kind}${row.attempt > 1 ? ` (try ${row.attempt})` : ''}`], ['Acknowledged', acked, 'narrow'], ['Kind', (row) => `${row.kind} · ${row.via}`, 'wide'], at],
    empty: 'Slack has handed nothing to the bot yet.',
  }),
};

const acked = (row) => {
  if (row.acked === null) return pill('waiting');
  return row.acked ? pill(`in ${Math.round(row.ms ?? 0)} ms`, 'good') : pill(row.error ?? 'no', 'bad');
};

export const violationsTab = {
  load: () => show(`violations?last=${LAST}`),
  draw: (root, rows) => table(root, {
    name: 'Violations', rows: newest(rows.map((row, index) => ({ ...row, index }))), key: (row) => String(row.index), failed: () => true,
    columns: [['Method', (row) => row.method], ['Rule', (row) => row.rule], ['Detail', (row) => row.detail, 'wide'], at],
    empty: 'None: every call was one that Slack’s reference allows.',
  }),
};

export const requestsTab = {
  load: async () => (await show(`provider/requests?last=${LAST}`)).requests,
  draw: (root, rows) => table(root, {
    name: 'Provider calls', rows: newest(rows.map((row, index) => ({ ...row, index }))), key: (row) => `${row.at}-${row.path}`, failed: (row) => (row.status ?? 0) >= 400,
    columns: [['Operation', (row) => row.operation], ['Answer', (row) => (row.status === 499 ? pill('hung up', 'bad') : outcome(row)), 'narrow'], ['Request', (row) => `${row.method} ${row.path}`, 'wide'], at],
    empty: 'The bot has not called the provider yet.',
  }),
};
