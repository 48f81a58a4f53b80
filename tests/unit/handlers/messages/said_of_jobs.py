"""Everything that is said of jobs, in every state: in their messages, privately, in details and in lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from bot.domain.jobs.job import Delivery, Job, Picture, PictureState, SetMember, Status, SubmissionState
from bot.domain.jobs.shown import DELETED, SHEET, Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Format, Kind, Manner, Quality
from bot.ports import JobView
from handlers.messages.job import job_message, job_private, result_files
from handlers.messages.job.job_details import show_notice
from handlers.messages.problems.error_message import Notice
from handlers.messages.wording import BotNames
from tests.unit.handlers.delivery_kit import NOW, PRICES, a_job, a_picture, a_request, a_submission, a_view

NAMES = BotNames()
LINK = "https://sandbox.slack.com/archives/C1/p1"
_OPEN = (Problem.OUTCOME_UNKNOWN, Problem.TIMED_OUT, Problem.NO_PICTURE)
_KEPT = (Problem.DELIVERY_REFUSED, Problem.RESULT_GONE, Problem.RESULT_UNUSABLE)
"""How a job can stand open, and how its pictures can be kept from people."""

CODES = ("", "not_in_channel", "is_archived", "messages_tab_disabled", "storage_limit_reached", "brand_new")
"""Of Slack's: some that are known, and one that is not."""

SHOWN, UPLOADED, LOST = PictureState.SHARED, PictureState.UPLOADED, PictureState.LOST


def job(n: int = 1, quality: Quality = Quality.LOW, **changes: Any) -> Job:
    """A job that stands in a channel of its own message."""
    request = changes.pop("request", a_request(prompt="a red fox in snow", n=n, quality=quality))
    known = {"status_ts": "1.1", "started_at": NOW, "finished_at": NOW}
    return a_job(request=request, **(known | changes))


def parts(view: JobView, *failures: Failure | None) -> JobView:
    """The view, with one order for each of its pictures; those with a failure came to nothing."""
    orders = [
        a_submission(i, state=SubmissionState.SUCCEEDED)
        if failure is None
        else a_submission(i, state=SubmissionState.FAILED, failure=failure)
        for i, failure in enumerate(failures)
    ]
    pictures = [
        a_picture(i, submission_id=order.id) for i, order in enumerate(orders) if order.failure is None
    ]
    return replace(view, submissions=orders, pictures=pictures)


def pictures(n: int, state: PictureState = SHOWN) -> list[Picture]:
    return [a_picture(i, state=state) for i in range(n)]


def running() -> Iterator[tuple[str, JobView]]:
    """Jobs that have not ended."""
    waiting = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.UNKNOWN, Status.TIMED_OUT)
    for status, n, quality in product(waiting, (1, 4), Quality):
        made = job(n, quality, status=status)
        yield f"{status} {n} {quality}", a_view(made)
        yield f"{status} {n} {quality} usually", a_view(made, expected_seconds=200.0)
    slow = job(4, status=Status.RUNNING, started_at=NOW.replace(hour=10))
    yield "slow", a_view(slow, expected_seconds=20.0)
    for ahead in (1, 2, 11):
        yield f"{ahead} ahead", a_view(job(4, status=Status.QUEUED), ahead=ahead, expected_seconds=20.0)
    again = a_submission(0, state=SubmissionState.PLANNED, reorders=1)
    yield "tried again", a_view(job(status=Status.RUNNING), submissions=[again])
    for status in Status:
        yield f"stuck {status}", a_view(job(status=status), stuck=True)
    yield "stuck and charged", a_view(job(status=Status.SUCCEEDED, cost=Money(40_000)), stuck=True)


