"""Processes of the bot: started anew by the interpreter, or forked from one that has imported it already."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from tests.support.forked import become_the_bot

ROOT = Path(__file__).parents[2]
SECONDS = 90.0
"""How long the start of a process and the end of a command may take on the busiest machine."""

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.forked", "tests.contract.racer"])


class Process(Protocol):
    """What a test needs of ``asyncio.subprocess.Process``."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative after a signal."""
        ...

    async def wait(self) -> int: ...

    def send_signal(self, signal: int) -> None: ...

    def kill(self) -> None: ...


def clean_environment() -> dict[str, str]:
    """This process's environment without anything that configures the bot."""
    prefixes = ("SLACK_", "IMAGINE_", "IMAROUTER_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(prefixes)}
    env["PYTHONPATH"] = str(ROOT)
    return env


class Start(Protocol):
    """How a process begins."""

    async def __call__(
        self, args: Sequence[str], /, *, env: Mapping[str, str], folder: Path, out: Path, err: Path
    ) -> Process: ...


async def start_anew(
    args: Sequence[str], *, env: Mapping[str, str], folder: Path, out: Path, err: Path
) -> Process:
    """``python -m app ARGS``, as an operator starts it; ``out`` and ``err`` are added to.

    With a ``BOT_…`` variable in its environment it runs as ``tests.support.launch`` has it."""
    module = "tests.support.launch" if any(name.startswith("BOT_") for name in env) else "app"
    with out.open("ab") as stdout, err.open("ab") as stderr:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *args, cwd=folder, env=dict(env),
            stdin=asyncio.subprocess.DEVNULL, stdout=stdout, stderr=stderr,
        )  # fmt: skip


async def fork(
    args: Sequence[str], /, *, env: Mapping[str, str], folder: Path, out: Path, err: Path
) -> Process:
    """The same from a process that has imported the bot: a fifth of the time (``tests.support.forked``)."""
    where = (str(folder), str(out), str(err))
    process = FORKS.Process(target=become_the_bot, args=([*args], {**env}, *where), daemon=True)
    await asyncio.to_thread(process.start)  # the first one waits for the server
    return _Forked(process)


class _Forked:
    def __init__(self, process: BaseProcess) -> None:
        assert process.pid is not None
        self.pid = process.pid
        self._process = process
        self._ended = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(process.sentinel, self._end)

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        code: int = await asyncio.shield(self._ended)
        return code

    def send_signal(self, signal: int) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _end(self) -> None:
        """Only here its end is asked for: who asks twice at once is told a wrong code."""
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set_result(self._process.exitcode)
        self._process.close()


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that have not ended (Linux)."""
    listed = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in listed for child in text.split()]


def has_ended(pid: int) -> bool:
    """Whether it is gone, or waits for nothing but its parent (Linux)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in {"Z", "X"}
