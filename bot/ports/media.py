"""Picture files as the services see them: results on disk, and the sources of edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.jobs.job import Job, Picture
from bot.domain.requests.request import Format
from bot.domain.requests.source import SourceRole


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What decoding a picture file showed: edges in pixels, size in bytes, and the SHA-256 of the bytes in
    hexadecimal."""

    format: Format
    width: int
    height: int
    size_bytes: int
    sha256: str


class Spool(Protocol):
    """Results on disk between download and upload, so that a crash repeats neither."""

    def path(self, job: Job, picture: Picture) -> Path:
        """Where this picture's bytes are kept. The folder exists; the file may not exist yet."""
        ...

    async def inspect(self, path: Path) -> PictureFacts:
        """Decode the whole file, in a process of its own. Safe to repeat. Raises GivenUp with RESULT_UNUSABLE
        when it is not a usable picture, and TryLater when it cannot be decoded now."""
        ...

    def preview_path(self, job: Job, number: int) -> Path:
        """Where the preview ``number`` of this job is kept; 0 is the contact sheet. The folder exists; the
        file may not exist yet."""
        ...

    async def sheet(self, job: Job, pictures: Sequence[Picture | None]) -> PictureFacts:
        """Make the contact sheet of these pictures, which are on disk, at ``preview_path(job, 0)``: a PNG of
        at most 1600 pixels an edge and 4 MB, each picture whole and numbered from 1 by its place in
        ``pictures``; None is one that is missing, but not all may be (ValueError).

        Safe to repeat: the same pictures make the same bytes, and a file that is there is whole. Raises
        GivenUp with RESULT_UNUSABLE when a picture cannot be decoded, TryLater when it cannot be made now,
        and OSError if a picture has no file.
        """
        ...

    async def preview(self, job: Job, number: int, picture: Picture) -> PictureFacts:
        """Make a PNG of the picture, which is on disk, at ``preview_path(job, number)``: at most 2048 pixels
        an edge and 8 MB, for messages that cannot show the picture's own file. Repeating and errors as for
        ``sheet``."""
        ...

    def forget(self, job: Job) -> None:
        """Remove the job's files. Safe to repeat."""
        ...


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """A source as it was downloaded, not checked yet. ``path`` is a temporary file, which whoever holds this
    object removes."""

    path: Path
    name: str
    role: SourceRole


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """A source as the provider gets it: edges in pixels. ``notes`` are sentences for people about what was
    changed in it."""

    data: bytes
    mimetype: str
    width: int
    height: int
    role: SourceRole
    notes: tuple[str, ...]


class EditSources(Protocol):
    """Converts sources into what the provider takes, and publishes them where it can fetch them."""

    async def prepare(self, found: Sequence[FetchedSource]) -> list[PreparedSource]:
        """Decode each source, turn it upright, strip its metadata and scale it; tell pictures from masks, and
        check the mask against the first picture. Each is decoded in a process of its own, one at a time.
        Raises AskRefused BadSource or BadMask, and TryLater when it cannot be decoded now."""
        ...

    async def publish(self, source_id: str, ready: PreparedSource, *, ttl_seconds: float) -> str:
        """Publish a source for ``ttl_seconds`` and return the link at which the provider can fetch it. Safe
        to repeat with the same id. Raises AskRefused NoPublicAddress, TryLater or StoreUnavailable."""
        ...

    async def withdraw(self, source_id: str) -> None:
        """Take the published source back, so that nobody can fetch it any more. Safe to repeat, also for ids
        that were never published."""
        ...
