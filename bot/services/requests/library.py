"""The pictures that somebody may look through, newest first, a page at a time (loop reference 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.domain.jobs.job import Job
from bot.ports import JobView, Store, Transaction
from bot.services.job_view import shown_view

PAGE = 10
"""Jobs on one page; the pictures of one ask are one row."""

_AT_ONCE = 200
SEARCHED = 5000
"""How many of the newest jobs are looked through at most."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a person looks through: their own jobs everywhere, and all that were made in ``channel_id``, a
    conversation that they are in (None: only their own, as in a direct message). ``words``: every one of them
    must occur in a job's words or in what somebody wrote to describe its pictures."""

    team_id: str
    user_id: str
    channel_id: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """``number`` counts from 0, the newest. ``has_older``: there is a page after it."""

    views: tuple[JobView, ...]
    number: int = 0
    has_older: bool = False


class Library:
    """Reads what has pictures that are still there; nothing is changed. Raises StoreUnavailable."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def page(self, search: Search, number: int = 0) -> Page:
        """The page of that number, or the last one before it that has something: pictures may have been
        deleted since. Empty when nothing is found at all."""
        return await self._store.read(lambda tx: _page(tx, search, number))


def _page(tx: Transaction, search: Search, number: int) -> Page:
    found = list(islice(_found(tx, search), (number + 1) * PAGE + 1))
    number = max(min(number, (len(found) - 1) // PAGE), 0)
    shown = found[number * PAGE : (number + 1) * PAGE]
    views = tuple(shown_view(tx, job) for job in shown)
    return Page(views, number, has_older=len(found) > (number + 1) * PAGE)


def _found(tx: Transaction, search: Search) -> Iterator[Job]:
    """One job for each message that shows pictures: of a set the newest that fits."""
    wanted, last = search.words.casefold().split(), None
    seen: set[str] = set()
    for _ in range(SEARCHED // _AT_ONCE):
        jobs = tx.jobs.with_pictures(
            search.team_id, search.user_id, channel_id=search.channel_id, before=last, limit=_AT_ONCE
        )
        texts = tx.pictures.alt_texts([job.id for job in jobs]) if wanted and jobs else {}
        for job in jobs:
            if job.shown_by not in seen and _has(wanted, [*_words(job), *texts.get(job.id, [])]):
                seen.add(job.shown_by)
                yield job
        if len(jobs) < _AT_ONCE:
            return
        last = jobs[-1]


def _words(job: Job) -> list[str]:
    return [job.request.words, *([job.member.words] if job.member is not None else [])]


def _has(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    said = "\n".join(texts).casefold()
    return all(word in said for word in wanted)
