/** The bot's own books: what `imagine-bot jobs` and `imagine-bot audit` print. */

import { show } from './api.js';
import { pill, table } from './dev_table.js';
import { h } from './dom.js';
import { money } from './format.js';
import { displayName, state } from './store.js';

const GOOD = new Set(['succeeded', 'delivered']);
const BAD = new Set(['failed', 'unknown', 'timed_out', 'undeliverable']);
const tone = (word) => (GOOD.has(word) ? 'good' : BAD.has(word) ? 'bad' : '');

export const jobsTab = {
  load: () => show('bot/jobs'),
  draw: (root, rows) => table(root, {
    name: 'Jobs', rows, key: (row) => row.id, failed: (row) => BAD.has(row.status) || row.delivery === 'undeliverable',
    columns: [
      ['Job', (row) => row.id], ['Status', (row) => [pill(row.status, tone(row.status)), ' ', row.delivery !== 'none' && pill(row.delivery, tone(row.delivery))], 'narrow'],
      ['Cost', (row) => money(row.cost_micros ?? row.estimate_micros), 'number'], ['Who', (row) => displayName(row.user_id), 'narrow'],
      ['Prompt', (row) => [row.prompt.slice(0, 120), row.error && h('small', { className: 'bad-note' }, ` ${row.error.code}`)], 'wide'],
    ],
    empty: 'No job yet: type /imagine in a channel.',
  }),
};

export const budgetsTab = {
  load: () => show('bot/audit'),
  draw: (root, audit) => table(root, {
    name: 'Budgets', rows: audit.scopes, key: (row) => `${row.scope}/${row.period}`,
    columns: [
      ['Scope', (row) => readable(row.scope)], ['Used', bar, 'wide'], ['Spent', (row) => money(row.spent_micros), 'number'],
      ['Held', (row) => money(row.held_micros), 'number'], ['Limit', (row) => (row.limit_micros === null ? 'none' : money(row.limit_micros)), 'number'], ['Period', (row) => row.period, 'narrow'],
    ],
    empty: 'Nobody has asked for anything yet.',
    note: h('p', { className: 'verdict' }, audit.ok ? pill('the ledger balances', 'good') : audit.violations.map((violation) => pill(`${violation.rule}: ${violation.detail}`, 'bad'))),
  }),
};

function readable(scope) {
  const [kind, id] = scope.split(':');
  const last = id.split('/').at(-1);
  if (kind === 'user') return displayName(last);
  return kind === 'channel' ? `#${state.channels.get(last)?.name ?? last}` : `${kind} ${last}`;
}

/** Spent and held against the limit. */
function bar(row) {
  if (row.limit_micros === null) return null;
  const part = (micros) => `${Math.min(100, (100 * micros) / Math.max(row.limit_micros, 1))}`;
  const spent = h('span', { className: 'bar-spent' });
  const held = h('span', { className: 'bar-held' });
  spent.style.width = `${part(row.spent_micros)}%`;
  held.style.width = `${part(row.held_micros)}%`;
  return h('span', { className: 'bar', role: 'img', 'aria-label': `${Math.round(part(row.spent_micros + row.held_micros))} % used` }, spent, held);
}
