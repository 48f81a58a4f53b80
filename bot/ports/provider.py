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
    """What one submission buys: ``n`` pictures. Links are what the provider may fetch, in order."""

    prompt: str
    size: Size
    quality: Quality
    format: Format
    n: int
    source_urls: tuple[str, ...] = ()
    mask_url: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the order: its task id, the dialect to ask in, and its price if it said one.

    ``odd_amount`` is what it said instead of a price, fit for a person to read: a negative amount, no number.
    Zero is none: it is what an order costs before it is done.
    """

    task_id: str
    dialect: str
    amount: Money | None = None
    odd_amount: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Not ready. ``processing`` is True once the provider has begun to draw."""

    processing: bool


@dataclass(frozen=True, slots=True)
class Done:
    """Ready: the pictures' links (one or more), and the price if a usable one was given.

    ``amount`` is None when absent, zero, negative or not a number: then it is unknown, not free.
    ``odd_amount`` is what was said instead of a price, fit for a person to read; None when nothing was.
    """

    urls: tuple[str, ...]
    amount: Money | None
    odd_amount: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended without a picture; the provider does not charge for it (provider reference 4)."""

    failure: Failure


class ImageProvider(Protocol):
    async def plan(self, request: PictureRequest) -> list[int]:
        """How many pictures each submission should ask for, by the dialect in force: [3] or [1, 1, 1]."""
        ...

    async def max_sources(self) -> int:
        """How many source pictures (the mask apart) one order may have in the dialect in force."""
        ...

    async def submit(self, order: Order) -> Receipt:
        """Send the paid call, once. Never repeats it by itself.

        Raises TryLater (certainly not taken: 429 with a refusal, …), of it Unreachable (a refused
        connection, …), OutcomeUnknown
        (it may have been taken: time-out, reset, 5xx, a lost or unreadable answer), GivenUp (refused for
        good: moderation, bad request, account) or RouteMissing (this dialect's route does not exist; the
        provider has switched to the other one: plan and submit anew).
        """
        ...

    async def poll(self, task_id: str, dialect: str) -> Pending | Done | Failed:
        """Ask once. Safe to repeat. Raises TryLater on 429 and 5xx, of it Unreachable on network errors."""
        ...

    async def download(self, url: str, to: Path) -> int:
        """Stream a result to ``to`` (atomically: temp file, fsync, rename); bytes written.

        https and public addresses only, trusted hosts excepted; every redirect is checked again; capped.
        Raises TryLater (transient), or GivenUp with RESULT_GONE or RESULT_UNUSABLE for this answer; the next
        one may be the picture, as when a proxy's page or a refusal came in its place.
        """
        ...
