/** Slack's text objects as nodes: mrkdwn, plain text and rich text, with escaping undone exactly once. */

import { h } from './dom.js';
import { glyph, EMOJI } from './emoji.js';

/** `&amp; &lt; &gt;` back to characters, once. */
export const unescape = (text) =>
  text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>' })[name]);

const FORMS = { '*': 'strong', _: 'em', '~': 's' };
const INLINE = new RegExp(
  [
    '<(?<special>[^<>\\n]+)>',
    '`(?<code>[^`\\n]+)`',
    '(?<![\\w*_~])(?<mark>[*_~])(?<inner>[^\\s*_~](?:[^\\n]*?[^\\s])??)\\k<mark>(?![\\w*_~])',
    ':(?<emoji>[a-z0-9_+-]+):',
    '(?<url>https?://[^\\s<>]+[^\\s<>.,;:!?)"\'])',
    '(?<![\\w@])@(?<all>here|channel|everyone)\\b',
  ].join('|'),
  'g',
);

/** What a person would type for a text as it is stored: names for ids, and nothing escaped. */
export const asTyped = (text, names) =>
  unescape(text.replace(/<([^<>\n]+)>/g, (whole, body) => {
    const [target, label] = body.split(/\|(.*)/s);
    const id = target.slice(1);
    if (/^@[UW]/.test(target)) return names.handle(id) ? `@${names.handle(id)}` : whole;
    if (/^#[CG]/.test(target)) return names.channel(id) ?? label ? `#${names.channel(id) ?? label}` : whole;
    if (/^!(here|channel|everyone)$/.test(target)) return `@${id}`;
    return target.startsWith('!') ? whole : target;
  }));

/** A text object of a block. */
export function textObject(object, names) {
  if (!object) return '';
  if (object.type === 'mrkdwn') return mrkdwn(String(object.text), names, { verbatim: object.verbatim === true });
  return plain(String(object.text ?? ''), object.emoji !== false);
}

/** Plain text: nothing is parsed but, where it is allowed, `:emoji:`. */
export function plain(text, emoji = true) {
  return emoji ? text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole) : text;
}

/**
 * mrkdwn as Slack shows it. `verbatim` switches off what Slack adds by itself (bare links, @here).
 * @returns {DocumentFragment}
 */
export function mrkdwn(text, names, { verbatim = false } = {}) {
  const made = document.createDocumentFragment();
  text.split(/```\n?([\s\S]*?)```/).forEach((part, index) => {
    if (index % 2) made.append(h('pre', { className: 'pre' }, unescape(part.replace(/<([^<>|]+)(?:\|([^<>]+))?>/g, '$1'))));
    else if (part) made.append(...lines(part, names, verbatim));
  });
  return made;
}

function lines(text, names, verbatim) {
  const made = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) made.push(h('blockquote', { className: 'quote' }, inline(quoted.join('\n'), names, verbatim)));
    quoted = [];
  };
  let loose = [];
  const flushLoose = () => {
    if (loose.length) made.push(inline(loose.join('\n'), names, verbatim));
    loose = [];
  };
  for (const line of text.split('\n')) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      flushLoose();
      quoted.push(quote[1]);
    } else {
      flush();
      loose.push(line);
    }
  }
  flush();
  flushLoose();
  return made;
}

function inline(text, names, verbatim) {
  const made = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const node = inlineNode(match.groups, names, verbatim);
    if (node === null || match.index < done) continue;
    made.append(unescape(text.slice(done, match.index)), node);
    done = match.index + match[0].length;
  }
  made.append(unescape(text.slice(done)));
  return made;
}

function inlineNode(found, names, verbatim) {
  if (found.special) return special(found.special, names);
  if (found.code) return h('code', { className: 'code' }, unescape(found.code));
  if (found.mark) return h(FORMS[found.mark], {}, inline(found.inner, names, verbatim));
  if (found.emoji) return EMOJI[found.emoji] ? emojiNode(found.emoji) : null;
  if (verbatim) return null;
  if (found.url) return link(unescape(found.url), null);
  return found.all ? broadcast(found.all) : null;
}

