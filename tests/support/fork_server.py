"""A process that has imported the bot once and forks a new process for each start of it.

Most of a start is imports: more than a second of CPU, some hundred times in a run. What is forked is a
process of its own, with its own id, environment, folder, files and signals.

``python -m tests.support.fork_server SOCKET`` serves until its standard input is closed. Whoever connects
sends one line, the keyword arguments of ``_become_the_bot`` as JSON, and gets two: the new process's id and,
once it has ended, its exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import sys
import traceback
from typing import NoReturn

ROOMS = ("app", "bot", "handlers", "storage", "web")
NOT_IMPORTED = ("app.__main__", "app.demo", "storage.migrations")


def main() -> None:
    _import_the_bot()
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for the bots
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            asking, _ = listening.accept()
            with asking:
                if os.fork() == 0:
                    listening.close()
                    _start_and_wait(asking)
    shutil.rmtree(os.path.dirname(sys.argv[1]))  # noqa: PTH120


def _import_the_bot() -> None:
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if not module.name.startswith(NOT_IMPORTED):
                importlib.import_module(module.name)


def _start_and_wait(asking: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with asking.makefile("rw") as lines:
        start = json.loads(lines.readline())
        child = os.fork()
        if child == 0:
            os.close(asking.fileno())
            _become_the_bot(**start)
        lines.write(f"{child}\n")
        lines.flush()
        lines.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
    os._exit(0)


def _become_the_bot(args: list[str], env: dict[str, str], folder: str, out: str, err: str) -> NoReturn:
    """``imagine-bot ARGS`` in ``folder``; what it prints is added to the files ``out`` and ``err``."""
    code = 70
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        for number, path in ((0, os.devnull), (1, out), (2, err)):
            flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
            opened = os.open(path, flags, 0o644)
            os.dup2(opened, number)
            os.close(opened)
        sys.argv = ["imagine-bot", *args]
        from tests.support.launch import main as program

        program()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the interpreter, too, ends a program by printing it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
