/** The App Home: what the app has published for this person. */

import { renderBlocks } from './blocks.js';
import { h } from './dom.js';
import { chosen, FormState, hiddenFrom } from './forms.js';
import { avatar } from './people.js';
import { attempt, BOT, botChat, names, open, state } from './store.js';

const forms = new Map();

/** Draw the Home, if it has changed. */
export function homeView(root) {
  const sign = JSON.stringify([state.me, state.home?.hash, state.app.home.home_tab_enabled]);
  if (root.signature === sign) return;
  root.signature = sign;
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  root.replaceChildren(h('div', { className: 'home-page' }, state.home ? published(state.home) : empty()));
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function published(home) {
  const form = forms.get(home.id) ?? new FormState();
  forms.set(home.id, form);
  const act = (block, node, choice) => attempt('action', {
    user: state.me, view_id: home.id, action_id: node.action_id, block_id: block.block_id, values: form.values(home.blocks), ...chosen(node, choice),
  });
  return renderBlocks(home.blocks, { names, form, act, hidden: hiddenFrom(state.me, home.pictures) });
}

function empty() {
  const on = state.app.home.home_tab_enabled;
  return h('div', { className: 'empty' }, avatar(BOT, 'large'), h('h3', {}, state.app.name), h('p', {}, state.app.description),
    h('p', { className: 'quiet' }, on ? 'The app has published nothing here yet.' : 'The app’s manifest has no Home tab: Slack shows only this.'),
    h('button', { type: 'button', className: 'button', on: { click: () => open(botChat()) } }, 'Open messages'));
}