/** What stands between angle brackets: people, channels, broadcasts, dates, links. */
function special(body, names) {
  const [target, label] = body.split(/\|(.*)/s);
  if (/^@[UW]/.test(target)) return person(target.slice(1), names);
  if (/^#[CG]/.test(target)) return place(target.slice(1), names, label);
  if (target.startsWith('!date^')) return unescape(label ?? target);
  if (target.startsWith('!subteam^')) return h('span', { className: 'mention' }, `@${unescape(label ?? target.slice(9))}`);
  if (target.startsWith('!')) return broadcast(target.slice(1));
  return link(unescape(target), label === undefined ? null : unescape(label));
}

export const person = (id, names) =>
  h('span', { className: `mention${id === names.me ? ' mention-me' : ''}`, data: { user: id } }, `@${names.user(id)}`);
const place = (id, names, label) => h('span', { className: 'mention' }, `#${names.channel(id) ?? label ?? id}`);
const broadcast = (range) => h('span', { className: 'mention mention-all' }, `@${range}`);
const emojiNode = (name) => h('span', { className: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') }, glyph(name));

/** A link, if its address is one that a browser may open; else just the words. */
export function link(url, label) {
  const text = label ?? url;
  if (!/^(https?:|mailto:)/i.test(url)) return h('span', {}, text);
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text);
}

const RICH = {
  rich_text_section: (node, names) => h('div', { className: 'rich-section' }, pieces(node, names)),
  rich_text_quote: (node, names) => h('blockquote', { className: 'quote' }, pieces(node, names)),
  rich_text_preformatted: (node, names) => h('pre', { className: 'pre' }, pieces(node, names)),
  rich_text_list: (node, names) =>
    h(node.style === 'ordered' ? 'ol' : 'ul', { className: `rich-list indent-${node.indent ?? 0}`, start: node.offset ? node.offset + 1 : null },
      (node.elements ?? []).map((item) => h('li', {}, pieces(item, names)))),
};

/** A rich_text block's content; `unknown` renders what is not known here. */
export function richText(block, names, unknown) {
  return (block.elements ?? []).map((node) => (RICH[node.type] ? RICH[node.type](node, names) : unknown(node)));
}

const pieces = (node, names) => (node.elements ?? []).map((piece) => richPiece(piece, names));

function richPiece(piece, names) {
  const made = bare(piece, names);
  const style = piece.style ?? {};
  return [['code', 'code'], ['strike', 's'], ['italic', 'em'], ['underline', 'u'], ['bold', 'strong']]
    .filter(([name]) => style[name])
    .reduce((inner, [name, tag]) => h(tag, { className: name === 'code' ? 'code' : null }, inner), made);
}

function bare(piece, names) {
  if (piece.type === 'text') return String(piece.text ?? '');
  if (piece.type === 'link') return link(String(piece.url ?? ''), piece.text ?? null);
  if (piece.type === 'user') return person(piece.user_id, names);
  if (piece.type === 'channel') return place(piece.channel_id, names);
  if (piece.type === 'usergroup') return h('span', { className: 'mention' }, `@${piece.usergroup_id}`);
  if (piece.type === 'broadcast') return broadcast(piece.range);
  if (piece.type === 'emoji') return EMOJI[piece.name] ? emojiNode(piece.name) : emojiCode(piece);
  if (piece.type === 'date') return String(piece.fallback ?? piece.timestamp);
  if (piece.type === 'color') return h('code', { className: 'code' }, String(piece.value));
  return h('code', { className: 'code unknown-piece', title: 'not known to this page' }, JSON.stringify(piece));
}

function emojiCode(piece) {
  const points = String(piece.unicode ?? '').split('-').map((part) => parseInt(part, 16));
  return points.every((point) => point > 0) && piece.unicode ? String.fromCodePoint(...points) : `:${piece.name}:`;
}
