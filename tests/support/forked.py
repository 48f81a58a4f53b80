"""What runs in a process that was forked from one that has imported the bot already.

Most of a start is imports: more than a second of CPU, some hundred times in a run. The fork server of the
standard library imports this module once for each test process (``tests.support.processes``) and forks from
there: every bot is a process of its own, with its own id, environment, folder, files and signals.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import sys

ROOMS = ("app", "bot", "handlers", "storage", "web")
NOT_IMPORTED = ("app.__main__", "app.demo", "bot.media.decoding", "storage.migrations")


def become_the_bot(args: list[str], env: dict[str, str], folder: str, out: str, err: str) -> None:
    """``imagine-bot ARGS`` in ``folder``; what it prints is added to the files ``out`` and ``err``."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    for number, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["imagine-bot", *args]
    from tests.support.launch import main

    main()


def _import_the_bot() -> None:
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if not module.name.startswith(NOT_IMPORTED):
                importlib.import_module(module.name)


_import_the_bot()
gc.collect()
gc.freeze()  # a collection in a child would touch, and so copy, every page
