/** The bar at the top: who one is, light or dark, and the developer panel's switch. */

import { menu } from './dialogs.js';
import { h, icon, iconButton } from './dom.js';
import { allIsWell } from './faults.js';
import { plural } from './format.js';
import { avatar, role } from './people.js';
import { become, state } from './store.js';

const THEMES = [['auto', 'half', 'As the system'], ['light', 'sun', 'Light'], ['dark', 'moon', 'Dark']];

const stored = (name, value) => {
  try {
    if (value !== undefined) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch {
    return null;  // storage may be switched off
  }
};

export function applyTheme(theme = stored('theme') ?? 'auto') {
  stored('theme', theme);
  document.documentElement.dataset.theme = theme;
}

/** @param {{ developer: { toggle(): void, isOpen: boolean } }} parts */
export function drawTop(root, { developer }) {
  const theme = document.documentElement.dataset.theme;
  const sign = JSON.stringify([state.me, state.users.size, state.violations, state.bot, state.armed, theme, developer.isOpen]);
  if (root.signature === sign) return;
  root.signature = sign;
  const me = state.users.get(state.me);
  if (!me) return;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const who = h('button', { type: 'button', className: 'who', 'aria-haspopup': 'menu', 'aria-label': `Acting as ${me.real_name}, ${role(me)}. Become somebody else`, data: { focus: 'who' }, on: { click: () => menu(who, people(), { label: 'Act as' }) } },
    avatar(me.id, 'small'), h('span', { className: 'who-name' }, me.real_name), h('span', { className: 'who-role' }, role(me)), icon('down'));
  const [, themeIcon, themeName] = THEMES.find(([name]) => name === theme) ?? THEMES[0];
  const themeButton = iconButton(themeIcon, `Theme: ${themeName}`, () => menu(themeButton, THEMES.map(([name, lead, label]) => ({
    icon: lead, label, checked: name === theme, run: () => { applyTheme(name); root.signature = ''; drawTop(root, { developer }); },
  })), { label: 'Theme' }), { 'aria-haspopup': 'menu', data: { focus: 'theme' } });
  root.replaceChildren(...[
    h('span', { className: 'brand' }, h('img', { src: '/page/icon.svg', alt: '', width: 24, height: 24 }), h('h1', {}, 'Sandbox'), h('span', { className: 'brand-note' }, 'a workspace to try things in')),
    h('span', { className: 'grow' }),
    state.bot.running ? null : h('span', { className: 'bot-away', role: 'status' }, icon('warn'), 'The bot is not running'),
    state.armed > 0 && h('button', { type: 'button', className: 'all-well', title: 'Disarm every fault of Slack and of the image API', data: { focus: 'all-well' }, on: { click: () => allIsWell() } },
      icon('warn'), h('span', { className: 'wide-only' }, `${plural(state.armed, 'fault')} armed · `), h('strong', {}, 'All is well again')),
    who, themeButton,
    h('button', { type: 'button', className: `developer-button${state.violations ? ' alarmed' : ''}`, 'aria-pressed': String(developer.isOpen), 'aria-label': `Developer panel${state.violations ? `, ${plural(state.violations, 'violation')}` : ''}`, data: { focus: 'developer' }, on: { click: () => developer.toggle() } },
      icon('code'), h('span', { className: 'wide-only' }, 'Developer'), state.violations > 0 && h('span', { className: 'alarm' }, String(state.violations))),
  ].filter(Boolean));
  if (focused) root.querySelector(`[data-focus="${focused}"]`)?.focus();
}

function people() {
  const all = [...state.users.values()].filter((user) => !user.is_bot && !user.deleted);
  return [{ heading: 'Act as' }, ...all.map((user) => ({ lead: avatar(user.id, 'tiny'), label: user.real_name, detail: role(user), checked: user.id === state.me, run: () => become(user.id) }))];
}
