/** Start: the parts of the page, and one look at all of them after every change. */

import { Conversation, Thread } from './conversation.js';
import { Developer } from './developer.js';
import { toast } from './dom.js';
import { followFaults } from './faults.js';
import { Modal } from './modal.js';
import { drawSidebar } from './sidebar.js';
import { begin, changed, open, state, watch } from './store.js';
import { applyTheme, drawTop } from './top.js';

applyTheme();
const $ = (id) => document.getElementById(id);
const conversation = new Conversation($('main'));
const thread = new Thread($('thread'));
const modal = new Modal();
const developer = new Developer($('developer'), changed);

watch(() => {
  if (!state.ready) return;
  document.body.dataset.pane = state.thread && state.place !== 'home' ? 'thread' : state.pane;
  drawTop($('top'), { developer });
  drawSidebar($('sidebar'));
  conversation.draw();
  thread.draw();
  modal.draw();
  document.documentElement.dataset.ready = 'true';
});
document.addEventListener('visibilitychange', changed);
for (const kind of ['dragover', 'drop']) window.addEventListener(kind, (event) => event.preventDefault());  // a file beside the mark must not replace the page
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href*="/archives/"]');
  const found = link && /\/archives\/(\w+)\/p(\d+)(\d{6})/.exec(link.href);
  if (!found || new URL(link.href).origin !== location.origin) return;
  event.preventDefault();  // a permalink of this workspace stays in this window
  open(found[1], { thread: new URL(link.href).searchParams.get('thread_ts') ?? `${found[2]}.${found[3]}` });
});
window.addEventListener('keydown', (event) => {
  if (event.key === '`' && event.ctrlKey) developer.toggle();
});
window.addEventListener('unhandledrejection', (event) => toast(`Something on this page went wrong: ${event.reason?.message ?? event.reason}`));
setInterval(changed, 30_000);  // "5 minutes ago" moves on
followFaults();
begin();
