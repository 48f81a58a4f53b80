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

/** Required inputs that are still empty, as `block_id: sentence`. */
export function missing(form, blocks) {
  const made = {};
  for (const block of blocks) {
    if (block.type !== 'input' || block.optional) continue;
    const value = current(form, block, block.element);
    const text = value !== null && typeof value === 'object' && 'value' in value ? value.value : value;
    if (text === null || text === '' || (Array.isArray(text) && !text.length)) made[block.block_id] = 'Please complete this required field.';
  }
  return made;
}

/** All options, those in groups too. */
export const options = (element) =>
  [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options ?? [])];
