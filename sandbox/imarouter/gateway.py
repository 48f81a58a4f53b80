"""What the provider does: accepts submits, fetches sources, runs tasks, keeps the balance. No HTTP server."""

from __future__ import annotations

import asyncio
import math
import random as random_module
import string
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.imarouter.behaviours import Conduct, NextTasks
from sandbox.imarouter.options import Dialect, Options
from sandbox.imarouter.orders import Order, auto_size, read_order
from sandbox.imarouter.pricing import MICROS, Picture, price_micros, seconds
from sandbox.imarouter.refusals import (
    BLOCKED,
    MODERATED_LATE,
    Refusal,
    bad_request,
    no_quota,
    ordered_refusal,
    too_many,
    unknown_task,
)
from sandbox.imarouter.sources import Source, SourceFetcher, mask_problem, wget_text
from sandbox.imarouter.tasks import Account, Failure, Task, TaskBook, failure_word

_ALPHABET = string.ascii_letters + string.digits
_FAILED = "upstream task failed"
_WGET = wget_text("https://example.com/source.png", "awaiting response... 403 Forbidden", 8)


@dataclass(frozen=True)
class Submission:
    """A submit that was not refused; `task` is None if nothing came of it (`drop`, `noid`)."""

    conduct: Conduct
    task: Task | None = None


class Window:
    """At most so many events in any minute."""

    def __init__(self) -> None:
        self._at: deque[float] = deque()

    def admits(self, now: float, limit: int | None) -> bool:
        """Whether one more fits at `now`; counts it if so."""
        while self._at and self._at[0] <= now - 60:
            self._at.popleft()
        if limit is not None and len(self._at) >= limit:
            return False
        self._at.append(now)
        return True


