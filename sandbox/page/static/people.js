/** Faces and roles of the people in the workspace. */

import { h } from './dom.js';
import { state } from './store.js';

/** A person's picture: initials on their colour; the app and Slack itself have their own. */
export function avatar(id, size = '') {
  if (state.users.get(id)?.is_bot) return h('img', { className: `avatar app ${size}`, src: '/page/icon.svg', alt: '', width: 36, height: 36 });
  if (id === 'SLACKBOT' || !state.users.has(id)) return h('span', { className: `avatar slackbot ${size}`, 'aria-hidden': 'true' }, 'S');
  const user = state.users.get(id);
  const initials = user.real_name.split(' ').map((word) => word[0]).join('').slice(0, 2);
  const hue = [...state.users.keys()].indexOf(id) % 6;
  return h('span', { className: `avatar hue-${hue} ${size}`, 'aria-hidden': 'true' }, initials);
}

/** member, admin, owner or guest */
export function role(user) {
  if (user.is_owner) return 'owner';
  if (user.is_admin) return 'admin';
  return user.is_restricted ? 'guest' : 'member';
}
