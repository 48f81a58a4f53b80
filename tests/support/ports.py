"""Ports of servers in processes of their own: each worker of a test run takes from a range of its own, in
turn, so that two processes never start on one port."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

from sandbox import ports

_FIRST, _LAST = 10_000, ports.LOW.start
_WORKERS = 16


def _range() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    size = (_LAST - _FIRST) // _WORKERS
    mine = range(_FIRST + worker * size, _FIRST + (worker + 1) * size)
    begin = os.getpid() % size  # another run on this machine begins elsewhere
    return itertools.cycle([*mine[begin:], *mine[:begin]])


_PORTS = _range()


def free_port() -> int:
    """A loopback port that nobody listens at, and that no other test gets."""
    return ports.free_port(_PORTS)
