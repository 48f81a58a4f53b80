"""``python -m tests.support.launch run``: the real program with a short fuse, for tests that kill it.

``BOT_PATCH`` is a JSON object of constants to shorten, such as
``{"bot.services.delivery.deliver.RESHARE_SECONDS": 2}``.
``BOT_DIE`` says at which local commit the process sends itself SIGKILL: ``before:settle``, ``after:settle``
(the commit that settles a job's money; ``publish``: that puts a source where the provider can fetch it) or
``before:7``, ``after:7`` (the seventh commit since the first ask).
``BOT_POISON`` names a step's class that always raises (``bot.services.pipeline.poll.Poll``).
``BOT_LEAK`` names such a class, too: it logs every setting of its environment, nested and encoded, and raises
an error with all of them whose cause has them as well.
``BOT_DNS`` is a file: while it exists no name can be resolved, and each question adds a byte to it.
``BOT_BREAK`` names a duty of the app that raises a second after the start.
``BOT_HANG`` is what never ends: a ``thread``, or a callback of the event ``loop``.
``BOT_FILES`` is how many files the process may have open.
``BOT_HURRY`` is ``SPEED:FILE``: how fast its time may run at most, and where it finds how fast
(``tests.support.hurry``).
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import resource
import signal
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import structlog


def main() -> None:
    """Patch what the environment asks for, then run the command line as it is."""
    for name, value in json.loads(os.environ.get("BOT_PATCH", "{}")).items():
        module, _, constant = name.rpartition(".")
        loaded = importlib.import_module(module)
        assert hasattr(loaded, constant), name
        setattr(loaded, constant, value)
    if moment := os.environ.get("BOT_DIE"):
        _die_at(*moment.split(":"))
    if step := os.environ.get("BOT_POISON"):
        _poison(step)
    if step := os.environ.get("BOT_LEAK"):
        _leak(step)
    if marker := os.environ.get("BOT_DNS"):
        _lose_names(marker)
    if duty := os.environ.get("BOT_BREAK"):
        _break(duty)
    if where := os.environ.get("BOT_HANG"):
        _hang(where)
    if most := os.environ.get("BOT_FILES"):
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(most), int(most)))
    if told := os.environ.get("BOT_HURRY"):
        from tests.support.hurry import hurry

        most, _, file = told.partition(":")
        hurry(float(most), Path(file))
    from app.__main__ import main as program

    program()


class _Counter:
    """Counts the commits since the first ask and notes what the open one holds."""

    def __init__(self) -> None:
        self.asked = False
        self.holds: set[str] = set()
        self.commits = 0

    def is_now(self, moment: str) -> bool:
        return self.commits == int(moment) if moment.isdecimal() else moment in self.holds


class _Connection:
    def __init__(self, raw: Any, counter: _Counter, when: str, moment: str) -> None:
        self._raw, self._counter, self._when, self._moment = raw, counter, when, moment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if statement != "COMMIT" or not self._counter.asked:
            return self._raw.execute(statement, *values)
        self._counter.commits += 1
        now = self._counter.is_now(self._moment)
        self._counter.holds.clear()
        if now and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = self._raw.execute(statement, *values)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def _die_at(when: str, moment: str) -> None:
    from bot.services.budget.accounts import Accounts
    from storage.engines import sqlite_writer as writer
    from storage.repositories.jobs import SqlJobs
    from storage.repositories.published_sources import SqlPublishedSources

    counter = _Counter()
    add, settle, put, driver = SqlJobs.add, Accounts.settle, SqlPublishedSources.put, writer.driver

    def noted_add(self: Any, job: Any) -> None:
        counter.asked = True
        add(self, job)

    def noted_settle(self: Any, *args: Any, **more: Any) -> Any:
        counter.holds.add("settle")
        return settle(self, *args, **more)

    def noted_put(self: Any, *args: Any, **more: Any) -> Any:
        counter.holds.add("publish")
        return put(self, *args, **more)

    SqlJobs.add = noted_add  # type: ignore[method-assign]
    Accounts.settle = noted_settle  # type: ignore[method-assign]
    SqlPublishedSources.put = noted_put  # type: ignore[method-assign]
    writer.driver = lambda connection: _Connection(  # type: ignore[assignment,return-value]
        driver(connection), counter, when, moment
    )


def _lose_names(marker: str) -> None:
    resolve = socket.getaddrinfo

    def answer(host: Any, *args: Any, **more: Any) -> Any:
        if os.path.exists(marker) and str(host) == "localhost":  # noqa: PTH110
            with open(marker, "a") as asked:  # noqa: PTH123
                asked.write(".")
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return resolve(host, *args, **more)

    socket.getaddrinfo = answer


def _poison(step: str) -> None:
    module, _, name = step.rpartition(".")

    async def run(_self: Any, _task: Any) -> None:
        raise RuntimeError("this step was poisoned on purpose")

    getattr(importlib.import_module(module), name).run = run


def _leak(step: str) -> None:
    module, _, name = step.rpartition(".")
    told = {key: value for key, value in os.environ.items() if key.startswith(("SLACK", "IMA"))}

    async def run(_self: Any, _task: Any) -> None:
        log = structlog.get_logger("leak")
        log.warning("nested", found={"deep": [told, urlencode(told), tuple(told.values())]}, **told)
        logging.getLogger("a library").error("it has %r and %s", told, list(told.values()))
        try:
            raise KeyError(told)
        except KeyError as inner:
            inner.add_note(urlencode(told))
            raise RuntimeError(" ".join(told.values())) from inner

    getattr(importlib.import_module(module), name).run = run


def _break(duty: str) -> None:
    module, name = _DUTIES[duty]

    async def run(_self: Any) -> None:
        await asyncio.sleep(1)
        raise RuntimeError("this duty was broken on purpose")

    getattr(importlib.import_module(module), name).run = run


_DUTIES = {"worker": ("bot.worker", "Worker"), "slack": ("handlers.bolt.socket_mode", "SocketMode")}


def _hang(where: str) -> None:
    from app import runtime

    supervise = runtime.supervise

    async def hanging(*args: Any, **more: Any) -> int:
        if where == "thread":
            asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)
        else:
            asyncio.get_running_loop().call_later(1.5, _never_returns)
        return await supervise(*args, **more)

    runtime.supervise = hanging


def _never_returns() -> None:
    print("held up", flush=True)  # noqa: T201 - the test waits for it
    while True:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
