"""Processes of the bot: started anew by the interpreter, or forked from one that has imported it already."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
SECONDS = 90.0
"""How long the start of a process and the end of a command may take on the busiest machine."""


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


async def fork(args: Sequence[str], *, env: Mapping[str, str], folder: Path, out: Path, err: Path) -> Process:
    """The same from the process that has imported the bot: a tenth of the time."""
    reader, writer = await asyncio.open_unix_connection(_fork_server())
    start = {"args": [*args], "env": {**env}, "folder": str(folder), "out": str(out), "err": str(err)}
    writer.write(json.dumps(start).encode() + b"\n")
    pid = int(await asyncio.wait_for(reader.readline(), SECONDS))
    return _Forked(pid, reader, writer)


class _Forked:
    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._writer = writer
        self._ending = asyncio.create_task(self._end(reader))

    @property
    def returncode(self) -> int | None:
        return self._ending.result() if self._ending.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    def send_signal(self, signal: int) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _end(self, reader: asyncio.StreamReader) -> int:
        try:
            return int(await reader.readline())
        finally:
            self._writer.close()


@cache
def _fork_server() -> str:
    """The path of this test process's server; it ends with this process, whose pipe it watches."""
    path = str(Path(tempfile.mkdtemp(prefix="imagine-fork-")) / "socket")
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.fork_server", path],
        cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n", "the fork server did not start"
    atexit.register(server.communicate)  # closes the pipe, which ends it
    return path
