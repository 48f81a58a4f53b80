"""Takes Slack's formatting off a text: what is drawn are its words, not its asterisks. Pure.

The composer shows bold letters and a small picture; the app gets ``*bold*`` and ``:tada:`` (docs
formatting-message-text).
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"```[ \t]*\n?(.*?)\n?[ \t]*```", re.DOTALL)
_QUOTE = re.compile(r"^[ \t]*>(?:>>)?[ \t]?(?![-=>])", re.MULTILINE)
_MARKS = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^{mark}\n]*[^\s{mark}]){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_EMOJI = re.compile(
    r"(?<![\w:/]):(?P<name>[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*|-1):(?::skin-tone-(?P<tone>[2-6]):)?(?![\w:])"
)
_FLAG = re.compile(r"flag-([a-z]{2})")


def without_formatting(text: str) -> str:
    """``text`` without code fences, quote marks, bold, italic and struck-out marks, and with its emoji as
    characters; a custom emoji becomes its words. Marks that are no formatting stay: "5 * 3", "snake_case"."""
    text = _QUOTE.sub("", _FENCE.sub(r"\1", text))
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    text = _CODE.sub(r"\1", text)
    return _EMOJI.sub(_character, text) if ":" in text else text


def _character(match: re.Match[str]) -> str:
    name, tone = match["name"], match["tone"]
    if flag := _FLAG.fullmatch(name):
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag[1])
    import emoji  # noqa: PLC0415 - its table takes 6 MB, and few people type an emoji

    found = emoji.emojize(f":{name}:", language="alias")
    if found.startswith(":"):
        return re.sub(r"[_-]+", " ", name).strip()
    return found + (chr(0x1F3FB + int(tone) - 2) if tone else "")
