/** The bot's process: stop it, kill it, start it, and read what it says. */

import { act, show } from './api.js';
import { h } from './dom.js';
import { pill } from './dev_table.js';

const ACTS = [
  ['restart', 'Kill and start again', 'As after a crash: nothing it held in memory is left'],
  ['stop', 'Stop', 'SIGTERM: it finishes what it has in hand'],
  ['kill', 'Kill', 'SIGKILL: no chance to say goodbye'],
  ['start', 'Start', 'imagine-bot run'],
];

export const botTab = {
  load: () => show('bot'),
  draw(root, bot, again) {
    let log = root.querySelector('.log');
    if (!log) {
      log = h('pre', { className: 'log', tabindex: 0, 'aria-label': 'The last lines of the bot’s log' });
      root.replaceChildren(h('div', { className: 'panel-row bot-acts' }), log);
    }
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    root.querySelector('.bot-acts').replaceChildren(status(bot), ...ACTS.filter(([name]) => (name === 'start' ? !bot.running : bot.running)).map(([name, label, title]) =>
      h('button', { type: 'button', className: 'button small', title, data: { bot: name }, on: { click: async (event) => { event.target.setAttribute('aria-busy', 'true'); await act(`bot/${name}`); again(); } } }, label)));
    log.replaceChildren(...bot.log.map((line) => h('span', { className: level(line) }, `${line}\n`)));
    if (atEnd) log.scrollTop = log.scrollHeight;
  },
};

const level = (line) => /\[(warning|error|critical)\s*\]/.exec(line)?.[1] ?? (/^\(the bot/.test(line) ? 'warning' : null);
const status = (bot) => (bot.running ? pill(`running, pid ${bot.pid}, start ${bot.starts}`, 'good') : pill(`not running, exit code ${bot.exit_code}`, 'bad'));