class Gateway:
    """The provider behind its HTTP routes. `close` when done."""

    def __init__(self, *, clock: Callable[[], float], random: random_module.Random, options: Options) -> None:
        self._clock = clock
        self._random = random
        self._ahead = 0.0
        self.options = options
        self.book = TaskBook(Account(round(options.balance_usd * MICROS)))
        self.next = NextTasks()
        self._fetcher: SourceFetcher | None = None
        self._fetches: set[asyncio.Task[None]] = set()
        self._submits, self._polls = Window(), Window()

    async def close(self) -> None:
        """Stop fetching."""
        for fetch in self._fetches:
            fetch.cancel()
        await asyncio.gather(*self._fetches, return_exceptions=True)
        if self._fetcher is not None:
            await self._fetcher.close()
            self._fetcher = None

    async def fetched(self) -> None:
        """Wait until nothing is being fetched."""
        while self._fetches:
            await asyncio.wait(self._fetches)

    def now(self) -> float:
        """The clock, and what `advance` added to it."""
        return self._clock() + self._ahead

    def advance(self, by: float) -> None:
        """Turn the clock forward."""
        self._ahead += by

    def change(self, values: dict[str, Any]) -> None:
        """Change options; a new `balance_usd` also sets the balance. ValueError for a bad one."""
        self.options = self.options.changed(values)
        if "balance_usd" in values:
            self.settle()
            self.book.account.balance = round(self.options.balance_usd * MICROS)

    def settle(self) -> None:
        """Bring the balance up to date."""
        self.book.settle(self.now(), self.options)

    def request_id(self) -> str:
        """New API's: the time and eight random characters."""
        at = datetime.fromtimestamp(self.now(), tz=UTC)
        return at.strftime("%Y%m%d%H%M%S%f") + self._letters(8)

    async def submit(self, body: object, *, dialect: Dialect, edit: bool, request_id: str) -> Submission:
        """Accept a submit or raise `Refusal`: limits, the body, what it was told to do, then money."""
        self.settle()
        self._limit()
        order = read_order(body, dialect=dialect, edit=edit, options=self.options)
        conduct = self.next.take(order.prompt)
        self._refuse(conduct, request_id)
        queue_full = dialect == "images" and self.options.submit_shape == "no_id"
        if conduct.has("drop") or conduct.has("noid") or queue_full:
            return Submission(conduct)
        price = self._price(order)
        if price > self.book.account.balance:
            raise no_quota(self.book.account.balance)
        fetched = await self._checked_mask(order)
        task = self._task(order, conduct, dialect, price)
        task.sources = fetched
        self.book.add(task)
        if order.sources:
            self._start_fetch(task)
        return Submission(conduct, task)

    def find(self, task_id: str, dialect: Dialect) -> Task:
        """The task to poll; raises `Refusal` for too many polls or an id that is none."""
        self.settle()
        if not self._polls.admits(self.now(), self.options.polls_per_minute):
            raise too_many(self.options)
        task = self.book.tasks.get(task_id)
        if task is None or task.dialect != dialect or task.conduct.has("forgotten"):
            raise unknown_task(dialect)
        mode = task.conduct.result_mode() or self.options.result
        if mode == "moved" and task.link_missed and task.links == 0:
            self.book.renew_links(task)
        return task

    def seen_at(self) -> float:
        """The time at which the stored rows were last refreshed from upstream."""
        every = self.options.refresh_seconds / self.options.speed
        return math.floor(self.now() / every) * every if every else self.now()

    def _limit(self) -> None:
        full = self.options.concurrency is not None and self.book.unfinished() >= self.options.concurrency
        if full or not self._submits.admits(self.now(), self.options.submits_per_minute):
            raise too_many(self.options)

    def _refuse(self, conduct: Conduct, request_id: str) -> None:
        for word in sorted(conduct.words):
            refusal = ordered_refusal(word, self.options, request_id)
            if refusal is not None:
                raise refusal
        shape = conduct.argument("error")
        if shape is not None:
            raise Refusal(500, "do_request_failed", "upstream error", shape=shape, kind="upstream_error")

    def _price(self, order: Order) -> int:
        width, height = order.size or (1024, 1024)
        picture = Picture(width, height, order.quality, len(order.sources) + (order.mask is not None))
        return price_micros(picture, factor=self.options.price_factor) * order.n

    def _task(self, order: Order, conduct: Conduct, dialect: Dialect, price: int) -> Task:
        now, size = self.now(), order.size or (1024, 1024)
        takes = self.options.duration_seconds
        if takes is None:
            drawn = seconds(Picture(*size, order.quality), order.n, self._random)
            takes = drawn / self.options.speed
        takes *= 5 if conduct.has("slow") else 0 if conduct.has("quick") else 1
        task = Task(
            id=("task_" if dialect == "images" else "job_") + self._letters(32),
            secret=self._letters(32),
            dialect=dialect,
            order=order,
            conduct=conduct,
            submitted_at=now,
            running_at=now + takes * 0.08,
            due_at=math.inf if conduct.has("stuck") else now + takes,
            size=size,
            precharge=price,
            fetching=bool(order.sources),
        )
        self._plan_failure(task)
        return task

    def _plan_failure(self, task: Task) -> None:
        texts = {
            "fail": _FAILED,
            "moderate-late": MODERATED_LATE,
            "account-late": BLOCKED,
            "chinese": "任务执行失败：上游返回错误，请稍后再试",
            "wget": _WGET,
        }
        told = [text for word, text in texts.items() if task.conduct.has(word)]
        if failure_word(task.conduct) is not None:
            told.append(_FAILED)
        if task.conduct.has("partial"):
            if task.order.n > 1:
                task.missing = 1
            elif self.book.unfinished_like(task.order.prompt) == 1:  # the second of a row of single tasks
                told.append(_FAILED)
        if told:
            task.failure = Failure(task.due_at, told[0])

    async def _checked_mask(self, order: Order) -> list[Source]:
        """The mask and its picture, fetched early because a bad mask is refused at submit."""
        if order.mask is None or self.options.mask_checked == "late":
            return []
        sources = await self._fetch_all(order)
        self._check_mask(sources)
        return sources

    def _check_mask(self, sources: list[Source]) -> None:
        masks = [source for source in sources if source.role == "mask"]
        problem = mask_problem(masks[0], sources[0]) if masks else None
        if problem is not None:
            raise bad_request(problem, "invalid_mask_image_format")

    def _start_fetch(self, task: Task) -> None:
        fetch = asyncio.create_task(self._fetch_for(task))
        self._fetches.add(fetch)
        fetch.add_done_callback(self._fetches.discard)

    async def _fetch_for(self, task: Task) -> None:
        """Have the sources, or fail the task with what the shell said."""
        options = self.options
        if not task.sources:
            await asyncio.sleep(options.fetch_delay_seconds)
            task.sources = await self._fetch_all(task.order)
        problem = next((source.error for source in task.sources if source.error), None)
        try:
            self._check_mask(task.sources)
        except Refusal as refusal:
            problem = problem or refusal.message
        if problem is not None:
            task.failure = Failure(self.now(), problem)
        elif task.order.size is None and task.sources[0].size is not None:
            task.size = auto_size(*task.sources[0].size)
        task.fetching = False
        self.book.expect_end(task)

    async def _fetch_all(self, order: Order) -> list[Source]:
        if self._fetcher is None:
            self._fetcher = SourceFetcher()
        roles = [(url, "source") for url in order.sources]
        if order.mask is not None:
            roles.append((order.mask, "mask"))
        fetcher, options = self._fetcher, self.options
        return list(
            await asyncio.gather(*(fetcher.fetch(url, role=role, options=options) for url, role in roles))
        )

    def _letters(self, count: int) -> str:
        return "".join(self._random.choices(_ALPHABET, k=count))
