/** The control API of the sandbox: acts of people, looks at everything, and the stream of changes. */

/** What the sandbox refused, in its own words; or what became of a request that it did not answer as it should. */
export class Refused extends Error {}

async function answer(path, init) {
  const response = await fetch(`/sandbox/${path}`, init).catch(() => {
    throw new Refused('The sandbox does not answer. Is it still running?');
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  throw new Refused(body?.error ?? `The sandbox could not do this: ${response.status} ${response.statusText}.`);
}

/** GET /sandbox/<path> */
export const show = (path) => answer(path, {});

/** POST /sandbox/<path> with a JSON object. */
export const act = (path, body = {}) =>
  answer(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** DELETE /sandbox/<path> */
export const remove = (path) => answer(path, { method: 'DELETE' });

/**
 * Follow the workspace. `changed` gets every change; `connected` whether the stream is there; `opened` hears each
 * time that it begins, and looks at everything then, since what changed before has been missed.
 */
export function follow({ changed, connected, opened }) {
  const stream = new EventSource('/sandbox/stream');
  stream.addEventListener('open', () => {
    connected(true);
    opened();
  });
  stream.addEventListener('error', () => connected(false));
  stream.addEventListener('message', (event) => changed(JSON.parse(event.data)));
}

/** A file of the browser as the control API takes it. */
export async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name || 'pasted.png', content_base64: btoa(binary) };
}

/** Where the bytes of a workspace file are. */
export const fileUrl = (id) => `/sandbox/file/${encodeURIComponent(id)}`;
