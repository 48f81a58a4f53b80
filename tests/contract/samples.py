"""Domain objects to store; every field can be set by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.budget.ledger import Entry, EntryKind, Hold, HoldLeg, HoldState
from bot.domain.budget.periods import Window, period_at
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import (
    Delivery,
    Job,
    Picture,
    PictureState,
    SetMember,
    Status,
    Submission,
    SubmissionState,
)
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOVEMBER = period_at(START, Window.MONTH, "Etc/UTC")
DECEMBER = period_at(datetime(2026, 12, 1, tzinfo=UTC), Window.MONTH, "Etc/UTC")
TEAM = Scope(ScopeKind.WORKSPACE, "T1")
CHANNEL = Scope(ScopeKind.CHANNEL, "T1", "C1")
USER = Scope(ScopeKind.USER, "T1", "U1")


def dollars(text: str) -> Money:
    return Money.parse(text)


def a_job(name: str = "J1", **changes: Any) -> Job:
    """A job with as little in it as may be."""
    job = Job(
        id=name,
        request_key=f"key-{name}",
        place=Place("T1", "C1"),
        user_id="U1",
        request=PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.LOW, Format.PNG, 1),
        status=Status.QUEUED,
        delivery=Delivery.NONE,
        estimate=Money(11_000),
        price_version="v1",
        created_at=START,
        updated_at=START,
    )
    return replace(job, **changes)


def a_full_job(name: str = "J1") -> Job:
    """A job with something in every field, exact to the microsecond and the micro-dollar."""
    moment = START + timedelta(microseconds=123_457)
    return Job(
        id=name,
        request_key=f"T1:C1:{name}",
        place=Place("T1", "C1", "1700000000.000100"),
        user_id="U1",
        request=PictureRequest(
            Kind.EDIT, "ein Fuchs 🦊, „blau“\n\t'; --", None, Quality.HIGH, Format.WEBP, 4, 2, has_mask=True
        ),
        status=Status.RUNNING,
        delivery=Delivery.ANNOUNCED,
        estimate=Money(123_456_789_012),
        price_version="2026-11",
        created_at=moment,
        updated_at=moment,
        cost=Money(1),
        cost_is_estimate=True,
        failure=Failure(Problem.MODERATED, "raw words"),
        parent_id="J0",
        parent_picture=2,
        member=SetMember("J1", 1, 4, "red, snow", "a {red,blue} fox in {snow,rain}"),
        ask_ts="1700000000.000050",
        status_ts="1700000000.000200",
        result_ts="1700000000.000300",
        result_has_blocks=True,
        reply_url="https://hooks.example/secret",
        notes=("one", "zwei „2“"),
        started_at=moment + timedelta(seconds=1),
        finished_at=moment + timedelta(seconds=2),
        announce_intent_at=moment + timedelta(seconds=3),
        share_intent_at=moment + timedelta(seconds=4),
        shown="abc",
        shown_at=moment + timedelta(seconds=5),
    )


def a_submission(name: str = "S1", job_id: str = "J1", **changes: Any) -> Submission:
    return replace(Submission(name, job_id, 0, 1, SubmissionState.PLANNED), **changes)


def a_picture(name: str = "P1", job_id: str = "J1", submission_id: str = "S1", **changes: Any) -> Picture:
    url = f"https://results.example/{name}.png"
    return replace(Picture(name, job_id, submission_id, 0, PictureState.FOUND, url), **changes)


def a_hold(job_id: str = "J1", *scopes: Scope, **changes: Any) -> Hold:
    legs = tuple(HoldLeg(scope, NOVEMBER.key) for scope in sorted(scopes or (TEAM, CHANNEL, USER)))
    return replace(Hold(job_id, HoldState.HELD, dollars("0.41"), legs, "v1", START), **changes)


def an_entry(job_id: str | None = "J1", kind: EntryKind = EntryKind.RESERVE, **changes: Any) -> Entry:
    """By default a reservation of $0.41 of the workspace's November."""
    return replace(Entry(job_id, kind, TEAM, NOVEMBER.key, dollars("0.41"), Money.zero(), START), **changes)
