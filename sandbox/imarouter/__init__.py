"""A simulated ImaRouter (GPT Image 2): the real bot runs against it unmodified, as
IMAROUTER_BASE_URL=http://127.0.0.1:PORT, IMAROUTER_API_KEY=sk-sandbox, IMAGINE_TRUSTED_HOSTS=127.0.0.1:PORT.

It serves both dialects, checks what the model checks, fetches sources over HTTP, draws real pictures, and
keeps a balance that is pre-charged at submit and refunded when a task fails. Everything else the provider was
seen to do, good or bad, is an option (`Options`), a behaviour of single tasks, or a fault on the wire
(`sandbox.faults`; operations `submit`, `poll`, `download`, `balance`).

**Magic words.** A behaviour is ordered for the next tasks with POST /sandbox/next, or by a person who writes
it in square brackets into a prompt. Several may be combined.

| at submit | |
| --- | --- |
| [moderate] | 400 `moderation_blocked`, nothing charged |
| [account] | 403 "resource has been temporarily blocked": the provider's own account, not the user |
| [quota] [key] [model] [toolarge] | 403 empty balance, 401, 503 `model_not_found`, 413 |
| [ratelimit] | 429, with the body and Retry-After of the options |
| [noid] | 200 `{"message":"queue full"}`, nothing accepted |
| [drop] | the connection closes, nothing accepted |
| [lost] [lost-502] | accepted and charged, but the answer is lost, or is a 502 |
| [error:SHAPE] | 500 as `task` `nested` `openai` `new_api` `text` `plain` `empty` |

| while it works | |
| --- | --- |
| [fail] [chinese] | fails: "upstream task failed", or a Chinese text; refunded |
| [moderate-late] [account-late] | fails with the moderation or account text |
| [wget] | fails with the raw shell text of an unreachable source |
| [partial] | one of n fails: one output is missing, or the second of n single tasks fails |
| [slow] [quick] [stuck] | five times as long, at once, never |
| [forgotten] | accepted, but its id is unknown from then on |
| [nourl] | succeeds without a picture (charged) |
| [status:WORD] | uses this word: one for failure fails, one for success succeeds, any other is pending |
| [amount:MODE] | `amount_usd`: `present` `zero` `null` `absent` `negative` `nan` `string` `absurd` (14.90) |
| [links:COUNT] | succeeds with so many result links, whatever was ordered |

| at the download | |
| --- | --- |
| [expired] [forbidden] | 404, 403 |
| [moved] | 404 until the next poll, which gives a new link that works |
| [as-png] | a PNG, whatever format was ordered |
| [redirect] [wrong-type] [html] | 302, octet-stream, a web page instead of a picture |
| [oversize] [truncated] | a stream that goes on and on; half of the promised bytes |

**Guesses**, where no public source says how the provider behaves: the jobs dialect's edit fields and presets
(fal's names; presets below the pixel floor are mapped up), its error object, `auto` for edits only; n > 1 in
shape W makes and bills n pictures but shows one link; a bad mask is refused at submit; `used_amount_usd` goes
down with a refund; `amount_usd` is 0 while pending.
"""

from sandbox.imarouter.client import SandboxImaRouterClient
from sandbox.imarouter.options import Options
from sandbox.imarouter.process import serve
from sandbox.imarouter.server import SandboxImaRouter

__all__ = ["Options", "SandboxImaRouter", "SandboxImaRouterClient", "serve"]