def ended() -> Iterator[tuple[str, JobView]]:
    """Jobs that have ended, with all, some or none of their pictures."""
    for n, quality in product((1, 2, 4), Quality):
        done = job(n, quality, status=Status.SUCCEEDED, cost=Money(40_000))
        sheet = Preview(done.id, SHEET, SHOWN, "0", 1, 1, 1, file_id="FS")
        yield f"done {n} {quality}", a_view(done, *pictures(n), previews=[sheet], is_first=True)
        yield f"posting {n} {quality}", a_view(done, *pictures(n, UPLOADED))
        yield (
            f"undelivered {n} {quality}",
            a_view(replace(done, delivery=Delivery.UNDELIVERABLE), *pictures(n, UPLOADED)),
        )
        yield f"nothing fetched {n} {quality}", a_view(done, *pictures(n, LOST))
    deleted = a_picture(1, state=LOST, failure=DELETED)
    four = job(4, status=Status.SUCCEEDED, cost=Money(30_000))
    yield "one deleted", a_view(four, *pictures(1), deleted, submissions=[a_submission(0, n=2)])
    astray = a_picture(1, state=LOST)
    yield "one lost", a_view(four, *pictures(1), astray, submissions=[a_submission(0, n=2)])
    preview = Preview(four.id, 2, UPLOADED, "0", 1, 1, 1, file_id="FP2")
    yield "previewed", a_view(four, *pictures(4, UPLOADED), previews=[preview])
    for problem in Problem:
        lost = Failure(problem)
        yield f"partly {problem}", parts(a_view(four), None, None, None, lost)
        yield f"mostly {problem}", parts(a_view(four), None, lost, lost, lost)
        yield (
            f"partly {problem}, open",
            parts(a_view(replace(four, status=Status.TIMED_OUT, cost=None)), None, None, lost),
        )
    doubt = Failure(Problem.OUTCOME_UNKNOWN)
    for cost in (Money(0), Money(40_000)):
        yield f"never answered {cost}", a_view(job(4, status=Status.FAILED, failure=doubt, cost=cost))
    for status in (Status.FAILED, Status.CANCELLED):
        yield f"in vain {status}", a_view(job(status=status, cost=Money(0)))
    parent = job(4)
    for manner in Manner:
        request = a_request(kind=Kind.EDIT, manner=manner, sources=1, prompt="make it darker")
        step = job(request=request, status=Status.SUCCEEDED, cost=Money(20_000), parent_id="aa11bb22")
        shown = a_view(step, *pictures(1), parent=parent)
        yield f"step {manner}", shown
        yield f"step {manner} from 3", replace(shown, job=replace(step, parent_picture=3))
    for request in (
        a_request(kind=Kind.EDIT, sources=2, has_mask=True, format=Format.WEBP),
        a_request(kind=Kind.EDIT, sources=1, size=None),
    ):
        yield f"edit of {request.sources}", a_view(job(request=request, status=Status.QUEUED))


def of_sets() -> Iterator[tuple[str, JobView]]:
    """The jobs of one ask with braces, in one message."""
    labels = ("red, snow", "red, rain", "blue, snow", "blue, rain")
    request = a_request(prompt="a {red,blue} fox in {snow,rain}", n=1, quality=Quality.LOW)
    members = tuple(
        job(request=request, id=f"k3f9q2a{at}", member=SetMember("k3f9q2a1", at, 4, label, request.prompt))
        for at, label in enumerate(labels, start=1)
    )
    whole = replace(members[0], request=replace(request, n=4), status=Status.RUNNING)
    calls = [
        a_submission(i, state=SubmissionState.SUCCEEDED if i < 3 else SubmissionState.RUNNING)
        for i in range(4)
    ]
    yield "set begun", a_view(whole, members=members)
    yield "set half done", a_view(whole, members=members, submissions=calls)
    done = replace(whole, status=Status.SUCCEEDED, cost=Money(40_000))
    sheet = Preview(done.id, SHEET, SHOWN, "0", 1, 1, 1, file_id="FS")
    yield "set done", a_view(done, *pictures(4), members=members, previews=[sheet])
    some = parts(a_view(done, members=members), None, None, None, Failure(Problem.MODERATED))
    yield "set with one missing", some


