"""Tasks and money: what was accepted, how far it is at a given time, and what it costs the balance.

Nothing here waits: a task's phase is computed from the time, so a test can turn the clock and need not sleep.
The gateway pre-charges at submit and refunds when the task fails (New API's billing).
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.imarouter.behaviours import FAILED_WORDS, Conduct
from sandbox.imarouter.options import Dialect, Options
from sandbox.imarouter.orders import Order
from sandbox.imarouter.pricing import MICROS, Picture, price_micros
from sandbox.imarouter.sources import Source

Phase = Literal["queued", "running", "done", "failed"]


@dataclass(frozen=True)
class Failure:
    """Why a task fails, and from when on."""

    at: float
    message: str


@dataclass
class Task:
    """One accepted submit."""

    id: str
    secret: str
    dialect: Dialect
    order: Order
    conduct: Conduct
    submitted_at: float
    running_at: float
    due_at: float
    size: tuple[int, int]
    precharge: int
    """Micro-dollars taken at submit."""
    failure: Failure | None = None
    missing: int = 0
    """How many of the ordered pictures are not made."""
    fetching: bool = False
    sources: list[Source] = field(default_factory=list)
    charged: int | None = None
    """Micro-dollars of the settled bill; None while it is open."""
    links: int = 0
    """How many times the result links were renewed."""
    variant: int = 0
    """How many tasks with the same prompt came before: the model never draws the same twice."""
    link_missed: bool = False
    """Whether a download found its link gone."""

    @property
    def made(self) -> int:
        """How many pictures it delivers when done."""
        return 0 if self.conduct.has("nourl") else self.order.n - self.missing

    @property
    def shown(self) -> int:
        """How many result links its answer has: one a picture, unless it was told to have more."""
        told = self.conduct.argument("links")
        return int(told) if told and self.made else self.made

    def phase(self, now: float) -> Phase:
        """How far it is at `now`."""
        if self.failure is not None and now >= self.failure.at:
            return "failed"
        if not self.fetching and self.failure is None and now >= self.due_at:
            return "done"
        return "running" if now >= self.running_at else "queued"

    def done_at(self, now: float) -> float | None:
        """When it ended, if it has."""
        if self.phase(now) not in ("done", "failed"):
            return None
        return self.failure.at if self.failure is not None else self.due_at

    def link_key(self, links: int) -> str:
        """The unguessable part of its result links, after so many renewals."""
        return hashlib.sha256(f"{self.secret}/{links}".encode()).hexdigest()[:32]

    def picture(self) -> Picture:
        """What its price follows from."""
        count = len(self.order.sources) + (self.order.mask is not None)
        return Picture(self.size[0], self.size[1], self.order.quality, count)


@dataclass
class Account:
    """The key's money, in micro-dollars."""

    balance: int
    used: int = 0

    def charge(self, micros: int) -> None:
        """Take so much; a negative amount is a refund."""
        self.balance -= micros
        self.used += micros


class TaskBook:
    """Every task that was ever accepted, and the account that pays for them."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.tasks: dict[str, Task] = {}
        self._by_link: dict[str, Task] = {}
        self._open: dict[str, Task] = {}
        self._prompts: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()
        self._endings: list[tuple[float, str]] = []

    def add(self, task: Task) -> None:
        """Accept a task: it is charged from now on."""
        self.account.charge(task.precharge)
        self.tasks[task.id] = task
        self._open[task.id] = task
        self._prompts[task.order.prompt] += 1
        task.variant = self._drawn[task.order.prompt]
        self._drawn[task.order.prompt] += 1
        self._by_link[task.link_key(0)] = task
        self.expect_end(task)

    def expect_end(self, task: Task) -> None:
        """Note when the task will be over; again when that has changed."""
        at = task.failure.at if task.failure is not None else task.due_at
        if not math.isinf(at):
            heapq.heappush(self._endings, (at, task.id))

    def unfinished(self) -> int:
        return len(self._open)

    def unfinished_like(self, prompt: str) -> int:
        """Unfinished tasks with just this prompt."""
        return self._prompts[prompt]

    def renew_links(self, task: Task) -> None:
        """Give the task new result links; the old ones stay known, and gone."""
        task.links += 1
        self._by_link[task.link_key(task.links)] = task

    def by_link(self, key: str) -> Task | None:
        return self._by_link.get(key)

    def settle(self, now: float, options: Options) -> None:
        """Close the books of every task that has ended by `now`: the real bill, or a refund."""
        while self._endings and self._endings[0][0] <= now:
            _, task_id = heapq.heappop(self._endings)
            task = self._open.get(task_id)
            if task is None or task.phase(now) not in ("done", "failed"):
                continue
            del self._open[task_id]
            self._prompts[task.order.prompt] -= 1
            task.charged = 0 if task.failure is not None else bill(task, options)
            self.account.charge(task.charged - task.precharge)

    def forget(self) -> None:
        """Drop every task; the account stays as it is."""
        self.tasks.clear()
        self._by_link.clear()
        self._open.clear()
        self._prompts.clear()
        self._endings.clear()


def bill(task: Task, options: Options) -> int:
    """What a finished task really costs: every picture made, times the surprise."""
    count = task.order.n - task.missing
    each = price_micros(task.picture(), factor=options.price_factor)
    return round(each * count * options.amount_factor)


def failure_word(conduct: Conduct) -> str | None:
    """The status word of a task that was told to fail with one."""
    word = conduct.argument("status")
    return word if word in FAILED_WORDS else None


def task_json(task: Task, now: float) -> dict[str, Any]:
    """A task as the control API shows it."""
    money = task.precharge if task.charged is None else task.charged
    return {
        "id": task.id,
        "dialect": task.dialect,
        "prompt": task.order.prompt,
        "status": task.phase(now),
        "size": f"{task.size[0]}x{task.size[1]}",
        "quality": task.order.quality,
        "format": task.order.format,
        "n": task.order.n,
        "sources": [source.to_json() for source in task.sources],
        "source_urls": list(task.order.sources),
        "mask_url": task.order.mask,
        "behaviours": sorted(task.conduct.words),
        "submitted_at": iso(task.submitted_at),
        "done_at": iso(task.done_at(now)),
        "due_at": None if math.isinf(task.due_at) else iso(task.due_at),
        "amount_usd": money / MICROS,
        "settled": task.charged is not None,
        "error": task.failure.message if task.failure is not None and task.phase(now) == "failed" else None,
    }


def iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, tz=UTC).isoformat()
