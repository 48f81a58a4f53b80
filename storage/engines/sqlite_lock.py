"""A lock beside the SQLite file: its holder knows that every other process that used the file is dead."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from storage.url import SqliteFile, parse_url


class DatabaseLock:
    """A lock that ``run`` holds for the life of the process; the system releases it when the process dies.

    It may be taken once at a time, also within one process. The file itself stays: removing it would let
    two processes hold locks on two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @classmethod
    def beside(cls, url: str) -> DatabaseLock | None:
        """The lock of the database at ``url``; None on PostgreSQL, which many processes share."""
        target = parse_url(url)
        if not isinstance(target, SqliteFile):
            return None
        return cls(target.path.with_name(target.path.name + ".lock"))

    def acquire(self) -> bool:
        """Take the lock without waiting; False while somebody holds it, also within this process. Raises
        OSError."""
        if self._descriptor is not None:
            return False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Release the lock. Safe to repeat."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
