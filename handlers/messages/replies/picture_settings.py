"""What a new picture is here and for this person, in words, with buttons to change it. Pure."""

from __future__ import annotations

from bot.domain.requests.amounts import DRAFTS_AT_ONCE, PictureMode
from bot.services.requests.preferences import Choices
from handlers.messages.block_kit import (
    Bold,
    Channel,
    Json,
    Part,
    as_text,
    bullets,
    fallback,
    rich_text,
    section,
)
from handlers.messages.buttons.button import actions, button
from handlers.messages.problems.error_message import Notice

_NAMES = {PictureMode.DRAFTS: f"{DRAFTS_AT_ONCE} drafts", PictureMode.SINGLE: "1 medium picture"}
_DEFAULT = "default"
_WORDS = {PictureMode.DRAFTS.value: "drafts", PictureMode.SINGLE.value: "one", _DEFAULT: _DEFAULT}
BUTTONS = tuple(f"settings_{whose}_{word}" for whose in ("mine", "channel") for word in _WORDS.values())
"""Each carries a command as its value, and has it answered."""


def settings_notice(choices: Choices, *, channel_id: str | None) -> Notice:
    """What holds, and whose choice that is. ``channel_id`` None: a direct message, which has no choice of its
    own."""
    title: tuple[Part, ...] = ("Without flags you get ", Bold(_NAMES[choices.mode]), ".")
    lines: list[tuple[Part, ...]] = [("Your choice: ", _said(choices.own))]
    if channel_id is not None:
        lines.append((Channel(channel_id), ": ", _said(choices.channel)))
    lines.append(("Everywhere else: ", _said(choices.installation)))
    blocks: list[Json] = [rich_text(section(title), bullets(lines)), _row("mine", choices.own)]
    if choices.rules and channel_id is not None:
        blocks.append(_row("channel", choices.channel))
    return Notice(fallback("\n".join([as_text(title), *map(as_text, lines)])), blocks)


def _said(mode: PictureMode | None) -> str:
    return "not made" if mode is None else _NAMES[mode]


def _row(whose: str, chosen: PictureMode | None) -> Json:
    """The choices that can be made instead of ``chosen``."""
    is_mine = whose == "mine"
    here = "" if is_mine else " in this channel"
    labels = {
        PictureMode.DRAFTS.value: f"Choose 4 drafts{here}",
        PictureMode.SINGLE.value: f"Choose 1 picture{here}",
        _DEFAULT: f"Follow the default{here}",
    }
    now = chosen.value if chosen is not None else _DEFAULT
    command = "settings" if is_mine else "settings channel"
    return actions(
        *(
            button(f"settings_{whose}_{_WORDS[word]}", label, f"{command} {word}")
            for word, label in labels.items()
            if word != now
        )
    )
