"""What an edit starts from: pictures that people sent or the bot made, and the messages they came with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.place import Place


class SourceRole(StrEnum):
    """What a source is used as. It is ``auto`` until its bytes are read, because any picture but the first
    may turn out to be a mask."""

    AUTO = "auto"
    PICTURE = "picture"
    MASK = "mask"


def is_named_mask(name: str, *, after_a_picture: bool = False) -> bool:
    """Whether a file's name says that it is a mask: ``mask.png``, ``Mask 2.png``. After another picture also
    ``masked-sky.png``; a first file of that name may as well be the picture to edit."""
    folded = name.strip().casefold()
    return folded.startswith("mask") and (after_a_picture or not folded[4:5].isalpha())


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A picture as an ask names it: ``file_id`` for a file that a person sent, ``picture_id`` for a result of
    the bot (then ``file_id`` may be set as well). ``number`` is that by which people call it, where it is one
    of several."""

    file_id: str | None = None
    picture_id: str | None = None
    name: str = ""
    role: SourceRole = SourceRole.AUTO
    number: int | None = None

    @property
    def is_named_mask(self) -> bool:
        return is_named_mask(self.name)


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a job. ``id`` is random and names its published copy. ``url`` is the link that the
    provider fetches: the bot's own, or that of the provider's own result. ``width`` and ``height`` are in
    pixels, and None until the bytes were read."""

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
    mention of the bot. ``is_mention``: it mentions the bot. ``is_direct``: it is in a direct message.
    ``is_deleted``: its author deleted it.
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
        """Names the message: the same for each of its deliveries, whatever their event ids."""
        return message_key(self.place, self.ts)

    @property
    def thread(self) -> Place:
        """Where the answer goes: the thread of the message, or the one that the message opens."""
        return replace(self.place, thread_ts=self.place.thread_ts or self.ts)

    def merged(self, other: IncomingMessage) -> IncomingMessage:
        """Both deliveries taken together: the union of the files, in order, and the longer text."""
        known = {ref.file_id for ref in self.files}
        is_private = self.place.is_private if self.place.is_private is not None else other.place.is_private
        return replace(
            self,
            place=replace(self.place, is_private=is_private),
            text=max(self.text, other.text, key=len),
            is_mention=self.is_mention or other.is_mention,
            is_direct=self.is_direct or other.is_direct,
            files=self.files + tuple(ref for ref in other.files if ref.file_id not in known),
        )


def message_key(place: Place, ts: str) -> str:
    """Names the message ``ts`` of that conversation, whatever its thread."""
    return f"{place.team_id}:{place.channel_id}:{ts}"
