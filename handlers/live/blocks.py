"""The test messages of ``doctor --live``, and its test pictures. Pure."""

from __future__ import annotations

import struct
import zlib

from handlers.messages.block_kit import Json, rich_text, section

LIVE_BUTTON = "live_button"
"""The action id of every test button; its value names the press."""

OPENING = "A trial of what this workspace shows. The messages in this thread go by themselves."
PRESS_FIRST = "First press the button of this message with a file."
PRESS_THEN = "Then press the button of this message."
DESCRIPTION = "A green square."

_SIDE = 240
_COLOURS = {"red": (200, 40, 50), "green": (40, 150, 70), "blue": (40, 90, 200), "yellow": (240, 190, 40)}


def with_button(text: str, label: str, press: str) -> list[Json]:
    """A line and one button, whose press is called ``press``."""
    pressed = {
        "type": "button",
        "action_id": LIVE_BUTTON,
        "text": {"type": "plain_text", "text": label},
        "value": press,
    }
    return [rich_text(section([text])), {"type": "actions", "elements": [pressed]}]


def with_picture(text: str, file_id: str, alt_text: str) -> list[Json]:
    """A line and the picture of a file."""
    shown = {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt_text}
    return [rich_text(section([text])), shown]


def square(colour: str) -> bytes:
    """A PNG of one colour (red, green, blue, yellow)."""
    row = b"\0" + bytes(_COLOURS[colour]) * _SIDE
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(row * _SIDE)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
