/** Block Kit's interactive elements as the browser's own controls. */

import { encoded } from './api.js';
import { confirmed, menu } from './dialogs.js';
import { h, icon, iconButton, toast } from './dom.js';
import { current } from './forms.js';
import { bytes } from './format.js';
import { attempt, botChat, myChannels, state, titleOf } from './store.js';
import { textObject } from './text.js';

let fields = 0;

/**
 * One element. `surface` says where it stands: `{ names, form, act(block, element, choice), fires }`.
 * @returns {HTMLElement | null} null for a type that is not known here
 */
export function element(node, block, surface, label = null) {
  const make = MAKERS[node.type];
  return make ? make(node, block, surface, label) : null;
}

/** Ask for confirmation where the app wants it, then tell the app; the control is busy meanwhile. */
async function fire(node, block, surface, choice, control, trigger) {
  if (node.confirm && !(await confirmed(node.confirm, surface.names))) return false;
  control.setAttribute('aria-busy', 'true');
  try {
    await surface.act(block, node, choice, trigger);
  } finally {
    control.removeAttribute('aria-busy');
  }
  return true;
}

/** Whether changing this element tells the app at once. */
const tells = (block) => block.type !== 'input' || block.dispatch_action === true;
/** Whether the app wants to hear of this kind of typing (dispatch_action_config; Enter where it says nothing). */
const hears = (block, node, trigger) => tells(block) && (node.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed']).includes(trigger);

const typing = new WeakMap();

/** Tell once for a burst of letters. */
function soon(field, tell) {
  clearTimeout(typing.get(field));
  typing.set(field, setTimeout(tell, 300));
}

const focusKey = (block, node) => `${block.block_id}/${node.action_id}/${node.value ?? ''}`;

function button(node, block, surface) {
  const style = { primary: 'primary', danger: 'danger' }[node.style] ?? '';
  const made = h('button', {
    type: 'button', className: `button ${style}`, 'aria-label': node.accessibility_label ?? null,
    data: { focus: focusKey(block, node), action: node.action_id },
    on: { click: () => {
      if (made.getAttribute('aria-busy')) return;
      if (node.url) window.open(node.url, '_blank', 'noopener,noreferrer');
      fire(node, block, surface, undefined, made);
    } },
  }, textObject(node.text, surface.names));
  return made;
}

function overflow(node, block, surface) {
  const made = iconButton('more', 'More options', () => menu(made, node.options.map((option) => ({
    label: textObject(option.text, surface.names),
    detail: option.description ? textObject(option.description, surface.names) : null,
    run: () => {
      if (option.url) window.open(option.url, '_blank', 'noopener,noreferrer');
      fire(node, block, surface, option.value, made);
    },
  })), { label: 'More options' }), { className: 'overflow', 'aria-haspopup': 'menu', 'aria-expanded': 'false', data: { focus: focusKey(block, node), action: node.action_id } });
  return made;
}

/** A <select>; `choices` are `[value, label]` pairs or `{ label, choices }` groups. */
function select(node, block, surface, label, choices, many = false) {
  const chosen = [].concat(current(surface.form, block, node) ?? []);
  const option = ([value, text]) => h('option', { value, selected: chosen.includes(value) }, text);
  const made = h('select', {
    className: 'select', multiple: many, id: label, size: many ? Math.min(5, Math.max(2, choices.length)) : null,
    'aria-label': label ? null : textPlain(node.placeholder, 'Choose'), data: { focus: focusKey(block, node), action: node.action_id },
    on: { change: async () => {
      const value = many ? [...made.selectedOptions].map((one) => one.value) : made.value;
      const before = current(surface.form, block, node);
      surface.form.set(block, node, value);
      if (tells(block) && !(await fire(node, block, surface, value, made))) {
        surface.form.set(block, node, before);
        if (!many) made.value = before ?? '';
      }
    } },
  }, !many && h('option', { value: '', disabled: true, hidden: true, selected: !chosen.length }, textPlain(node.placeholder, 'Choose an option')),
  choices.map((choice) => (Array.isArray(choice) ? option(choice) : h('optgroup', { label: choice.label }, choice.choices.map(option)))));
  return h('span', { className: many ? 'select-many' : 'select-one' }, made, many ? null : icon('down'));
}

const textPlain = (object, otherwise) => object?.text ?? otherwise;
const pairs = (list) => (list ?? []).map((option) => [option.value, option.text.text]);
const staticChoices = (node) =>
  node.option_groups ? node.option_groups.map((group) => ({ label: group.label.text, choices: pairs(group.options) })) : pairs(node.options);
const people = () => [...state.users.values()].filter((user) => !user.is_bot).map((user) => [user.id, user.real_name]);
const channels = () => myChannels().filter((channel) => channel.kind === 'channel').map((channel) => [channel.id, `#${channel.name}`]);

/** Every conversation of this person that the app's filter lets through. */
function conversations({ filter = {} }) {
  const wanted = filter.include ?? ['public', 'private', 'im', 'mpim'];
  const kinds = { channel: 'public', group: 'private', im: 'im' };
  const found = myChannels().filter((channel) => wanted.includes(kinds[channel.kind])).map((channel) => [channel.id, titleOf(channel)]);
  const withApp = wanted.includes('im') && !filter.exclude_bot_users;
  return withApp ? [...found, [botChat(), state.app.name]] : found;
}

/** A choice of conversation begins where the person is, if the app wants that. */
function conversation(node, block, surface, label) {
  const choices = conversations(node);
  const here = choices.some(([id]) => id === state.place) ? state.place : null;
  if (node.default_to_current_conversation && here && current(surface.form, block, node) === null) surface.form.set(block, node, here);
  return select(node, block, surface, label, choices);
}

const choosing = (choices, many = false) => (node, block, surface, label) => select(node, block, surface, label, choices(node), many);

/** A text-like <input>; Enter tells the app where it wants to know. */
function input(type, more = () => ({})) {
  return (node, block, surface, label) => {
    const value = current(surface.form, block, node);
    const multiline = node.multiline === true;
    const made = h(multiline ? 'textarea' : 'input', {
      className: 'input', type: multiline ? null : type, rows: multiline ? 4 : null, id: label,
      placeholder: textPlain(node.placeholder, null), maxlength: node.max_length ?? null, autofocus: node.focus_on_load === true,
      data: { focus: focusKey(block, node), action: node.action_id }, ...more(node), value: type === 'datetime-local' ? localTime(value) : (value?.value ?? value ?? ''),
      on: {
        input: () => {
          surface.form.set(block, node, given(type, made.value));
          if (hears(block, node, 'on_character_entered')) soon(made, () => surface.act(block, node, given(type, made.value), 'on_character_entered'));
        },
        change: () => type.match(/date|time/) && tells(block) && fire(node, block, surface, given(type, made.value), made),
        keydown: (event) => {
          if (event.key !== 'Enter' || multiline || !hears(block, node, 'on_enter_pressed')) return;
          event.preventDefault();
          fire(node, block, surface, given(type, made.value), made, 'on_enter_pressed');
        },
      },
    });
    return made;
  };
}

/** An emptied field is null in Slack, not an empty text. */
function given(type, text) {
  if (type === 'datetime-local') return text ? Math.floor(new Date(text).getTime() / 1000) : null;
  return text === '' ? { value: null } : text;
}

function localTime(seconds) {
  if (!seconds) return '';
  const then = new Date(seconds * 1000);
  return new Date(then - then.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const numberLimits = (node) => ({ min: node.min_value ?? null, max: node.max_value ?? null, step: node.is_decimal_allowed ? 'any' : 1 });

/** Radio buttons and checkboxes. */
function ticks(type) {
  return (node, block, surface, label) => {
    const chosen = [].concat(current(surface.form, block, node) ?? []);
    const name = `tick-${(fields += 1)}`;
    const changed = () => {
      const picked = [...made.querySelectorAll('input:checked')].map((one) => one.value);
      const value = type === 'radio' ? picked[0] : picked;
      surface.form.set(block, node, value);
      if (tells(block)) fire(node, block, surface, value, made);
    };
    const made = h('div', { className: 'ticks', role: type === 'radio' ? 'radiogroup' : 'group', 'aria-labelledby': label ? `${label}-label` : null },
      node.options.map((option) => h('label', { className: 'tick' },
        h('input', { type, name, value: option.value, checked: chosen.includes(option.value), data: { focus: `${focusKey(block, node)}${option.value}` }, on: { change: changed } }),
        h('span', {}, textObject(option.text, surface.names), option.description && h('small', {}, textObject(option.description, surface.names))))));
    return made;
  };
}

/** Files are uploaded as soon as they are chosen, as Slack does it. */
function fileInput(node, block, surface, label) {
  const held = surface.form.get(block, node) ?? [];
  const kept = (surface.files ??= new Map());
  const list = h('ul', { className: 'file-list' });
  const draw = () => list.replaceChildren(...held.map((id) => h('li', {}, icon('file'), h('span', {}, `${kept.get(id)?.name ?? id} · ${bytes(kept.get(id)?.size ?? 0)}`),
    iconButton('close', `Remove ${kept.get(id)?.name ?? 'the file'}`, () => { held.splice(held.indexOf(id), 1); surface.form.set(block, node, held); draw(); }))));
  const chosen = h('input', { type: 'file', id: label, multiple: (node.max_files ?? 10) > 1, accept: (node.filetypes ?? []).map((kind) => `.${kind}`).join(',') || null,
    on: { change: async () => {
      for (const file of chosen.files) {
        if (held.length >= (node.max_files ?? 10)) { toast(`Only ${node.max_files ?? 10} files fit here.`); break; }
        const made = await attempt('upload', { user: state.me, ...(await encoded(file)) });
        if (!made) break;
        const { id } = made;
        kept.set(id, file);
        held.push(id);
      }
      surface.form.set(block, node, held);
      chosen.value = '';
      draw();
    } } });
  draw();
  return h('div', { className: 'file-input' }, chosen, list);
}

const MAKERS = {
  button, overflow, file_input: fileInput,
  workflow_button: (node, block, surface) => h('button', { className: 'button', type: 'button', disabled: true, title: 'Workflows do not run here' }, textObject(node.text, surface.names)),
  static_select: choosing(staticChoices), multi_static_select: choosing(staticChoices, true),
  users_select: choosing(people), multi_users_select: choosing(people, true),
  conversations_select: conversation, multi_conversations_select: choosing(conversations, true),
  channels_select: choosing(channels), multi_channels_select: choosing(channels, true),
  radio_buttons: ticks('radio'), checkboxes: ticks('checkbox'),
  plain_text_input: input('text'), email_text_input: input('email'), url_text_input: input('url'),
  number_input: input('number', numberLimits), datepicker: input('date'), timepicker: input('time'), datetimepicker: input('datetime-local'),
};
