"""What a person chose last in the form, to begin with the next time. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from bot.domain.requests.amounts import UNSAID, PictureMode, of_new
from bot.domain.requests.request import Format, Quality, Size
from bot.domain.requests.sizes import broken_rule


@dataclass(frozen=True, slots=True)
class Choices:
    """``size`` None: no size of its own, as that of the picture was kept. ``mode`` is how the person drew new
    pictures then; None: not known."""

    quality: Quality = Quality.MEDIUM
    n: int = 1
    format: Format = Format.PNG
    size: Size | None = None
    mode: PictureMode | None = None

    def in_mode(self, mode: PictureMode) -> Choices:
        """The same for a new picture, now that the person draws in ``mode``: what was chosen in another mode
        says nothing of quality and number."""
        if self.mode in {None, mode}:
            return self
        quality, n = of_new(UNSAID, mode)
        return replace(self, quality=quality, n=n)

    @classmethod
    def first(cls, mode: PictureMode) -> Choices:
        """What a person begins with who has chosen nothing yet."""
        quality, n = of_new(UNSAID, mode)
        return cls(quality, n)

    def as_text(self) -> str:
        """To be kept; ``read`` reads it."""
        size = [self.size.width, self.size.height] if self.size else None
        return json.dumps({"q": self.quality, "n": self.n, "f": self.format, "s": size, "m": self.mode or ""})

    @classmethod
    def read(cls, text: str | None, *, most: int) -> Choices | None:
        """The choices in ``text``; None where there are none, or another version of the bot wrote them in a
        way that this one does not understand. ``most`` is how many pictures one ask may have."""
        try:
            values = json.loads(text or "")
            size = Size(*map(int, values["s"])) if values["s"] else None
            mode = PictureMode(values["m"]) if values.get("m") else None
            made = cls(Quality(values["q"]), int(values["n"]), Format(values["f"]), size, mode)
        except (ValueError, TypeError, KeyError):
            return None
        is_valid = 1 <= made.n <= most and (size is None or broken_rule(size) is None)
        return made if is_valid else None
