"""Pictures that are there, and a conversation in which steps from them are taken."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.jobs.job import ORDINALS, Delivery, Job, Picture, PictureState, Status, SubmissionState
from bot.domain.jobs.shown import SHEET, Posting, Preview
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.request import PictureRequest
from bot.ports import JobView, Transaction
from bot.services.budget.admins import Admins
from bot.services.requests.admission import Terms
from bot.services.requests.start_job import StartJob
from bot.services.steps.targets import Act
from storage.store import SqlStore
from tests.contract.samples import a_job, a_picture, a_submission
from tests.support.collaborators import NO_TERMS, Members, accounts_with

THREAD = Place("T1", "C1", "1.0")
_IDS = itertools.count()


def an_act(number: int = SHEET, *, job: str = "J1", user: str = "U1", **changes: Any) -> Act:
    act = Act("T1", job, number, user, THREAD, f"T1:press:{user}:2.2:pic_again:{job}.{number}")
    return replace(act, **changes)


def a_request(**changes: Any) -> PictureRequest:
    return replace(a_job().request, **changes)


async def drawn(
    store: SqlStore,
    name: str = "J1",
    *,
    n: int = 4,
    missing: Sequence[int] = (),
    is_there: bool = True,
    previews: bool = True,
    **changes: Any,
) -> Job:
    """A job that is done: its ``n`` pictures are in its thread, but for the numbers that are ``missing``."""
    done = {"status": Status.SUCCEEDED, "delivery": Delivery.DELIVERED, "cost": Money(10_000 * n)}
    placed = {"place": THREAD, "status_ts": "1.0", "result_ts": "1.1"}
    request = {"request": a_request(n=n)}

    def unit(tx: Transaction) -> Job:
        times = {"created_at": tx.now, "finished_at": tx.now}
        job = a_job(name, **(done | placed | request | times | changes))
        tx.jobs.add(job)
        tx.submissions.add(a_submission(f"S{name}", name, n=n, state=SubmissionState.SUCCEEDED))
        for number in range(1, n + 1):
            state = PictureState.LOST if number in missing else PictureState.SHARED
            if is_there:
                tx.pictures.add(
                    a_picture(
                        f"P{name}{number}", name, f"S{name}", ordinal=number - 1, state=state,
                        file_id=None if number in missing else f"F{name}{number}", format="png", size_bytes=9,
                    )
                )  # fmt: skip
        if n > 1 and previews:
            shared = Preview(name, SHEET, PictureState.SHARED, "0" * 64, 1, 1, 1, file_id=f"F{name}sheet")
            tx.previews.put(shared)
        return job

    return await store.write(unit)


async def read(store: SqlStore, unit: Callable[[Transaction], Any]) -> Any:
    return await store.read(unit)


async def the_job(store: SqlStore, name: str = "J1") -> Job:
    job = await store.read(lambda tx: tx.jobs.get(name))
    assert job is not None
    return job


async def the_pictures(store: SqlStore, name: str = "J1") -> dict[str, PictureState]:
    pictures: Sequence[Picture] = await store.read(lambda tx: tx.pictures.of_job(name))
    return {picture.id: picture.state for picture in pictures}


async def claimed(store: SqlStore, kind: TaskKind) -> list[Task]:
    """All tasks of that kind that are due."""
    return list(await store.write(lambda tx: tx.tasks.claim(kind, owner="me", limit=20, lease_seconds=60.0)))


def a_start_job(store: SqlStore, terms: Terms = NO_TERMS) -> StartJob:
    return StartJob(
        store=store,
        prices=PriceTable.load(),
        accounts=accounts_with(),
        new_id=lambda: f"new{next(_IDS)}",
        new_source_id=lambda: f"source{next(_IDS)}",
        wake=lambda: None,
        terms=terms,
        people=Members(),
    )


def admins() -> Admins:
    return Admins(named=["UADMIN"], people=Members())


class Talk:
    """A conversation as a list of effects; ``errors`` are raised, one a call, before (``lose``: after) it."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, int]] = []
        self.updated: list[str] = []
        self.deleted: list[tuple[str, str]] = []
        self.files_deleted: list[str] = []
        self.closed: list[str] = []
        self.refused: list[Any] = []
        self.errors: list[Exception] = []
        self.lost: list[Exception] = []
        self.has_answers = False
        self.searched = 0

    async def post_picture(self, view: JobView, posting: Posting) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.posted.append((posting.id, posting.number))
        if self.lost:
            raise self.lost.pop(0)
        return f"9.{len(self.posted)}"

    async def find_posting(self, posting: Posting) -> str | None:
        self.searched += 1
        found = [index for index, (ident, _) in enumerate(self.posted, 1) if ident == posting.id]
        return f"9.{found[0]}" if found else None

    async def update_posting(self, view: JobView, posting: Posting) -> None:
        self.updated.append(posting.id)

    async def delete_message(self, place: Place, ts: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.deleted.append((place.channel_id, ts))

    async def delete_file(self, file_id: str) -> None:
        self.files_deleted.append(file_id)

    async def has_replies(self, job: Job) -> bool:
        return self.has_answers

    async def close_status(self, job: Job) -> None:
        self.closed.append(str(job.status_ts))

    async def direct_channel(self, user_id: str) -> str:
        return f"D{user_id}"

    async def refuse(self, _place: Place, _user: str, refusal: Any) -> None:
        self.refused.append(refusal)


assert ORDINALS > 4, "the pictures of one order have its ordinals in a row"
