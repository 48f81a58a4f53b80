"""The jobs that an ask becomes: one, or one for each of its variations; and their first steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.jobs.job import Delivery, Job, SetMember, Status
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.ask import Ask
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.source import Source, SourceRef
from bot.ports import Transaction
from bot.services.job_pictures import owner_of
from bot.services.job_sets import FOLLOW_SECONDS


class NewJobs:
    """Makes jobs; the caller saves them and holds their money before their first step."""

    def __init__(
        self, *, prices: PriceTable, new_id: Callable[[], str], new_source_id: Callable[[], str]
    ) -> None:
        self._prices = prices
        self._new_id = new_id
        self._new_source_id = new_source_id

    def __call__(self, tx: Transaction, ask: Ask, estimate: Money) -> list[Job]:
        """The ask's jobs, of which the first has its request key. Raises AskRefused NoPrice."""
        ask = _from_its_job(tx, ask)
        if not ask.variations:
            return [self._job(tx, ask, estimate)]
        ids = [self._new_id() for _ in ask.variations]
        return [
            replace(
                self._job(tx, replace(ask, request=each.request), self._prices.estimate(each.request)),
                id=ident,
                request_key=ask.request_key if at == 1 else f"{ask.request_key}#{at}",
                member=SetMember(ids[0], at, len(ids), each.label, ask.request.prompt),
                reply_url=ask.reply_url if at == 1 else None,
            )
            for at, (ident, each) in enumerate(zip(ids, ask.variations, strict=True), start=1)
        ]

    def first_step(self, tx: Transaction, job: Job, refs: tuple[SourceRef, ...]) -> None:
        """Record the sources and queue the first step. With sources that is PREPARE, so that they are fetched
        and checked before anything about the ask is posted."""
        for ordinal, ref in enumerate(refs):
            tx.sources.add(
                Source(
                    id=self._new_source_id(),
                    job_id=job.id,
                    ordinal=ordinal,
                    role=ref.role,
                    file_id=ref.file_id,
                    picture_id=ref.picture_id,
                    name=ref.name,
                )
            )
        kind = TaskKind.PREPARE if refs else TaskKind.ANNOUNCE
        follows = kind is TaskKind.ANNOUNCE and job.shown_by != job.id  # the first of its set wakes it
        tx.tasks.add(kind, team_id=job.place.team_id, job_id=job.id, delay=FOLLOW_SECONDS if follows else 0.0)

    def _job(self, tx: Transaction, ask: Ask, estimate: Money) -> Job:
        return Job(
            id=self._new_id(),
            request_key=ask.request_key,
            place=ask.place,
            user_id=ask.user_id,
            request=ask.request,
            status=Status.QUEUED,
            delivery=Delivery.NONE,
            estimate=estimate,
            price_version=self._prices.version,
            created_at=tx.now,
            updated_at=tx.now,
            parent_id=ask.parent_id,
            parent_picture=ask.parent_picture,
            ask_ts=ask.ask_ts,
            reply_url=ask.reply_url,
            notes=ask.notes,
        )


def _from_its_job(tx: Transaction, ask: Ask) -> Ask:
    """The same ask from the very job that its picture is of, where a set was named."""
    if ask.parent_id is None or ask.parent_picture is None:
        return ask
    for parent in tx.jobs.of_ids([ask.parent_id]):
        owner, number = owner_of(tx, parent, ask.parent_picture)
        return replace(ask, parent_id=owner.id, parent_picture=number)
    return ask
