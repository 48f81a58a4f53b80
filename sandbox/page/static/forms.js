/** What people have filled into blocks, kept by block and action while the blocks around it change. */

/** `sticky`: what an element begins with counts as entered, as in a modal, where an update does not change it. */
export class FormState {
  #values = new Map();

  constructor({ sticky = false } = {}) {
    this.sticky = sticky;
  }

  get(block, element) {
    return this.#values.get(`${block.block_id}\n${element.action_id}`);
  }

  set(block, element, value) {
    this.#values.set(`${block.block_id}\n${element.action_id}`, value);
  }

  /** Take in what Slack knows of the fields (`view.state.values`), where nothing was entered here. */
  seed(values = {}) {
    for (const [block, fields] of Object.entries(values)) {
      for (const [action, held] of Object.entries(fields)) {
        const key = `${block}\n${action}`;
        const value = plainValue(held);
        if (!this.#values.has(key) && value !== null && value !== undefined) this.#values.set(key, value);
      }
    }
  }

  /** In the shape of the control API, for the blocks that are still there and the options that they offer. */
  values(blocks) {
    const made = {};
    for (const block of blocks) {
      for (const element of [block.element, block.accessory, ...(block.elements ?? [])].filter(Boolean)) {
        const value = offered(element, this.get(block, element));
        if (value !== undefined) (made[block.block_id] ??= {})[element.action_id] = value;
      }
    }
    return made;
  }
}

/** The value of a field of `view.state.values`: the text, the id, the options' values. */
function plainValue({ type, selected_option: one, selected_options: many, files, ...rest }) {
  if (files) return files.map((file) => file.id);
  if (many) return many.map((option) => option.value);
  if (one !== undefined) return one?.value;
  return Object.entries(rest).find(([name]) => name !== 'type')?.[1] ?? null;
}

/** An entered choice without what the element no longer offers. */
function offered(element, value) {
  if (!element.options && !element.option_groups) return value;
  const all = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)].map((option) => option.value);
  if (Array.isArray(value)) return value.filter((one) => all.includes(one));
  return all.includes(value) ? value : undefined;
}

/** What an act says of a press: a button's value, the chosen option, or all that are chosen. */
export function chosen(node, choice) {
  if (node.type === 'button') return node.value === undefined ? {} : { value: node.value };
  return Array.isArray(choice) ? { selected_options: choice } : { selected_option: choice };
}

/** Files in these blocks that Slack does not show to this person. */
export const hiddenFrom = (me, pictures) => new Set((pictures ?? []).filter((one) => one.hidden_from.includes(me)).map((one) => one.file));

const INITIAL = {
  plain_text_input: 'initial_value', email_text_input: 'initial_value', url_text_input: 'initial_value',
  number_input: 'initial_value', datepicker: 'initial_date', timepicker: 'initial_time',
  datetimepicker: 'initial_date_time', users_select: 'initial_user', conversations_select: 'initial_conversation',
  channels_select: 'initial_channel', multi_users_select: 'initial_users',
  multi_conversations_select: 'initial_conversations', multi_channels_select: 'initial_channels',
};

/** The value an element shows: what was entered, else what the app began with. */
export function current(form, block, element) {
  const entered = offered(element, form.get(block, element));
  if (entered !== undefined) return entered;
  const begun = beginning(element);
  if (form.sticky && begun !== null) form.set(block, element, begun);
  return begun;
}

function beginning(element) {
  if (element.initial_option) return element.initial_option.value;
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  return element[INITIAL[element.type]] ?? null;
}

/** What Slack itself says before it asks the app, as `block_id: sentence`. */
export function problems(form, blocks) {
  const made = {};
  for (const block of blocks) {
    const said = block.type === 'input' && problem(block, current(form, block, block.element));
    if (said) made[block.block_id] = said;
  }
  return made;
}

function problem({ element, optional }, value) {
  const given = value !== null && typeof value === 'object' && 'value' in value ? value.value : value;
  if (given === null || given === '' || (Array.isArray(given) && !given.length)) return optional ? null : 'Please complete this required field.';
  const check = CHECKS[element.type];
  return check ? check(String(given), element) : null;
}

const CHECKS = {
  plain_text_input: (text, { min_length: least }) => (least && text.length < least ? `Please enter at least ${least} characters.` : null),
  email_text_input: (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : 'Please enter a valid email address.'),
  url_text_input: (text) => (/^https?:\/\/\S+$/.test(text) ? null : 'Please enter a valid URL.'),
  number_input: number,
};

function number(text, { is_decimal_allowed: decimals, min_value: min = null, max_value: max = null }) {
  const value = Number(text);
  if (!Number.isFinite(value)) return 'Please enter a number.';
  if (!decimals && !Number.isInteger(value)) return 'Please enter a whole number.';
  if (min !== null && value < Number(min)) return `Please enter ${min} or more.`;
  return max !== null && value > Number(max) ? `Please enter ${max} or less.` : null;
}
