"""Runs a process that may be killed, with limits on its time and memory, and says how it ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

WATCH_SECONDS = 0.1
"""How often its memory is looked at; a look takes 15 µs (pictures reference 1.3)."""
OVER = 64_000_000
"""Bytes above its limit at which it is killed: its own limit, which ends it more kindly, comes first."""

_ANSWER_BYTES = 65_536
_TOO_SLOW = {signal.SIGXCPU, signal.SIGALRM}
_STOPPED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""What a system sends to all processes of a service that it stops."""


class How(Enum):
    """How a child process ended."""

    ANSWERED = auto()
    TOO_BIG = auto()
    """It took too much memory: by its own word, killed for it, or killed by the system, which does that then
    (whoever else kills it is not told from that)."""
    TOO_SLOW = auto()
    CRASHED = auto()
    """A signal that says that its code went wrong."""
    STOPPED = auto()
    """The system stops it, and the bot as well."""
    BROKEN = auto()
    """No signal and no answer: it is not the picture that is at fault."""


@dataclass(frozen=True, slots=True)
class Ended:
    """``answers`` are the lines that it wrote, ``complaint`` is the last of what it said about itself.
    ``code`` is its exit code, negative after a signal."""

    how: How
    answers: list[dict[str, Any]]
    code: int
    complaint: str


async def run_child(
    program: Path, ask: Mapping[str, Any], *, folder: Path, memory: int, seconds: float
) -> Ended:
    """Run the Python ``program`` in ``folder`` with ``ask`` as one line of JSON on its standard input.

    Its process group is killed when it takes more than ``memory`` bytes (and ``OVER``) or ``seconds``, and
    when the caller is cancelled. Raises OSError when it cannot be started.
    """
    env = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}  # an arena takes 64 MB of address space
    env |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    with (folder / "answers").open("wb") as out, (folder / "complaints").open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(program), cwd=folder, env=env, start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=out, stderr=err,
        )  # fmt: skip
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError, ConnectionResetError):  # then its end says more
            process.stdin.write(json.dumps(ask).encode() + b"\n")
            await process.stdin.drain()
            process.stdin.close()
        killed_for = await _watched(process, memory + OVER, seconds)
    finally:
        _kill(process)
    code = await process.wait()
    answers = _answers(folder / "answers")
    return Ended(killed_for or _how(code, answers), answers, code, _last_line(folder / "complaints"))


def resident_bytes(pid: int) -> int:
    """The memory that a process takes now; 0 when it has ended. Raises OSError where that cannot be read."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError):  # it ended before, or while, this was read
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


async def _watched(process: asyncio.subprocess.Process, most: int, seconds: float) -> How | None:
    """Wait for its end. What it was killed for, if it was."""
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    waiting = asyncio.create_task(process.wait())
    try:
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=WATCH_SECONDS)
            if await _memory(process.pid) > most:
                _kill(process)
                return How.TOO_BIG
            if clock() > end and not waiting.done():
                _kill(process)
                return How.TOO_SLOW
    finally:
        waiting.cancel()
    return None


async def _memory(pid: int) -> int:
    if sys.platform == "linux":
        return resident_bytes(pid)
    ps = await asyncio.create_subprocess_exec(
        "ps", "-o", "rss=", "-p", str(pid), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await ps.communicate()
    return int(said or b"0") * 1024


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):  # it has ended just now
            os.killpg(process.pid, signal.SIGKILL)


def _how(code: int, answers: list[dict[str, Any]]) -> How:
    if code == -signal.SIGKILL:
        return How.TOO_BIG
    if -code in _TOO_SLOW:
        return How.TOO_SLOW
    if -code in _STOPPED:
        return How.STOPPED
    if code < 0:
        return How.CRASHED
    if code or not answers:
        return How.BROKEN
    return How.TOO_BIG if "too_big" in answers[-1] else How.ANSWERED


def _answers(path: Path) -> list[dict[str, Any]]:
    """A line that was cut by its end, or is no answer, is left out."""
    with path.open("rb") as file:
        lines = file.read(_ANSWER_BYTES).splitlines()
    found = []
    for line in lines:
        with suppress(ValueError):
            if isinstance(answer := json.loads(line), dict):
                found.append(answer)
    return found


def _last_line(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 500))
        lines = file.read(500).decode("utf-8", "replace").splitlines()
    return lines[-1] if lines else ""
