"""The picture request: which pictures an ask is for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.requests.change import Change

MAX_EDGE, MAX_PIXELS = 3840, 8_294_400
"""The longest edge and the most pixels that the model draws (provider reference 3)."""


class Kind(StrEnum):
    GENERATE = "generate"
    EDIT = "edit"


class Quality(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Format(StrEnum):
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def mimetype(self) -> str:
        return f"image/{self.value}"

    @property
    def extension(self) -> str:
        return "jpg" if self is Format.JPEG else self.value


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Manner(StrEnum):
    """What the image service is told beside the words: how the pictures relate to the one they start from. Of
    a picture that was changed the words are that change: they would change it once more, and are not told."""

    PLAIN = "plain"
    VARIATION = "variation"
    FINISHED = "finished"
    EXTENDED = "extended"
    CHANGED_VARIATION = "changed_variation"
    CHANGED_FINISHED = "changed_finished"
    CHANGED_EXTENDED = "changed_extended"

    @property
    def of_a_change(self) -> bool:
        return self.value.startswith("changed_")

    @property
    def after_a_change(self) -> Manner:
        """The same manner, of a picture that was changed."""
        return self if self is Manner.PLAIN or self.of_a_change else Manner(f"changed_{self.value}")


_TOLD = {
    Manner.PLAIN: "",
    Manner.VARIATION: "A new variation of the attached picture: same subject, style and colours, "
    "another composition.",
    Manner.FINISHED: "Render the attached draft as a finished picture: keep composition, subject, "
    "colours and every word; add detail.",
    Manner.EXTENDED: "Extend the attached picture to the new format: keep the subject, continue the "
    "background naturally.",
}
"""These sentences are to be tuned by trial on the real service (loop reference 4)."""


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """The ``n`` pictures that an ask is for, ready to be priced and submitted.

    ``prompt`` is decoded plain text: the words that were asked with; ``to_send`` is what the provider gets.
    ``size`` is None only for an edit that keeps
    its source's ratio, until the source is known; it is set before the request is submitted. ``sources``
    counts source pictures (0 for generate), without the mask.
    """

    kind: Kind
    prompt: str
    size: Size | None
    quality: Quality
    format: Format
    n: int
    sources: int = 0
    has_mask: bool = False
    manner: Manner = Manner.PLAIN

    @property
    def words(self) -> str:
        """The prompt as people wrote it: of a change that a form was filled in for, the change alone."""
        return Change.read(self.prompt).change if self.kind is Kind.EDIT else self.prompt

    @property
    def to_send(self) -> str:
        """The words, and after them what ``manner`` adds."""
        told = _TOLD[Manner(self.manner.value.removeprefix("changed_"))]
        words = "" if self.manner.of_a_change else self.prompt
        return "\n".join(part for part in (words, told) if part)


@dataclass(frozen=True, slots=True)
class Named:
    """What was named with a step beside its size: it counts instead of what the step has. None: nothing
    was."""

    quality: Quality | None = None
    n: int | None = None
    format: Format | None = None

    def on(self, request: PictureRequest) -> PictureRequest:
        """``request`` with what was named."""
        return replace(
            request,
            quality=self.quality or request.quality,
            n=self.n or request.n,
            format=self.format or request.format,
        )


UNNAMED = Named()
"""Nothing was named."""
