"""The demo's bot: ``imagine-bot run`` as a child process that can be stopped, killed and started again."""

from __future__ import annotations

import asyncio
import re
import sys
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

_KEPT_LINES = 400
_LONGEST_LINE = 1 << 20
_LOUD = re.compile(r"\[(warning|error|critical)\s*\]")
_DATED = re.compile(r"\d{4}-\d\d-\d\dT")


class BotProcess:
    """One bot at a time. Its last lines are kept; warnings and worse also go to standard error."""

    def __init__(self, env: Mapping[str, str], *, changed: Callable[[], None]) -> None:
        self._env = env
        self._changed = changed
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._starts = 0
        self._loud = False

    @property
    def returncode(self) -> int | None:
        """Exit code of the one that ended; None while one runs or before the first."""
        return self._process.returncode if self._process is not None else None

    def state(self) -> dict[str, Any]:
        running = self._process is not None and self._process.returncode is None
        return {
            "running": running,
            "pid": self._process.pid if self._process is not None and running else None,
            "exit_code": self.returncode,
            "starts": self._starts,
        }

    def log(self) -> list[str]:
        return list(self._lines)

    async def start(self) -> None:
        """Start it; nothing happens when it runs."""
        async with self._turn:
            if self.state()["running"]:
                return
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "run", env=dict(self._env), limit=_LONGEST_LINE,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            self._starts += 1
            self._watch = asyncio.create_task(self._follow(self._process))
            self._changed()

    async def stop(self) -> None:
        """SIGTERM, then wait until it has ended by itself."""
        await self._end(lambda process: process.terminate())

    async def kill(self) -> None:
        """SIGKILL: no chance to say goodbye."""
        await self._end(lambda process: process.kill())

    async def _end(self, how: Callable[[asyncio.subprocess.Process], None]) -> None:
        async with self._turn:
            if self._process is None or self._watch is None:
                return
            if self._process.returncode is None:
                how(self._process)
            await self._watch

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # longer than _LONGEST_LINE: what is left of it follows
                continue
            if not line:
                break
            self._note(line.decode(errors="replace").rstrip())
        self._note(f"(the bot has ended with exit code {await process.wait()})")
        self._changed()

    def _note(self, line: str) -> None:
        self._lines.append(line)
        if _DATED.match(line):
            self._loud = _LOUD.search(line) is not None
        if self._loud:
            sys.stderr.write(line + "\n")
