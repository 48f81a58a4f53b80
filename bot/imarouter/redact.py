"""Other people's text made fit for our logs and rows: short, one line, without keys and links."""

from __future__ import annotations

import re
from collections.abc import Iterable

LIMIT = 500
"""Characters of ``Failure.detail``."""

_LINK = re.compile(
    r"\b(?:https?|wss?|ftp):?(?:(?:\\*/){2}|%3a%2f%2f)(?:[^\s/@\"'<>]*@)?([^\s/\"'<>?#\\:%]*)[^\s\"'<>]*",
    re.IGNORECASE,
)
_DATA = re.compile(r"\bdata:[\w/+.;=-]*,[^\s\"'<>]*", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"\b(bearer|basic)\s+[^\s\"',;]+", re.IGNORECASE)
_KEY = re.compile(r"\b(?:sk|pk|rk|xox[a-z]|xapp)-[\w.*-]{3,}", re.IGNORECASE)
_LONG = re.compile(r"[\w+/=.~-]{40,}")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def redact(text: str, secrets: Iterable[str] = (), *, limit: int = LIMIT) -> str:
    """``text`` for operators: links shrink to their host, keys and long tokens vanish, at most ``limit``.

    Never raises; the result has no control characters and no lone surrogates (PostgreSQL refuses both).
    """
    for secret in secrets:  # before anything is cut, so that no half of one is left
        if secret:
            text = text.replace(secret, "[key]")
    text = text[: 20 * limit].encode("utf-8", "replace").decode("utf-8")
    text = _SPACE.sub(" ", text)
    text = _DATA.sub("[data]", text)
    text = _LINK.sub(r"[link \1]", text)
    text = _AUTHORIZATION.sub(r"\1 [key]", text)
    text = _KEY.sub("[key]", text)
    text = _LONG.sub("[…]", text).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"
