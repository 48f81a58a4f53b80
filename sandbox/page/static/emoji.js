/** The short names that this workspace knows; others stay as `:name:`. */

export const EMOJI = {
  '+1': '👍', thumbsup: '👍', '-1': '👎', thumbsdown: '👎', heart: '❤️', tada: '🎉', eyes: '👀', art: '🎨',
  white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', hourglass: '⌛',
  hourglass_flowing_sand: '⏳', repeat: '🔁', arrows_counterclockwise: '🔄', star: '⭐', email: '✉️', envelope: '✉️',
  bulb: '💡', moneybag: '💰', lock: '🔒', rocket: '🚀', sparkles: '✨', frame_with_picture: '🖼️',
  lower_left_paintbrush: '🖌️', pencil2: '✏️', no_entry: '⛔', no_entry_sign: '🚫', question: '❓', wave: '👋',
  fire: '🔥', raised_hands: '🙌', thinking_face: '🤔', smile: '😄', joy: '😂', fox_face: '🦊', camera: '📷',
  information_source: 'ℹ️', wastebasket: '🗑️', link: '🔗', dollar: '💵', gear: '⚙️', clock1: '🕐', coffee: '☕',
};

/** What the reaction picker offers. */
export const OFFERED = ['+1', 'heart', 'tada', 'eyes', 'art', 'star', 'repeat', 'white_check_mark', 'x', 'fire'];

export const glyph = (name) => EMOJI[name] ?? `:${name}:`;
