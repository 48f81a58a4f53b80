"""Pictures' bytes as the services see them."""

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
    """A picture file, seen: pixels, bytes, and the SHA-256 of the bytes in hexadecimal."""

    format: Format
    width: int
    height: int
    size_bytes: int
    sha256: str


class Spool(Protocol):
    """Results on disk between download and upload, so that a crash repeats neither."""

    def path(self, job: Job, picture: Picture) -> Path:
        """Where this picture's bytes are kept; the folder exists, the file may not."""
        ...

    async def inspect(self, path: Path) -> PictureFacts:
        """Decode the whole file off the event loop. Raises GivenUp(RESULT_UNUSABLE)."""
        ...

    def forget(self, job: Job) -> None:
        """Remove the job's files. Safe to repeat."""
        ...


@dataclass(frozen=True, slots=True)
class FetchedSource:
    """A source as it was fetched, unjudged. ``path`` is a temporary file; its owner removes it."""

    path: Path
    name: str
    role: SourceRole


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """A source as the provider gets it. ``notes`` are sentences on what was done to it."""

    data: bytes
    mimetype: str
    width: int
    height: int
    role: SourceRole
    notes: tuple[str, ...]


class EditSources(Protocol):
    """Makes sources fit for the provider, and puts them where it can fetch them."""

    async def prepare(self, found: Sequence[FetchedSource]) -> list[PreparedSource]:
        """Decode, turn, strip and scale each, tell pictures from masks, and check the mask against the first
        picture; off the event loop. Raises AskRefused BadSource or BadMask."""
        ...

    async def publish(self, source_id: str, ready: PreparedSource, *, ttl_seconds: float) -> str:
        """The link at which the provider can fetch it. Safe to repeat with the same id.
        Raises AskRefused NoPublicAddress, TryLater, StoreUnavailable."""
        ...

    async def withdraw(self, source_id: str) -> None:
        """Make it unfetchable. Safe to repeat, also for ids that were never published."""
        ...
