"""What Slack sends as text, back to the text that a person typed. Pure; decodes exactly once.

Slack escapes ``&``, ``<`` and ``>`` in what it sends, so a raw ``<`` always opens one of its own sequences.
One pass over both kinds keeps a typed ``&lt;`` (sent as ``&amp;lt;``) as it was typed. With
``should_escape: false`` a command's text holds names instead of sequences; should an installation have it
on, the sequences are understood all the same (Slack reference 1 and 8).
"""

from __future__ import annotations

import re
import unicodedata

_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_SLACK = re.compile(r"<(?P<inner>[@#!][^<>\n]*|(?:https?|mailto|tel|ftp):[^<>\n]*)>|&(?P<entity>amp|lt|gt);")
_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|gif|avif|tiff?|hei[cf]|bmp)(?:[?#]|$)", re.IGNORECASE)
_BOT = "\0"
"""Stands for the bot's own mention while a text is decoded; no message may hold this character."""
_ADDRESSED = re.compile(rf"{_BOT}(?:[,:;](?=\s|$))?[ \t]*")  # "@bot, a fox"; but "@bot :fox_face:"
# Zero-width spaces, direction marks and overrides: invisible, and able to turn around or split a message.
# Joiners stay: family emoji and several scripts are made with them.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def decode_command_text(text: str) -> str:
    """A slash command's ``text`` as typed, without control characters, in NFC, trimmed."""
    return clean(_SLACK.sub(lambda match: _plain(match, None), text))


def decode_event_text(text: str, bot_user_id: str) -> str:
    """An event's ``text`` as typed, without the bot's own mention wherever it stands.

    People become ``@name`` or, as events carry no names, ``@U…``; channels ``#name``; links their address
    (or what was typed, for a bare domain that Slack made a link of).
    """
    decoded = _SLACK.sub(lambda match: _plain(match, bot_user_id), text.replace(_BOT, ""))
    return clean(_ADDRESSED.sub("", decoded))


def clean(text: str) -> str:
    """Text without control and direction characters and broken surrogates, in NFC, trimmed; idempotent.

    Line breaks stay, tabs become spaces.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _INVISIBLE.sub("", text.replace("\t", " "))
    kept = (char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _plain(match: re.Match[str], bot_user_id: str | None) -> str:
    if match["entity"]:
        return _ENTITIES[match["entity"]]
    body, _, label = match["inner"].partition("|")
    label, ident = _unescape(label), body[1:]
    if body.startswith("@"):
        return _BOT if ident == bot_user_id else f"@{label or ident}"
    if body.startswith("#"):
        return f"#{label or ident}"
    if body.startswith("!"):
        return _special(ident, label)
    return _link(_unescape(body), label)


def _special(command: str, label: str) -> str:
    """``<!here>``, ``<!subteam^S1|@team>``, ``<!date^…|fallback>`` as the words a reader would see."""
    name = command.partition("^")[0]
    if name == "date":
        return label
    return "@" + (label.removeprefix("@") or ("team" if name == "subteam" else name))


def _link(url: str, label: str) -> str:
    """The words that a link was put on, which its author sees; else its address. A picture's own file name
    is no words."""
    return url if not label or (_PICTURE.search(url) and label in url) else label


def _unescape(text: str) -> str:
    return re.sub(r"&(amp|lt|gt);", lambda match: _ENTITIES[match[1]], text)