VIEWS = [*running(), *ended(), *of_sets()]


def public() -> Iterator[tuple[str, Notice]]:
    """What everybody in the conversation sees."""
    for (name, view), asker, place in product(VIEWS, ("", "Alice"), ("C1", "D1")):
        there = replace(view, job=replace(view.job, place=Place("T1", place)))
        for made in (
            job_message.job_message(there, PRICES, asker=asker),
            job_message.file_message(there, PRICES, asker=asker),
        ):
            yield f"message {name} {asker or 'unnamed'} {place}", Notice(made.text, made.blocks)
    for name, view in [*ended(), *of_sets()]:
        if view.arrived:
            one = job_message.picture_message(view, 1, PRICES, asker="Alice")
            yield f"picture {name}", Notice(one.text, one.blocks)
            compared = job_message.picture_message(replace(view, before=a_picture(9)), 1, PRICES)
            yield f"compared {name}", Notice(compared.text, compared.blocks)
            yield f"files {name}", Notice(result_files.arrival(view), [])
            for number, title in enumerate(result_files.titles(view).values()):
                yield f"title {name} {number}", Notice(title, [])
    for asker in ("", "Alice"):
        made = job_message.in_vain(asker)
        yield f"in vain {asker or 'unnamed'}", Notice(made.text, made.blocks)


def told() -> Iterator[tuple[str, Notice]]:
    """What only the asker is told."""
    failed = job(4, status=Status.FAILED, cost=Money(0))
    for problem, code, link in product(Problem, CODES, ("", LINK)):
        failure = Failure(problem, code)
        if problem is not Problem.DELIVERY_REFUSED:
            said = job_private.failure_notice(failed, failure, NAMES, link=link)
            yield f"failed {problem} {code} {bool(link)}", said
        if problem in _OPEN:
            open_end = replace(failed, status=Status.UNKNOWN, cost=None)
            yield f"open {problem} {code} {bool(link)}", job_private.failure_notice(open_end, failure, NAMES)
        if problem not in _KEPT:
            continue
        kept = replace(failed, status=Status.SUCCEEDED, delivery=Delivery.UNDELIVERABLE, cost=Money(40_000))
        yield f"undelivered {problem} {code} {bool(link)}", job_private.failure_notice(kept, failure, NAMES)
    yield "cancelled", job_private.cancelled_notice(failed)
    for n in (1, 4):
        yield f"withdrawn {n}", job_private.withdrawn_notice(job(n))
        question = job_private.withdraw_question(job(n), "Cancel?")
        yield f"withdraw {n}", question


def details() -> Iterator[tuple[str, Notice]]:
    """All about one job, for whoever asks by its id."""
    for name, view in VIEWS:
        yield f"all about {name}", show_notice(view, NAMES)
    for problem, code, status in product(Problem, CODES, (Status.FAILED, Status.UNKNOWN)):
        failure = Failure(problem, code)
        failed = job(status=status, failure=failure, cost=Money(0) if status is Status.FAILED else None)
        yield f"all about {status} {problem} {code}", show_notice(a_view(failed), NAMES)
    lost = job(status=Status.SUCCEEDED, delivery=Delivery.UNDELIVERABLE, cost=Money(1))
    for problem, code in product(Problem, CODES):
        kept = replace(lost, failure=Failure(problem, code))
        yield f"all about undelivered {problem} {code}", show_notice(a_view(kept, *pictures(1)), NAMES)
    counted = job(
        status=Status.FAILED, cost=Money(40_000), cost_is_estimate=True, failure=Failure(Problem.NO_PICTURE)
    )
    yield "all about counted", show_notice(a_view(counted), NAMES)
    noted = job(notes=("Changed from picture 3.",), parent_id="aa11bb22")
    yield "all about noted", show_notice(a_view(noted), NAMES)
    long = job(request=a_request(prompt="a fox and a hen, " * 60))
    yield "all about long words", show_notice(a_view(long), NAMES)
