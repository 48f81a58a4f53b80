"""Checks that a downloaded result is a whole picture in one of our formats."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image

from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format
from bot.errors import GivenUp
from bot.ports import PictureFacts

MAX_PIXELS = 40_000_000
"""Nearly five times the model's largest picture (provider reference 3); decoded, 160 MB."""

_FORMATS = {"PNG": Format.PNG, "JPEG": Format.JPEG, "MPO": Format.JPEG, "WEBP": Format.WEBP}
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_CHUNK = 1 << 20


def looks_like_picture(head: bytes) -> bool:
    """Whether a file that begins with these (at least 12) bytes may be PNG, JPEG or WebP."""
    return head.startswith(_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def inspect(path: Path, *, max_pixels: int = MAX_PIXELS) -> PictureFacts:
    """Decode the whole picture (a cut one is found out) and hash the file. Blocking: call it in a thread.

    The header is checked before anything is decoded. Raises GivenUp(RESULT_UNUSABLE) for all that is not a
    whole PNG, JPEG or WebP picture, and for one of more than ``max_pixels``; OSError if there is no file.
    """
    with path.open("rb") as file:
        if not looks_like_picture(file.read(16)):
            raise _unusable("not a PNG, JPEG or WebP file")
        file.seek(0)
        try:
            with Image.open(file, formats=["PNG", "JPEG", "WEBP"]) as image:
                width, height = image.size
                kind = _FORMATS[image.format or ""]
                if width < 1 or height < 1 or width * height > max_pixels:
                    raise _unusable(f"{width}x{height} pixels")
                image.load()
        except GivenUp:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise _unusable("far too many pixels") from bomb
        # Pillow's decoders raise nearly any exception on a damaged file.
        except Exception as damaged:
            raise _unusable(f"a damaged or cut picture ({type(damaged).__name__})") from damaged
    return PictureFacts(kind, width, height, path.stat().st_size, _sha256(path))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _unusable(detail: str) -> GivenUp:
    return GivenUp(Failure(Problem.RESULT_UNUSABLE, detail))
