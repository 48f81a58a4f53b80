"""The small line under the words of a picture: what it is, what it costs, where it stands. Pure."""

from __future__ import annotations

from bot.domain.jobs.charges import waits_for_sources
from bot.domain.jobs.job import Delivery, Picture, PictureState, Status, Submission, SubmissionState
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import DELETED
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Kind, Quality, Size
from bot.domain.requests.steps import TAKES
from bot.ports import JobView
from handlers.messages.buttons.picture_buttons import label_price
from handlers.messages.job.alt_texts import label_of
from handlers.messages.money.amounts import NAMES, drawn
from handlers.messages.status_text import duration, elapsed_step, job_price

_SHORT = {Quality.LOW: "Draft", Quality.MEDIUM: "Medium", Quality.HIGH: "Final"}
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_COUNTS = ("none", "one", "two", "three", "four")
_WAITING = frozenset({Status.QUEUED, Status.SUBMITTING, Status.RUNNING})


def line(view: JobView, vary: str | None) -> str:
    """The line for the job's present state. ``vary`` is the price of four new takes on one of several
    pictures; None where none can be made."""
    job = view.job
    if view.stuck:
        return _join("Stopped for the moment", _kept(view), "the operators know")
    if job.delivery is Delivery.UNDELIVERABLE and view.arrived:
        return "Ready, but Slack did not take it"
    if view.is_delivered:
        return _done(view, vary)
    if view.arrived:
        return "Ready, posting…"
    match job.status:
        case Status.QUEUED:
            return _join(_place(view), _expected(view), label_price(job.estimate))
        case Status.UNKNOWN:
            return f"No answer from the image service · {_kept(view)} for up to a day"
        case Status.TIMED_OUT:
            return "Still waiting for the image service · I'll post it when it comes"
        case Status.SUBMITTING | Status.RUNNING:
            return _drawing(view)
        case Status.SUCCEEDED:
            return "Ready, but none of it could be fetched"
        case Status.FAILED | Status.CANCELLED:
            return _join("No answer from the image service", job_price(job)) if view.is_in_doubt else ""


def picture_line(view: JobView, number: int) -> str:
    """The line under one picture of a job that is shown alone."""
    request = view.job.request
    share = view.job.cost or view.job.estimate
    each = label_price(share.part(1, max(len(view.arrived), 1)))
    picture = numbered(view.pictures, view.submissions).get(number)
    size = Size(picture.width, picture.height) if picture and picture.width and picture.height else None
    job = view.job
    of = request.n * job.member.size if job.member is not None else request.n
    origin = f"picture {job.before + number} of {of}" if of > 1 else _origin(view)
    return _join(_SHORT[request.quality], _size(size or request.size), each, origin)


def _done(view: JobView, vary: str | None) -> str:
    request, came = view.job.request, len(view.arrived)
    size = _size(_real_size(view) or request.size)
    cost = job_price(view.job)
    takes = f"Vary: {_COUNTS[TAKES]} new takes on one, {vary}" if vary and request.n > 1 else ""
    if came < request.n:
        return _join(f"{came} of {drawn(request)}", cost, *_missing(view), takes)
    if request.n == 1:
        return _join(_SHORT[request.quality], size, cost, _origin(view))
    return _join(drawn(request), size, cost, _origin(view), takes)


def _drawing(view: JobView) -> str:
    job = view.job
    if job.status is Status.RUNNING and waits_for_sources(view.submissions):
        return _join("Trying again by itself within two minutes", label_price(job.estimate))
    began, usual = job.started_at, view.expected_seconds
    elapsed = (view.now - began).total_seconds() if began else 0.0
    if usual is not None and elapsed > 2 * usual:
        return f"Taking longer than usual · {duration(elapsed_step(elapsed))}"
    what = drawn(job.request) if job.request.n > 1 else f"a {NAMES[job.request.quality]}"
    ready = sum(one.n for one in view.submissions if one.state is SubmissionState.SUCCEEDED)
    said = f"{ready} of {job.request.n} ready" if view.members and ready else f"Drawing {what}"
    return _join(said, _expected(view), label_price(job.estimate))


def labels_line(view: JobView) -> str:
    """``1 red, snow · 2 red, rain``: what tells the pictures of a set apart; empty for any other job."""
    numbers = range(1, view.job.request.n + 1) if view.members else ()
    return _join(*(f"{number} {label_of(view, number)}" for number in numbers))


def _place(view: JobView) -> str:
    if not view.ahead:
        return "Starting"
    place = view.ahead + 1
    ending = "th" if place % 100 in {11, 12, 13} else _ORDINALS.get(place % 10, "th")
    return f"{place}{ending} in line"


def _expected(view: JobView) -> str:
    seconds = view.expected_seconds
    if seconds is None:
        return ""
    rounds = 1 + view.ahead // 4 if view.job.status is Status.QUEUED else 1
    seconds *= rounds
    return (
        f"about {max(round(seconds / 10) * 10, 10)} s" if seconds < 55 else f"about {round(seconds / 60)} min"
    )


def _kept(view: JobView) -> str:
    return f"{label_price(view.job.estimate)} kept aside" if view.job.cost is None else job_price(view.job)


def _origin(view: JobView) -> str:
    job, parent = view.job, view.parent
    if job.parent_id is None or job.request.kind is not Kind.EDIT:
        return ""
    if job.parent_picture is not None and parent is not None:
        of = parent.request.n * parent.member.size if parent.member is not None else parent.request.n
        if of > 1:
            return f"from picture {parent.before + job.parent_picture} of {of}"
    return "from the picture above"


def _missing(view: JobView) -> list[str]:
    """``one was refused, not charged``: what became of the pictures that are not there."""
    reasons: dict[str, int] = {}
    for submission in view.submissions:
        came = [p for p in view.pictures if p.submission_id == submission.id]
        why = [_why_lost(picture) for picture in came if picture.state is PictureState.LOST]
        for reason in [*why, *[_why_unsent(submission)] * (submission.n - len(came))]:
            reasons[reason] = reasons.get(reason, 0) + 1
    return [_counted(count, reason) for reason, count in reasons.items()]


def _counted(count: int, reason: str) -> str:
    words = f"{_COUNTS[count] if count < len(_COUNTS) else count} {reason}"
    return words if count == 1 else words.replace(" was ", " were ").replace(" is ", " are ")


def _why_lost(picture: Picture) -> str:
    return "was deleted" if picture.failure == DELETED else "was lost on the way, charged"


def _why_unsent(submission: Submission) -> str:
    failure = submission.failure or Failure(Problem.NO_PICTURE)
    match failure.problem:
        case Problem.MODERATED:
            return "was refused, not charged"
        case Problem.OUTCOME_UNKNOWN | Problem.TIMED_OUT:
            return "is without an answer yet"
        case Problem.NO_PICTURE:
            return "did not come"
        case _:
            return "failed, not charged"


def _real_size(view: JobView) -> Size | None:
    """The size that all fetched pictures have, if they agree."""
    sizes = {Size(p.width, p.height) for p in view.pictures if p.width and p.height}
    return sizes.pop() if len(sizes) == 1 else None


def _size(size: Size | None) -> str:
    return f"{size.width}×{size.height}" if size is not None else ""


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
