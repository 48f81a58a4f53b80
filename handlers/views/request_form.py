"""The form for a new picture or an edit: what it shows. Pure; it holds ids and places, never a prompt.

Limits: titles 24 characters, ``private_metadata`` 3000, file inputs 10 files (Slack reference 6).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.domain.requests.request import Format, Quality
from bot.domain.requests.sizes import PRESETS, parse_size
from handlers.messages.block_kit import Json, context, plain_text
from handlers.messages.status_text import short_id, size_text
from handlers.parsing import MAX_N

FORM = "picture_form"
EDIT_SHORTCUT = "edit_image"
NEW_SHORTCUT = "generate_image"
"""Names that Slack sends back; the shortcuts' are in the manifest too; the button's are in ``blocks``."""

PROMPT, SIZE, QUALITY, COUNT, FORMAT = "prompt", "size", "quality", "number", "format"
WHICH, PICTURES, MASK, WHERE = "which", "pictures", "mask", "where"
VALUE = "value"
"""The fields' block ids, and the one action id in each of them."""

AUTO = "auto"
MOST_FILES = 10
PROMPT_CHARACTERS = 3000
"""What Slack lets a text field take at most."""

_METADATA_CHARACTERS = 3000
_FILETYPES = ("png", "jpg", "jpeg", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff")
_SIZES = ("square", "landscape_3_2", "portrait_2_3", "landscape_16_9", "portrait_16_9", "landscape_4_3",
          "portrait_4_3")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """What a form was opened on. ``channel_id`` None: the person says where. ``files`` are Slack's ids.

    ``is_thread``: something is in that thread already, so that a private note in it can be seen.
    ``is_private`` is the conversation's (see ``Place``), where the form's place is not chosen in it.
    ``job_id`` with ``count`` results: one of these is edited, in that job's thread. ``is_edit``: without a
    picture of its own the form insists on one.
    """

    channel_id: str | None = None
    thread_ts: str | None = None
    files: tuple[str, ...] = ()
    job_id: str | None = None
    count: int = 1
    is_edit: bool = False
    is_thread: bool = False
    is_private: bool | None = None

    def packed(self) -> str:
        """For ``private_metadata``."""
        values = {
            "c": self.channel_id,
            "t": self.thread_ts,
            "f": list(self.files),
            "j": self.job_id,
            "n": self.count,
            "e": self.is_edit,
            "a": self.is_thread,
            "p": {True: "y", False: "n", None: ""}[self.is_private],
        }
        text = json.dumps({key: value for key, value in values.items() if value}, separators=(",", ":"))
        assert len(text) <= _METADATA_CHARACTERS
        return text

    @classmethod
    def unpacked(cls, text: str) -> Start:
        """Raises ValueError for what ``packed`` never made."""
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("no form of ours")
        return cls(
            channel_id=values.get("c"),
            thread_ts=values.get("t"),
            files=tuple(values.get("f", ())),
            job_id=values.get("j"),
            count=int(values.get("n", 1)),
            is_edit=bool(values.get("e", False)),
            is_thread=bool(values.get("a", False)),
            is_private={"y": True, "n": False}.get(values.get("p", "")),
        )

    @property
    def has_picture(self) -> bool:
        return bool(self.files or self.job_id)


def form_view(start: Start) -> Json:
    """The form, ready for ``views.open``."""
    title = "Edit this image" if start.is_edit else "New picture"
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": start.packed(),
        "title": plain_text(title),
        "submit": plain_text("Draw"),
        "close": plain_text("Cancel"),
        "blocks": _blocks(start),
    }


def _blocks(start: Start) -> list[Json]:
    blocks = [context(told)] if (told := _told(start)) else []
    if start.channel_id is None and start.job_id is None:
        blocks.append(_input(WHERE, "Where", _conversations()))
    if start.count > 1:
        options = [(str(i), f"{i} of {start.count}") for i in range(1, start.count + 1)]
        blocks.append(_input(WHICH, "Which picture", _select(options, "1")))
    words = "What to change" if start.is_edit else "What to draw"
    more = "More pictures" if start.has_picture else "Pictures to edit" if start.is_edit else "Start from"
    blocks += [
        _input(PROMPT, words, _prompt(is_edit=start.is_edit)),
        _input(SIZE, "Size", _select(_sizes(is_edit=start.is_edit), AUTO)),
        _input(QUALITY, "Quality", _select([(q.value, q.value) for q in Quality], Quality.MEDIUM.value)),
        _input(COUNT, "How many", _select([(str(i), str(i)) for i in range(1, MAX_N + 1)], "1")),
        _input(FORMAT, "File format", _select([(f.value, f.value) for f in Format], Format.PNG.value)),
        _input(
            PICTURES,
            more,
            _files(MOST_FILES),
            optional=start.has_picture or not start.is_edit,
            hint="Any of them may be used in the result." if start.has_picture else "",
        ),
        _input(
            MASK,
            "Mask",
            _files(1),
            optional=True,
            hint="A picture of the same size: transparent, or white on black, where it may change.",
        ),
    ]
    return blocks


def _told(start: Start) -> str:
    if start.job_id:
        return f"Editing {short_id(start.job_id)}. The result comes into its thread."
    if start.files:
        what = "the picture" if len(start.files) == 1 else f"the {len(start.files)} pictures"
        return f"Editing {what} of this message. The result comes into its thread."
    if start.is_edit:
        return "This message has no picture that I can see: add the one to edit below."
    return ""


def _input(block_id: str, label: str, element: Json, *, optional: bool = False, hint: str = "") -> Json:
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": {"action_id": VALUE, **element},
        "optional": optional,
    }
    return block | ({"hint": plain_text(hint)} if hint else {})


def _prompt(*, is_edit: bool) -> Json:
    example = "make the sky pink" if is_edit else "a lighthouse at dusk, oil on canvas"
    return {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": PROMPT_CHARACTERS,
        "focus_on_load": True,
        "placeholder": plain_text(example),
    }


def _sizes(*, is_edit: bool) -> list[tuple[str, str]]:
    auto = "auto: keep the picture's shape" if is_edit else "auto"
    return [(AUTO, auto), *((name, size_text(PRESETS[name])) for name in _SIZES)]


def _select(options: list[tuple[str, str]], initial: str) -> Json:
    made = [{"text": plain_text(text, 75), "value": value} for value, text in options]
    chosen = next(option for option in made if option["value"] == initial)
    return {"type": "static_select", "options": made, "initial_option": chosen}


def _files(most: int) -> Json:
    return {"type": "file_input", "filetypes": list(_FILETYPES), "max_files": most}


def _conversations() -> Json:
    return {"type": "conversations_select", "default_to_current_conversation": True}


def size_named(name: str) -> Any:
    """The size behind an option's value; None for auto. Raises AskRefused for any other word."""
    return None if name == AUTO else parse_size(name)
