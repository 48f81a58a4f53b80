"""What submissions add up to: the job's status and its cost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.budget.ledger import CostSource
from bot.domain.jobs.job import (
    ORDINALS,
    Delivery,
    Job,
    Picture,
    PictureState,
    Status,
    Submission,
    SubmissionState,
)
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.services.pipeline.outcome import cost_of, status_of

S = SubmissionState
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _job(n: int, estimate: int) -> Job:
    request = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.LOW, Format.PNG, n)
    return Job(
        id="j",
        request_key="k",
        place=Place("T", "C"),
        user_id="U",
        request=request,
        status=Status.RUNNING,
        delivery=Delivery.ANNOUNCED,
        estimate=Money(estimate),
        price_version="v",
        created_at=NOW,
        updated_at=NOW,
    )


def _submission(ordinal: int, state: SubmissionState, n: int = 1, **more: object) -> Submission:
    return replace(Submission(f"j-{ordinal}", "j", ordinal, n, state), **more)  # type: ignore[arg-type]


def _pictures(*counts: int) -> list[Picture]:
    return [
        Picture(
            f"{ordinal}.{i}", "j", f"j-{ordinal}", ordinal * ORDINALS + i, PictureState.FOUND, "https://x"
        )
        for ordinal, count in enumerate(counts)
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([S.PLANNED, S.PLANNED], Status.QUEUED),
        ([S.SUBMITTING, S.PLANNED], Status.SUBMITTING),
        ([S.SUBMITTING, S.UNKNOWN], Status.SUBMITTING),
        ([S.RUNNING, S.SUBMITTING], Status.RUNNING),
        ([S.RUNNING, S.FAILED], Status.RUNNING),
        ([S.SUCCEEDED, S.PLANNED], Status.RUNNING),
        ([S.SUCCEEDED, S.UNKNOWN], Status.UNKNOWN),
        ([S.UNKNOWN, S.TIMED_OUT], Status.UNKNOWN),
        ([S.SUCCEEDED, S.TIMED_OUT], Status.TIMED_OUT),
        ([S.SUCCEEDED, S.FAILED], Status.SUCCEEDED),
        ([S.FAILED, S.FAILED], Status.FAILED),
        ([S.FAILED, S.CANCELLED], Status.FAILED),
        ([S.CANCELLED], Status.CANCELLED),
    ],
)
def test_work_wins_over_doubt_and_doubt_over_an_end(states: list[SubmissionState], status: Status) -> None:
    assert status_of([_submission(i, state) for i, state in enumerate(states)]) is status


def test_the_providers_price_is_the_cost() -> None:
    submissions = [
        _submission(0, S.SUCCEEDED, amount=Money(4_100)),
        _submission(1, S.SUCCEEDED, amount=Money(900)),
    ]

    assert cost_of(_job(2, 20_000), submissions, _pictures(1, 1)) == (Money(5_000), CostSource.PROVIDER)


def test_without_a_price_the_estimate_of_what_came_is_the_cost() -> None:
    submissions = [_submission(0, S.SUCCEEDED, n=3)]

    assert cost_of(_job(3, 30_000), submissions, _pictures(2)) == (Money(20_000), CostSource.ESTIMATE)


def test_failures_are_free() -> None:
    failed = _submission(1, S.FAILED, failure=Failure(Problem.MODERATED))

    assert cost_of(_job(2, 20_000), [_submission(0, S.SUCCEEDED), failed], _pictures(1)) == (
        Money(10_000),
        CostSource.ESTIMATE,
    )
    assert cost_of(_job(1, 10_000), [replace(failed, ordinal=0)], []) == (Money(0), CostSource.NOT_CHARGED)


def test_an_absurd_price_is_not_believed() -> None:
    submissions = [_submission(0, S.SUCCEEDED, amount=Money(60_000))]

    assert cost_of(_job(1, 10_000), submissions, _pictures(1)) == (Money(10_000), CostSource.ESTIMATE)


def test_a_price_is_believed_beside_what_was_ordered_whatever_came() -> None:
    few, many = _submission(0, S.SUCCEEDED, n=2, amount=Money(90_000)), _pictures(1)

    assert cost_of(_job(2, 20_000), [few], many) == (Money(90_000), CostSource.PROVIDER)
    absurd = replace(few, amount=Money(100_001))
    assert cost_of(_job(2, 20_000), [absurd], _pictures(1)) == (Money(10_000), CostSource.ESTIMATE)
    assert cost_of(_job(2, 20_000), [replace(absurd, n=2)], _pictures(2))[0] == Money(20_000)


@pytest.mark.parametrize(
    "doubtful",
    [
        _submission(1, S.UNKNOWN),
        _submission(1, S.TIMED_OUT),
        _submission(1, S.FAILED, failure=Failure(Problem.NO_PICTURE)),
    ],
)
def test_doubt_counts_in_full_only_when_it_is_reckoned(doubtful: Submission) -> None:
    submissions = [_submission(0, S.SUCCEEDED, amount=Money(8_000)), doubtful]
    job, pictures = _job(2, 20_000), _pictures(1)

    assert cost_of(job, submissions, pictures)[0] == Money(8_000)
    assert cost_of(job, submissions, pictures, doubtful_at_estimate=True) == (
        Money(18_000),
        CostSource.ESTIMATE,
    )
