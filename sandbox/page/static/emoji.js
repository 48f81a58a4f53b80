/** The short names that this workspace knows; others stay as `:name:`. */

/** @type {Record<string, string>} */
export const EMOJI = {};

/** Take in the names of the workspace, before anything is drawn. */
export const learn = (names) => Object.assign(EMOJI, names);

/** What the reaction picker offers. */
export const OFFERED = ['+1', 'heart', 'tada', 'eyes', 'art', 'star', 'repeat', 'white_check_mark', 'x', 'fire'];

export const glyph = (name) => EMOJI[name] ?? `:${name}:`;
