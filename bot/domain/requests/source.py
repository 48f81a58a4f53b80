"""What an edit starts from: pictures that people sent or that we made, and what was heard with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.place import Place


class SourceRole(StrEnum):
    """``auto`` until its bytes are seen: a later picture may turn out to be a mask."""

    AUTO = "auto"
    PICTURE = "picture"
    MASK = "mask"


def is_named_mask(name: str, *, after_a_picture: bool = False) -> bool:
    """Whether a file is called a mask: ``mask.png``, ``Mask 2.png``; after a picture ``masked-sky.png`` too,
    which in the first place may as well be the picture of a mask."""
    folded = name.strip().casefold()
    return folded.startswith("mask") and (after_a_picture or not folded[4:5].isalpha())


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A picture as an ask names it: a file that was sent, or a result of ours (then both ids may be set)."""

    file_id: str | None = None
    picture_id: str | None = None
    name: str = ""
    role: SourceRole = SourceRole.AUTO

    @property
    def is_named_mask(self) -> bool:
        return is_named_mask(self.name)


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a job. ``id`` is random and names its published copy; ``url`` is what the provider
    fetches: our own link, or the provider's own result link. Sizes in pixels, known once it was seen."""

    id: str
    job_id: str
    ordinal: int
    role: SourceRole
    file_id: str | None = None
    picture_id: str | None = None
    name: str = ""
    url: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message that may be an ask, merged from all its deliveries.

    ``place.thread_ts`` is the thread it was written in, None outside one. ``text`` is decoded, without the
    mention of the bot. ``is_mention``: it is addressed to the bot; ``is_direct``: in a direct message.
    ``is_deleted``: its author took it back.
    """

    place: Place
    ts: str
    user_id: str
    text: str
    is_mention: bool
    is_direct: bool
    files: tuple[SourceRef, ...] = ()
    is_deleted: bool = False

    @property
    def key(self) -> str:
        """The same for every delivery of this message, whatever its event ids."""
        return f"{self.place.team_id}:{self.place.channel_id}:{self.ts}"

    @property
    def thread(self) -> Place:
        """Where the answer goes: the thread of the message, or the one that the message opens."""
        return replace(self.place, thread_ts=self.place.thread_ts or self.ts)

    def merged(self, other: IncomingMessage) -> IncomingMessage:
        """Both deliveries taken together: the union of the files, in order, and the longer text."""
        known = {ref.file_id for ref in self.files}
        return replace(
            self,
            text=max(self.text, other.text, key=len),
            is_mention=self.is_mention or other.is_mention,
            is_direct=self.is_direct or other.is_direct,
            files=self.files + tuple(ref for ref in other.files if ref.file_id not in known),
        )
