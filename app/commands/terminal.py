"""The person at the terminal. They are spoken to on standard error, so that standard output holds nothing but
the findings."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping

import click

from bot.services.abilities import Ability
from handlers.live.operator import Answer

_WORDS = {"y": Answer.YES, "n": Answer.NO, "u": Answer.UNKNOWN, "": Answer.UNKNOWN}


class Terminal:
    """``seen`` are answers that were given on the command line: these questions are not asked. Without a
    terminal nobody is asked."""

    def __init__(self, seen: Mapping[Ability, Answer]) -> None:
        self._seen = seen

    def tell(self, text: str) -> None:
        """Print a line at once."""
        click.echo(text, err=True)

    async def ask(self, ability: Ability, question: str) -> Answer:
        """The answer given before, else the one that is typed; asked again until it is understood."""
        if ability in self._seen:
            return self._seen[ability]
        while sys.stdin.isatty():
            click.echo(f"{question} [y/n/unknown] ", nl=False, err=True)
            line = await _line()
            if line is None:
                break
            word = line.strip().lower()
            if word[:1] in _WORDS and word in {"", "y", "yes", "n", "no", "u", "unknown"}:
                return _WORDS[word[:1]]
        return Answer.UNKNOWN


async def _line() -> str | None:
    """A typed line; None at the end of input. It is waited for in the event loop, not in a read: only so can
    Ctrl-C end the waiting."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    read = os.read(sys.stdin.fileno(), 4096)  # a terminal gives whole lines
    return read.decode(errors="replace") if read else None
