"""Takes secrets out of a text that is about to be printed: what looks like one, and the configured ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "[secret]"

SHORTEST = 8
"""A configured secret that is shorter is not looked for: its letters may stand in any word."""

_REST = r"[^\s\"'\\<>()\[\]{}\x1b]"
"""What an address or a token may go on with. Neither a quote nor a backslash: a JSON line stays one."""

_SLASHES = ("/", r"\\/", r"\\\\/")
"""A slash as it is, in JSON, and in JSON within JSON, which may escape it."""

_PATH = rf"(?:{_REST}|\\+/)+"


def _after(words: str) -> str:
    """Behind ``words``, a pattern, however its slashes are written."""
    return "(?:" + "|".join(f"(?<={words.replace('/', slash)})" for slash in _SLASHES) + ")"


_BEGINS = r"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4})|(?<=\dm))"
"""No letter stands before it, unless it belongs to an escape of JSON's or to a terminal's colour."""

_LOOKS_SECRET = re.compile(
    "|".join(
        (
            r"(?:xox[a-z]?[.-]|xapp-|xwfp-)[\w.%/+=-]{6,}",  # Slack's tokens, and pairs such as xoxe.xoxb-…
            _BEGINS + r"sk-[\w-]{6,}",  # the image API's keys
            _after("://") + r"[^\s/@:\"'\\<>]*:[^\s/@\"'\\<>]+(?=@)",  # user and password in an address
            rf"(?<=hooks\.slack\.com)(?:\\*/|%2[Ff]){_PATH}",  # whoever has it posts as the bot
            rf"(?<=hooks\.slack-gov\.com)(?:\\*/|%2[Ff]){_PATH}",
            _after(r"slack\.com/upload/") + _PATH,  # whoever has it uploads as the bot
            r"(?<=[?&]ticket=)[\w%.-]+",  # the one use of a Socket Mode address
            r"(?<=[?&]X-Amz-Signature=)\w+",  # a link to a source in object storage
            r"[0-9a-f]{1,12}-[\w-]{16,64}(?:\.|%2[Ee])[\w-]{43}(?![\w-])",  # bot.media.signed_links
        )
    )
)


class Redaction:
    """Knows the configured secrets. ``add`` may be called at any time and again."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Look for these, too, however they are written: plainly, in an address, in JSON, as Python shows
        a text."""
        self._forms |= {form for secret in secrets if len(secret) >= SHORTEST for form in _written(secret)}
        if self._forms:
            longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
            self._known = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> str:
        """``text`` with HIDDEN in place of every secret. Safe to repeat."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _LOOKS_SECRET.sub(HIDDEN, text)


def _written(secret: str) -> Iterator[str]:
    for form in (secret, repr(secret)[1:-1], repr(secret.encode())[2:-1]):
        yield form
        yield json.dumps(form)[1:-1]
        yield json.dumps(form, ensure_ascii=False)[1:-1]
        yield json.dumps(form)[1:-1].replace("/", "\\/")
    for encoded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), encoded)
