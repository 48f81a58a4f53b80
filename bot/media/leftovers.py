"""Removes what processes that were killed have left on disk."""

from __future__ import annotations

import shutil
import time
from pathlib import Path


def remove_old(folder: Path, pattern: str, *, seconds: float) -> None:
    """Remove files and folders of this pattern that nobody has touched for so long. Safe to repeat, beside
    others that do the same, and where there is no such folder. Blocking."""
    oldest = time.time() - seconds
    for left in folder.glob(pattern):
        try:
            if left.stat().st_mtime > oldest:
                continue
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        except FileNotFoundError:
            continue  # another process was quicker
