"""Pictures' bytes as the services see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.job import Job, Picture
from bot.domain.request import Format


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
