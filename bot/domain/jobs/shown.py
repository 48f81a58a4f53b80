"""How pictures are shown beside their own files: the sheet, previews, and pictures posted once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.jobs.job import Picture, PictureState
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem

_SHOWN = frozenset({"png", "jpeg", "jpg", "gif"})
_MOST_SHOWN_BYTES = 10 * 1024 * 1024
"""What an image block takes (docs slack-file-object; the size is a guess, loop reference 2)."""


def is_shown_as_it_is(picture: Picture) -> bool:
    """Whether messages can show the picture itself; else a preview stands for it."""
    return (picture.format or "").lower() in _SHOWN and (picture.size_bytes or 0) <= _MOST_SHOWN_BYTES


RETRACTED = "retracted"
"""Stands in ``Job.shown`` for what is shown of a message that was deleted."""

DELETED = Failure(Problem.RESULT_GONE, "deleted by a person")
"""Why a picture is lost that somebody has deleted: it never comes back."""

SHEET = 0
"""The number of the contact sheet among the previews of a job; its pictures count from 1."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a message shows in place of pictures: the contact sheet of them all (``number`` SHEET), or a PNG
    of the picture ``number`` that Slack cannot show as it is. Delivered as pictures are."""

    job_id: str
    number: int
    state: PictureState
    sha256: str
    size_bytes: int
    width: int
    height: int
    file_id: str | None = None
    upload_url: str | None = None


class PostingKind(StrEnum):
    """Why a picture that is there already was posted once more."""

    USE = "use"
    UNDO = "undo"
    SHARE = "share"
    BEFORE = "before"  # beside the picture that it was made from


@dataclass(frozen=True, slots=True)
class Posting:
    """One more message with the picture ``number`` of a job, at ``place``, for ``user_id``. ``ts`` is None
    until it was posted. ``id`` is the same for every delivery of one wish; ``created_at`` is when somebody
    wished for it last. ``line`` is what the person says with it."""

    id: str
    kind: PostingKind
    job_id: str
    number: int
    place: Place
    user_id: str
    created_at: datetime
    ts: str | None = None
    line: str = ""
    intent_at: datetime | None = None
