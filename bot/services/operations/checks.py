"""Checks of an installation, each with one finding: ok, warning or error, and what to do.

A check does not know how Slack, the provider or the database is asked: its caller passes functions that ask.
No check costs anything or changes anything that stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import BotError, SettingsError
from bot.domain.money import Money
from bot.errors import GivenUp, StoreUnavailable

CLOCK_SECONDS = 300.0
"""Signed requests older or newer than this are refused (docs verifying-requests-from-slack)."""

LOW_BALANCE = Money(1_000_000)
"""Below this balance there is a warning. A dollar buys some twenty pictures of medium quality."""

CHECK_SECONDS = 20.0
"""A check that takes more seconds than this is reported as an error and cancelled."""


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, a line of ``doctor``. ``todo`` says what to do and is empty where nothing is
    needed. Never holds a secret."""

    level: Level
    name: str
    message: str
    todo: str = ""

    @property
    def is_error(self) -> bool:
        return self.level is Level.ERROR

    def as_dict(self) -> dict[str, str]:
        """The shape that the contract gives ``doctor --json``."""
        return {"check": self.name, "status": str(self.level), "message": self.message, "todo": self.todo}

    def line(self) -> str:
        return f"{self.level:<8} {self.name}: {self.message}" + (f" {self.todo}" if self.todo else "")


Check = Callable[[], Awaitable[Finding]]


def ok(name: str, message: str) -> Finding:
    return Finding(Level.OK, name, message)


def warning(name: str, message: str, todo: str) -> Finding:
    return Finding(Level.WARNING, name, message, todo)


def error(name: str, message: str, todo: str) -> Finding:
    return Finding(Level.ERROR, name, message, todo)


async def examine(checks: Mapping[str, Check], *, patience: float = CHECK_SECONDS) -> list[Finding]:
    """Run all checks at once, for ``patience`` seconds at most. Returns one finding for each, in the order
    given; for a check that fails or is too slow it is an error."""
    tasks = {name: asyncio.create_task(_ask(check), name=f"doctor:{name}") for name, check in checks.items()}
    if tasks:
        await asyncio.wait(tasks.values(), timeout=patience)
    findings = [_finding(name, task, patience) for name, task in tasks.items()]
    late = [task for task in tasks.values() if not task.done()]
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return findings


async def _ask(check: Check) -> Finding:
    return await check()


def _finding(name: str, task: asyncio.Task[Finding], patience: float) -> Finding:
    """The finding of a task. Messages of our own errors are shown; of any other error only the class is, as
    its message may hold a secret."""
    if not task.done():
        return error(name, f"no answer within {patience:g} s.", "Try again; look at the network.")
    broken = task.exception()
    if broken is None:
        return task.result()
    if isinstance(broken, BotError):
        return error(name, f"{broken}.".replace("..", "."), "Try again; if it stays, look at the network.")
    return error(name, f"the check itself failed ({type(broken).__name__}).", "Please report this.")


def check_settings(missing: Callable[[], Sequence[str]]) -> Check:
    """Checks the settings. ``missing`` returns one sentence for each wrong or missing setting, or raises
    SettingsError with them."""

    async def check() -> Finding:
        try:
            sentences = list(missing())
        except SettingsError as wrong:
            sentences = wrong.sentences
        if sentences:
            return error("settings", " ".join(sentences), "Set them in the environment or in .env.")
        return ok("settings", "complete.")

    return check


