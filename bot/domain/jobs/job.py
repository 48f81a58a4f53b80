"""The life of a job, as data: its states, which state may follow which, and the rows that make it up.

One job is one ask. It is sent as one or more *submissions* (one paid provider task each), which result in
*pictures*. Delivery into the conversation has a state of its own, so that a paid picture is never bought
again because it could not be posted.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure
from bot.domain.requests.request import PictureRequest


class Status(StrEnum):
    """Where the paid work stands."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def is_final(self) -> bool:
        """Whether the provider's work for the job has ended. ``unknown`` and ``timed_out`` are *not* final.

        One change is possible after that: a job that failed because its outcome stayed unknown for a day
        succeeds if its pictures come after all, as they are paid for; they are delivered.
        """
        return self in {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}


class Delivery(StrEnum):
    """Where the answer to the asker stands."""

    NONE = "none"
    ANNOUNCED = "announced"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


FOLLOWS: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.SUBMITTING, Status.CANCELLED, Status.FAILED}),
    Status.SUBMITTING: frozenset(
        {Status.QUEUED, Status.RUNNING, Status.UNKNOWN, Status.FAILED, Status.SUCCEEDED}
    ),
    Status.RUNNING: frozenset(
        {
            Status.SUBMITTING,
            Status.SUCCEEDED,
            Status.FAILED,
            Status.UNKNOWN,
            Status.TIMED_OUT,
            Status.CANCELLED,  # while it waits to be ordered again
        }
    ),
    Status.UNKNOWN: frozenset({Status.RUNNING, Status.SUCCEEDED, Status.FAILED, Status.TIMED_OUT}),
    Status.TIMED_OUT: frozenset({Status.SUCCEEDED, Status.FAILED, Status.RUNNING, Status.UNKNOWN}),
    Status.SUCCEEDED: frozenset(),
    Status.FAILED: frozenset({Status.SUCCEEDED}),  # the pictures came after the unknown outcome was settled
    Status.CANCELLED: frozenset(),
}
"""Which states may follow each state. A CHECK constraint in SQL allows the same values."""


@dataclass(frozen=True, slots=True)
class SetMember:
    """The place of a job in a set: several orders of one ask, shown in one message. ``set_id`` is the id of
    the first of them, which has the message; ``position`` counts from 1 to ``size``. ``label`` says in which
    words the job differs from the others, ``words`` are those of the whole ask, as typed."""

    set_id: str
    position: int
    size: int
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Job:
    """One ask, or one order of a set. ``id`` is opaque; ``request_key`` makes a repeated delivery of the same
    ask the same job.

    ``parent_id`` and ``parent_picture`` (its number, from 1; None: not one of several) are the picture that
    this job started from. ``ask_ts`` is the message that asked, if there was one; ``status_ts`` is the bot's
    own status message; ``result_ts`` is the message that has the pictures, ``result_has_blocks`` whether it
    carries the words and buttons itself. ``reply_url`` is a short-lived private way to answer the asker (a
    secret; removed when the job ends). Times are aware UTC.
    """

    id: str
    request_key: str
    place: Place
    user_id: str
    request: PictureRequest
    status: Status
    delivery: Delivery
    estimate: Money
    price_version: str
    created_at: datetime
    updated_at: datetime
    cost: Money | None = None
    cost_is_estimate: bool = False
    failure: Failure | None = None
    parent_id: str | None = None
    parent_picture: int | None = None
    member: SetMember | None = None
    ask_ts: str | None = None
    status_ts: str | None = None
    result_ts: str | None = None
    result_has_blocks: bool = False
    reply_url: str | None = None
    notes: tuple[str, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None
    announce_intent_at: datetime | None = None
    share_intent_at: datetime | None = None
    shown: str | None = None
    shown_at: datetime | None = None

    @property
    def shown_by(self) -> str:
        """The id of the job whose message shows this one: the first of its set, or itself."""
        return self.member.set_id if self.member is not None else self.id

    @property
    def leads_set(self) -> bool:
        """Whether it is the first job of a set, whose message shows them all."""
        return self.member is not None and self.member.position == 1

    @property
    def shown_count(self) -> int:
        """How many pictures its message shows if all come: of the first of a set those of the set."""
        return self.request.n * self.member.size if self.member and self.leads_set else self.request.n

    @property
    def before(self) -> int:
        """How many pictures of its set come before its own."""
        return self.request.n * (self.member.position - 1) if self.member is not None else 0

    @property
    def shown_ts(self) -> str | None:
        """The message that shows the job: the one that began its thread, else its result, else its status."""
        if self.status_ts is not None and self.status_ts == self.place.thread_ts:
            return self.status_ts
        return self.result_ts or self.status_ts

    def evolve(self, **changes: Any) -> Self:
        """A copy with ``changes``. Raises ValueError when ``status`` may not follow the present one."""
        status = changes.get("status", self.status)
        if status is not self.status and status not in FOLLOWS[self.status]:
            raise ValueError(f"job {self.id}: {self.status} cannot become {status}")
        return dataclasses.replace(self, **changes)


class SubmissionState(StrEnum):
    """Where one paid call stands. ``submitting`` is committed before the call's first byte may leave."""

    PLANNED = "planned"
    SUBMITTING = "submitting"
    RUNNING = "running"
    UNKNOWN = "unknown"
    TIMED_OUT = "timed_out"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in {SubmissionState.SUCCEEDED, SubmissionState.FAILED, SubmissionState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Submission:
    """One paid call for ``n`` pictures. ``amount`` is the price that the provider stated. ``reorders`` counts
    how often it was sent anew after a call that was not charged, as the provider could not fetch the sources.

    ``intent_at`` is when the call was first tried: while the provider is too busy to take it, later tries do
    not change it. The other four times feed the learned poll schedule.
    """

    id: str
    job_id: str
    ordinal: int
    n: int
    state: SubmissionState
    dialect: str | None = None
    provider_task_id: str | None = None
    amount: Money | None = None
    failure: Failure | None = None
    polls: int = 0
    reorders: int = 0
    intent_at: datetime | None = None
    submitted_at: datetime | None = None
    first_processing_at: datetime | None = None
    last_pending_poll_at: datetime | None = None
    done_seen_at: datetime | None = None


class PictureState(StrEnum):
    """How far one result is on its way into the thread."""

    FOUND = "found"  # its link is known
    FETCHED = "fetched"  # its bytes are in the spool, checked
    TICKETED = "ticketed"  # the file id is committed
    UPLOADED = "uploaded"  # the bytes are there, not yet visible
    SHARED = "shared"  # seen in the thread
    LOST = "lost"  # could not be fetched; ``failure`` says why

    @property
    def is_final(self) -> bool:
        """Whether nothing more is done to deliver it."""
        return self in {PictureState.SHARED, PictureState.LOST}


ORDINALS = 16
"""A picture's ordinal is its submission's ordinal times this, plus its index in that submission's answer."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One result. ``file_id`` is the idempotency key of its delivery (Slack reference 3.6). ``alt_text`` is
    what a person wrote to describe it; None: it is made from the words."""

    id: str
    job_id: str
    submission_id: str
    ordinal: int
    state: PictureState
    url: str
    sha256: str | None = None
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    file_id: str | None = None
    upload_url: str | None = None
    failure: Failure | None = None
    alt_text: str | None = None
