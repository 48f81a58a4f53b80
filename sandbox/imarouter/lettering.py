"""Words on pictures: a wrapped caption and corner badges, legible on anything."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FALLBACK = "DejaVuSans.ttf"
"""For text that Pillow's built-in face cannot show; looked up on the machine, absent is fine."""
_PANEL = (12, 14, 24)
_INK = (255, 255, 255, 255)
_MAX_LINES = 5
_MAX_LINE = 400
"""No line of a picture holds more characters, so none is measured."""


@lru_cache(maxsize=64)
def _font(size: int, plain: bool) -> Font:  # noqa: FBT001 - a cache key
    if not plain:
        try:
            return ImageFont.truetype(_FALLBACK, size)
        except OSError:
            pass
    return ImageFont.load_default(size)


def font_for(text: str, size: int) -> Font:
    """A face that can show the text, where the machine has one."""
    return _font(size, all(ord(character) < 0x180 for character in text))


def wrap(text: str, font: Font, width: float, lines: int) -> list[str]:
    """The text in at most so many lines of that width; a rest becomes an ellipsis."""
    words = [word[: _MAX_LINE * lines] for word in text.split()]
    wrapped: list[str] = []
    current = ""
    while words:
        candidate = f"{current} {words[0]}".strip()
        if font.getlength(candidate) <= width:
            current = candidate
            words.pop(0)
        elif current:
            wrapped.append(current)
            current = ""
        else:
            head = _fitting(words[0], font, width)
            wrapped.append(head)
            words[0] = words[0][len(head) :]
        if len(wrapped) == lines:
            return [*wrapped[:-1], _fitting(wrapped[-1], font, width - font.getlength("…")) + "…"]
    return [*wrapped, current] if current else wrapped


def caption(picture: Image.Image, text: str, *, banner: bool = False) -> None:
    """The text in a dark panel along the bottom, or as a solid banner across the top."""
    unit = min(picture.size)
    size = max(14, unit // 22 if len(text) < 90 else unit // 30)
    font = font_for(text, size)
    margin, padding = unit // 28, unit // 36
    width = picture.width - 2 * margin - 2 * padding
    lines = wrap(text, font, width, _MAX_LINES) or ["…"]
    line_height = round(size * 1.32)
    height = line_height * len(lines) + 2 * padding
    top = 3 * margin if banner else picture.height - margin - height
    box = (margin, top, picture.width - margin, top + height)
    _panel(picture, box, radius=round(padding * 0.8), alpha=255 if banner else 168)
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        pen.text((box[0] + padding, box[1] + padding + row * line_height), line, font=font, fill=_INK)


def badge(picture: Image.Image, text: str, *, right: bool, solid: bool = False) -> None:
    """A small pill in a top corner; a solid one hides what is under it."""
    unit = min(picture.size)
    size = max(12, unit // 34)
    font = font_for(text, size)
    margin, padding = unit // 28, size // 2
    width, height = round(font.getlength(text)) + 2 * padding, round(size * 1.3) + padding
    left = picture.width - margin - width if right else margin
    box = (left, margin, left + width, margin + height)
    _panel(picture, box, radius=height // 2, alpha=255 if solid else 168)
    centre = (left + width / 2, margin + height / 2)
    ImageDraw.Draw(picture).text(centre, text, font=font, fill=_INK, anchor="mm")


def _fitting(word: str, font: Font, width: float) -> str:
    """The longest beginning that fits, at least one character."""
    shortest, longest = 1, min(len(word), _MAX_LINE)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if font.getlength(word[:middle]) <= width:
            shortest = middle
        else:
            longest = middle - 1
    return word[:shortest]


def _panel(picture: Image.Image, box: tuple[int, int, int, int], *, radius: int, alpha: int) -> None:
    """A rounded rectangle, blended in place."""
    size = (box[2] - box[0], box[3] - box[1])
    shape = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=(*_PANEL, alpha))
    picture.paste(shape, box[:2], shape)
