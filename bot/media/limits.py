"""How large a picture may be, and what decoding it may take: the one place that decides.

Measured and reasoned in pictures reference 1.3 and 1.4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from bot.domain.requests.request import MAX_EDGE, MAX_PIXELS

MAX_BYTES = 50_000_000
"""The model's limit for one input file (provider reference 3)."""
MAX_DECODED_PIXELS = 300_000_000
"""More than any camera makes. Only a JPEG can have so many, as it can be decoded at an eighth of its size."""

DECODING_MEMORY = 640_000_000
"""Bytes that decoding one picture may take, where there is room for it."""
LEAST_DECODING_MEMORY = 256_000_000
"""Enough for every picture that the model draws."""
BESIDE_DECODING = 448_000_000
"""Bytes that a container has to leave for the bot itself (320 MB) and for what the decoder's process takes
before it decodes (128 MB)."""

CPU_SECONDS = 20
WALL_SECONDS = 30.0
"""How long decoding one picture may take, computing and in all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_bytes`` holds for what goes in and what comes out, ``max_decoded_pixels`` for what goes in.
    ``max_edge`` and ``max_pixels`` hold for what comes out; by default they are the model's largest picture,
    because it cannot draw more than that of a source. ``memory``: bytes that decoding may take."""

    max_bytes: int = MAX_BYTES
    max_edge: int = MAX_EDGE
    max_pixels: int = MAX_PIXELS
    max_decoded_pixels: int = MAX_DECODED_PIXELS
    memory: int = DECODING_MEMORY

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """The size within the limits, in the same ratio; the size itself where it is within them."""
        scale = min(1.0, self.max_edge / max(width, height), math.sqrt(self.max_pixels / (width * height)))
        return max(1, math.floor(width * scale)), max(1, math.floor(height * scale))


def decoding_memory(container_limit: int | None) -> int:
    """Bytes that decoding may take in a container of so many bytes (None: there is no limit), so that the
    bot and a decoder stay below it together: some systems end a whole container for one process too large."""
    if container_limit is None:
        return DECODING_MEMORY
    return min(DECODING_MEMORY, max(LEAST_DECODING_MEMORY, container_limit - BESIDE_DECODING))


def container_limit(cgroups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes of memory that this process's container may take; None when nothing says so."""
    found = []
    for name in ("memory.max", "memory/memory.limit_in_bytes"):  # version 2 and 1
        try:
            text = (cgroups / name).read_text().strip()
        except OSError:
            continue  # the other version, no container, or not Linux
        if text.isdecimal() and int(text) < 1 << 60:  # version 1 says "no limit" by a huge number
            found.append(int(text))
    return min(found, default=None)
