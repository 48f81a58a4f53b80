"""An order that nobody answered can be ordered again: by its asker, at the price that was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.jobs.job import Status, SubmissionState
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.services.requests.admission import Terms
from bot.services.requests.run_again import RunAgain
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.unit.bot.services.steps.steps_kit import THREAD, a_start_job, admins

UNANSWERED = Failure(Problem.OUTCOME_UNKNOWN)


async def ended(
    store: SqlStore, status: Status, state: SubmissionState, failure: Failure | None, **changes: Any
) -> None:
    def unit(tx: Any) -> None:
        request = replace(a_job().request, n=3)
        tx.jobs.add(a_job(place=THREAD, status=status, status_ts="1.0", request=request, **changes))
        tx.submissions.add(a_submission("S1", ordinal=0, n=1, state=SubmissionState.SUCCEEDED))
        tx.submissions.add(a_submission("S2", ordinal=1, n=2, state=state, failure=failure))

    await store.write(unit)


def again(store: SqlStore, **terms: Any) -> RunAgain:
    return RunAgain(store=store, start_job=a_start_job(store, Terms(**terms)), admins=admins())


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        (Status.UNKNOWN, SubmissionState.UNKNOWN, None),
        (Status.FAILED, SubmissionState.FAILED, UNANSWERED),
        (Status.TIMED_OUT, SubmissionState.TIMED_OUT, Failure(Problem.TIMED_OUT)),
    ],
)
async def test_what_is_missing_is_ordered_once_more(
    store: SqlStore, status: Status, state: SubmissionState, failure: Failure | None
) -> None:
    await ended(store, status, state, failure, parent_id="J0", parent_picture=3)

    first = await again(store)("T1", "J1", "U1")
    second = await again(store)("T1", "J1", "U1")

    assert (first.is_new, second.is_new) == (True, False)
    assert first.job.id == second.job.id
    assert (first.job.request.n, first.job.place) == (2, THREAD)
    assert (first.job.parent_id, first.job.parent_picture) == ("J0", 3)


async def test_what_is_known_is_not_ordered_again(store: SqlStore) -> None:
    await ended(store, Status.SUCCEEDED, SubmissionState.SUCCEEDED, None)

    with pytest.raises(AskRefused) as refused:
        await again(store)("T1", "J1", "U1")

    assert refused.value.refusal == NotAllowed(NotAllowedReason.NOT_UNKNOWN, "J1")


async def test_a_price_that_was_seen_is_a_yes(store: SqlStore) -> None:
    await ended(store, Status.UNKNOWN, SubmissionState.UNKNOWN, None)

    accepted = await again(store, confirm_above=Money(1))("T1", "J1", "U1", agreed=Money(40_000))

    assert accepted.is_new


async def test_only_the_asker_and_admins_may(store: SqlStore) -> None:
    await ended(store, Status.UNKNOWN, SubmissionState.UNKNOWN, None)

    with pytest.raises(AskRefused) as refused:
        await again(store)("T1", "J1", "U2")

    assert refused.value.refusal == NotAllowed(NotAllowedReason.NOT_YOURS, "J1", "U1")
    assert (await again(store)("T1", "J1", "UADMIN")).job.user_id == "UADMIN"
