"""The image API as the services see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.money import Money
from bot.domain.problem import Failure
from bot.domain.requests.request import Format, PictureRequest, Quality, Size


@dataclass(frozen=True, slots=True)
class Order:
    """What one submission buys: ``n`` pictures. ``source_urls`` and ``mask_url`` are links that the provider
    can fetch; the order of the sources counts."""

    prompt: str
    size: Size
    quality: Quality
    format: Format
    n: int
    source_urls: tuple[str, ...] = ()
    mask_url: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the order: its task id, the dialect to poll in, and its price if it stated one.

    ``odd_amount`` is what it stated instead of a usable price (a negative amount, not a number), fit for a
    person to read. Zero is not odd here: it is what an order costs before it is done.
    """

    task_id: str
    dialect: str
    amount: Money | None = None
    odd_amount: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The task is not done. ``processing`` is True once the provider has begun to draw."""

    processing: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The task is done: the pictures' links (one or more), and the price if a usable one was stated.

    ``amount`` is None when it is absent, zero, negative or not a number: then it is unknown, not free.
    ``odd_amount`` is what was stated instead of a usable price, fit for a person to read; None when nothing
    was stated.
    """

    urls: tuple[str, ...]
    amount: Money | None
    odd_amount: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The task ended without a picture; the provider does not charge for it (provider reference 4)."""

    failure: Failure


class ImageProvider(Protocol):
    """The image API. It is served in one of two dialects; the one in force is learned from its answers."""

    async def plan(self, request: PictureRequest) -> list[int]:
        """How many pictures each submission should ask for in the dialect in force: [3] or [1, 1, 1]."""
        ...

    async def max_sources(self) -> int:
        """How many source pictures (the mask apart) one order may have in the dialect in force."""
        ...

    async def submit(self, order: Order) -> Receipt:
        """Send the paid call, once. Never repeats it by itself.

        Raises:

        - TryLater: certainly not taken (429 with a refusal, …); its subclass Unreachable when no connection
          was made (refused, …).
        - OutcomeUnknown: it may have been taken (time-out, reset, 5xx, a lost or unreadable answer).
        - GivenUp: refused for good (moderation, bad request, account).
        - RouteMissing: this dialect's route does not exist; the provider has switched to the other one, so
          plan and submit anew.
        """
        ...

    async def poll(self, task_id: str, dialect: str) -> Pending | Done | Failed:
        """Ask for a task's state once. Safe to repeat. Raises TryLater on 429 and 5xx, and its subclass
        Unreachable on network errors. A failure SOURCE_UNREACHABLE is told by words alone: the caller knows
        whether there were sources."""
        ...

    async def download(self, url: str, to: Path) -> int:
        """Stream a result to ``to`` (atomically: temp file, fsync, rename); returns the bytes written. Safe
        to repeat.

        Only https and public addresses are contacted, except for trusted hosts; every redirect is checked
        again; the size is capped. Raises TryLater (transient), or GivenUp with RESULT_GONE or
        RESULT_UNUSABLE. GivenUp is about this one answer: a later download may still give the picture, as
        when a proxy's page or a refusal came in its place.
        """
        ...
