/** The developer panel: what went over the wires, what the bot made of it, and how to make things go wrong. */

import { h, iconButton } from './dom.js';
import { botTab } from './dev_bot.js';
import { budgetsTab, jobsTab } from './dev_jobs.js';
import { callsTab, deliveriesTab, requestsTab, violationsTab } from './dev_traffic.js';
import { providerTab } from './provider.js';
import { state } from './store.js';

/** Each tab fetches its own data and draws it: `load()` once in a while, `draw(data)` when it has changed. */
const TABS = [
  ['provider', 'Provider', providerTab], ['jobs', 'Jobs', jobsTab], ['budgets', 'Budgets', budgetsTab],
  ['violations', 'Violations', violationsTab], ['calls', 'Slack calls', callsTab], ['deliveries', 'Deliveries', deliveriesTab],
  ['requests', 'Provider calls', requestsTab], ['bot', 'Bot', botTab],
];
const EVERY = 1000;

export class Developer {
  constructor(root, toggled) {
    this.root = root;
    this.toggled = toggled;
    this.isOpen = false;
    this.tab = 'provider';
    this.sign = '';
    this.bar = h('div', { className: 'tabs', role: 'tablist', 'aria-label': 'Developer panel' });
    this.body = h('div', { className: 'developer-body', role: 'tabpanel', tabindex: 0 });
    root.append(h('header', { className: 'developer-head' }, this.bar, iconButton('close', 'Close the developer panel', () => this.toggle())), this.body);
    document.addEventListener('workspace', () => this.soon());
    setInterval(() => this.isOpen && document.visibilityState === 'visible' && this.look(), EVERY);
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.root.hidden = !this.isOpen;
    document.body.classList.toggle('with-developer', this.isOpen);
    if (this.isOpen) this.select(this.tab);
    else document.querySelector('[data-focus=developer]')?.focus();
    this.toggled();
  }

  select(tab) {
    this.tab = tab;
    this.sign = '';
    this.body.replaceChildren();
    this.#drawBar();
    this.look();
  }

  #drawBar() {
    const focused = this.bar.contains(document.activeElement);
    this.bar.replaceChildren(...TABS.map(([id, label]) => h('button', {
      type: 'button', role: 'tab', className: 'tab', id: `tab-${id}`, tabindex: id === this.tab ? 0 : -1, 'aria-selected': String(id === this.tab), data: { tab: id },
      on: { click: () => this.select(id), keydown: (event) => this.#keys(event) },
    }, label, id === 'violations' && state.violations > 0 && h('span', { className: 'alarm' }, String(state.violations)))));
    this.body.setAttribute('aria-labelledby', `tab-${this.tab}`);
    if (focused) this.bar.querySelector('[aria-selected=true]').focus();
  }

  #keys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = TABS.findIndex(([id]) => id === this.tab);
    this.select(TABS[(at + step + TABS.length) % TABS.length][0]);
  }

  soon() {
    if (!this.isOpen || this.waiting) return;
    this.waiting = setTimeout(() => { this.waiting = null; this.look(); }, 150);
  }

  /** Fetch the tab's data and draw it if something in it is new. */
  async look() {
    const tab = this.tab;
    const [, , part] = TABS.find(([id]) => id === tab);
    const data = await part.load().catch((error) => ({ error: error.message }));
    const sign = JSON.stringify(data);
    if (tab !== this.tab || sign === this.sign) return;
    this.sign = sign;
    if (data.error) return this.body.replaceChildren(h('p', { className: 'empty-note' }, data.error));
    if (part.draw(this.body, data, () => { this.sign = ''; this.look(); }) === false) this.sign = '';  // not now: somebody is typing there
  }
}