def check_provider(
    balance: Callable[[], Awaitable[Money | None]],
    dialects: Callable[[], Awaitable[Mapping[str, str]]],
    *,
    asked_in: str = "auto",
) -> Check:
    """Checks the key, the balance of its account (None: the provider does not say), and the dialects served.

    ``balance`` raises GivenUp for a refused key, and TryLater; ``dialects`` gives the state of each dialect,
    which is ``answers`` where it works. ``asked_in`` is IMAROUTER_API: with a dialect named there, no other
    is ever used.
    """

    async def check() -> Finding:
        name = "provider"
        try:
            left = await balance()
        except GivenUp:
            return error(name, "the key is refused.", "Check IMAROUTER_API_KEY and the account behind it.")
        found = await dialects()
        spoken = [dialect for dialect, word in found.items() if word == "answers"]
        if not spoken:
            words = ", ".join(f"{dialect}: {word}" for dialect, word in found.items())
            return error(
                name, f"no dialect of the API answers ({words}).", "Check IMAROUTER_BASE_URL and the key."
            )
        speaks = f"speaks {' and '.join(spoken)}"
        if asked_in not in {"auto", *spoken}:
            todo = "Set IMAROUTER_API=auto."
            return error(name, f"{speaks} only; IMAROUTER_API={asked_in} makes every ask fail.", todo)
        if left is None:
            return warning(name, f"{speaks}; the balance is not told.", "Look at the provider's own page.")
        if left < LOW_BALANCE:
            return warning(name, f"{speaks}; {left.as_room()} left.", "Add money before it runs out.")
        return ok(name, f"{speaks}; {left.as_room()} left.")

    return check


def check_public_url(
    url: str | None,
    *,
    problem: Callable[[str], str | None],
    needed_by_transport: bool,
    has_storage: bool = False,
) -> Check:
    """Checks the form of the address at which Slack (HTTP mode) and the provider (edits) reach ``web/``.

    ``problem`` returns, as a value of AddressReason, why nobody can reach an address, or None. With object
    storage (``has_storage``) edits need no address.
    """

    async def check() -> Finding:
        name = "public url"
        if url is None and has_storage and not needed_by_transport:
            return ok(name, "not needed: uploads to be edited go to object storage.")
        if url is None:
            return _no_public_url(needed_by_transport=needed_by_transport)
        reason = problem(url)
        if reason == "not_public":
            todo = "Use an address the world sees."
            return error(name, "IMAGINE_PUBLIC_URL is an address of this machine or its own network.", todo)
        if reason is not None:
            return error(name, "IMAGINE_PUBLIC_URL is no https address.", "Put a TLS proxy in front of it.")
        return ok(name, f"{url} can be an address that others reach; whether they do is not tried.")

    return check


def _no_public_url(*, needed_by_transport: bool) -> Finding:
    todo = "Set IMAGINE_PUBLIC_URL to the https address of this bot"
    if needed_by_transport:
        return error("public url", "HTTP mode needs one: Slack sends its requests there.", f"{todo}.")
    storage = "or IMAGINE_S3_BUCKET and its keys to S3-compatible storage"
    return warning("public url", "none: uploaded pictures cannot be edited.", f"{todo}, {storage}.")


def check_database(
    is_current: Callable[[], Awaitable[bool]], write: Callable[[], Awaitable[object]]
) -> Check:
    """Checks the database. ``is_current`` says whether its schema is this version's; ``write`` writes
    something harmless. Both raise StoreUnavailable when they cannot."""

    async def check() -> Finding:
        name = "database"
        try:
            if not await is_current():
                todo = "Run imagine-bot migrate, or the newer version of this bot that made it."
                return error(name, "its schema is not this version's.", todo)
            await write()
        except StoreUnavailable as away:
            return error(name, f"{away}.", "Check IMAGINE_DATABASE_URL, the disk and the server.")
        return ok(name, "writable, its schema current.")

    return check


def check_clock(theirs: Callable[[], Awaitable[datetime | None]], ours: Callable[[], datetime]) -> Check:
    """Compares this host's clock, ``ours``, with another's, ``theirs`` (None: it did not tell the time)."""

    async def check() -> Finding:
        name = "clock"
        told = await theirs()
        if told is None:
            return warning(name, "nobody told the time to compare with.", "Check that NTP runs.")
        off = (ours() - told).total_seconds()
        if abs(off) > CLOCK_SECONDS:
            way = "ahead" if off > 0 else "behind"
            return error(name, f"{abs(off):.0f} s {way}: signed requests are refused.", "Switch NTP on.")
        if abs(off) > 30:
            return warning(name, f"{off:+.0f} s off.", "Switch NTP on.")
        return ok(name, "right to within half a minute.")

    return check
