/** What people have filled into blocks, kept by block and action while the blocks around it change. */

export class FormState {
  #values = new Map();

  get(block, element) {
    return this.#values.get(`${block.block_id}\n${element.action_id}`);
  }

  set(block, element, value) {
    this.#values.set(`${block.block_id}\n${element.action_id}`, value);
  }

  /** In the shape of the control API, for the blocks that are still there. */
  values(blocks) {
    const there = new Set(blocks.map((block) => block.block_id));
    const made = {};
    for (const [key, value] of this.#values) {
      const [block, action] = key.split('\n');
      if (there.has(block)) (made[block] ??= {})[action] = value;
    }
    return made;
  }
}

const INITIAL = {
  plain_text_input: 'initial_value', email_text_input: 'initial_value', url_text_input: 'initial_value',
  number_input: 'initial_value', datepicker: 'initial_date', timepicker: 'initial_time',
  datetimepicker: 'initial_date_time', users_select: 'initial_user', conversations_select: 'initial_conversation',
  channels_select: 'initial_channel', multi_users_select: 'initial_users',
  multi_conversations_select: 'initial_conversations', multi_channels_select: 'initial_channels',
};

/** The value an element shows: what was entered, else what the app began with. */
export function current(form, block, element) {
  const entered = form.get(block, element);
  if (entered !== undefined) return entered;
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
