/** A table for developers: rows that open to show the raw JSON, and stay open while others come in. */

import { h, keyed } from './dom.js';

/**
 * Draw rows into `root`, newest first.
 * @param {HTMLElement} root
 * @param {{ name: string, columns: [string, (row: any) => any, string?][], rows: any[], key: (row: any) => string, empty: string, failed?: (row: any) => boolean, note?: any }} how
 */
export function table(root, { name, columns, rows, key, empty, failed = () => false, note = null }) {
  if (!rows.length) return root.replaceChildren(h('div', {}, note, h('p', { className: 'empty-note' }, empty)));
  let body = root.querySelector(`table[data-name="${name}"] tbody`);
  if (!body) {
    body = h('tbody');
    const head = h('thead', {}, h('tr', {}, columns.map(([label, , className]) => h('th', { scope: 'col', className }, label))));
    root.replaceChildren(h('div', { className: 'table-note' }), h('table', { className: 'data', 'aria-label': name, data: { name } }, head, body));
  }
  root.querySelector('.table-note').replaceChildren(...[note].flat().filter(Boolean));
  const numbered = rows.map((row) => ({ row, id: key(row) }));
  return keyed(body, numbered, ({ id }) => id, ({ row }) => JSON.stringify(row), ({ row }, old) => line(row, columns, failed(row), old?.classList.contains('open')));
}

function line(row, columns, isFailed, isOpen) {
  const raw = h('pre', { className: 'json', hidden: !isOpen });
  const fill = () => { if (!raw.hidden) raw.textContent = JSON.stringify(row, null, 2); };
  const toggle = () => {
    raw.hidden = !raw.hidden;
    made.classList.toggle('open', !raw.hidden);
    opener.setAttribute('aria-expanded', String(!raw.hidden));
    fill();
  };
  const opener = h('button', { type: 'button', className: 'opener', 'aria-expanded': String(Boolean(isOpen)), data: { focus: 'open' }, on: { click: toggle } }, columns[0][1](row));
  fill();
  const made = h('tr', { className: [isFailed && 'failed', isOpen && 'open'].filter(Boolean).join(' ') || null },
    columns.map(([, cell, className], index) => h('td', { className }, index === 0 ? [opener, raw] : cell(row))));
  return made;
}

/** A word in a coloured lozenge. */
export const pill = (word, kind = '') => h('span', { className: `pill ${kind}` }, String(word));
