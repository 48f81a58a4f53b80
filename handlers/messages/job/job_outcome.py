"""What has become of a job, in words: its headline, what happened, what is missing, what it cost. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.jobs.charges import waits_for_sources
from bot.domain.jobs.job import Delivery, Job, Picture, PictureState, Status, Submission, SubmissionState
from bot.domain.problem import Failure, Problem
from bot.ports import JobView
from handlers.messages.block_kit import Part
from handlers.messages.problems.charge_text import charge_text, stuck_charge
from handlers.messages.problems.job import failure_words
from handlers.messages.problems.state import stuck_words
from handlers.messages.status_text import progress, short_id, took
from handlers.messages.wording import BotNames, Charge, SentenceContext

_PLACES = ("first", "second", "third", "fourth")


def headline(view: JobView) -> tuple[str, str]:
    """A few words for the state, and what follows them."""
    job = view.job
    came, wanted = len(view.arrived), job.request.n
    if view.stuck:
        return "Stuck", ""
    match job.status:
        case Status.QUEUED:
            return "Queued", f"· {usual}" if (usual := progress(view)) else ""
        case Status.RUNNING if is_tried_again(view):
            return "Trying again", ""
        case Status.SUBMITTING | Status.RUNNING:
            return "Drawing…", progress(view)
        case Status.CANCELLED:
            return "Cancelled", ""
        case Status.FAILED:
            return "No picture", ""
        case Status.UNKNOWN | Status.TIMED_OUT if came and view.is_delivered:
            return f"{came} of {wanted} pictures", ""
        case Status.UNKNOWN:
            return "No answer from the image service", ""
        case Status.TIMED_OUT:
            return "Still running", ""
        case Status.SUCCEEDED:
            return _success(view, came, wanted), f"in {needed}" if (needed := took(job)) else ""


def _success(view: JobView, came: int, wanted: int) -> str:
    if not came:
        return "No picture"
    if view.job.delivery is Delivery.UNDELIVERABLE:
        return "Finished, but not posted"
    if not view.is_delivered:
        return "Finished, posting it…" if came < 2 else "Finished, posting them…"
    if came < wanted:
        return f"{came} of {wanted} pictures"
    return "Done"


def explanation(view: JobView, names: BotNames) -> tuple[Part, ...]:
    """What happened · was it charged · what to do; nothing while all goes well."""
    job = view.job
    if view.stuck:
        words = stuck_words(_context(job, names))
        return (*words.what, " ", stuck_charge(job), " ", *words.todo)
    if is_tried_again(view):
        words = failure_words(Failure(Problem.SOURCE_UNREACHABLE), _context(job, names))
        return (*words.what, f" {Charge.FREE.value} I'll try again within two minutes.")
    if job.delivery is Delivery.UNDELIVERABLE or (job.status is not Status.SUCCEEDED and not view.arrived):
        return _failed(job, names)
    if job.status in {Status.QUEUED, Status.SUBMITTING, Status.RUNNING}:
        return ()
    lacking = _missing(view, _context(job, names))
    if not lacking:
        return ()
    return (" ".join([*lacking, charge_text(job, Charge.UNSAID)]).strip(),)


def _failed(job: Job, names: BotNames) -> tuple[Part, ...]:
    failure = job.failure or _IMPLIED.get(job.status)
    if failure is None:
        return ()
    words = failure_words(failure, _context(job, names))
    parts: list[Part] = [*words.what]
    charged = charge_text(job, words.charge)
    for piece in ((charged,) if charged else (), words.todo):
        parts += [" ", *piece] if piece else []
    if job.delivery is Delivery.UNDELIVERABLE and failure.problem is Problem.DELIVERY_REFUSED:
        parts.append(f" Then quote {short_id(job.id)} to the person who runs this bot.")
    return tuple(parts)


_IMPLIED = {
    Status.FAILED: Failure(Problem.PROVIDER_FAILED),
    Status.CANCELLED: Failure(Problem.CANCELLED),
    Status.UNKNOWN: Failure(Problem.OUTCOME_UNKNOWN),
    Status.TIMED_OUT: Failure(Problem.TIMED_OUT),
}


def _context(job: Job, names: BotNames) -> SentenceContext:
    return SentenceContext(names, job_id=job.id, channel_id=job.place.channel_id, ended=job.status.is_final)


def _missing(view: JobView, context: SentenceContext) -> list[str]:
    """One sentence for each reason why some, not all, pictures are missing.

    ``The third failed: refused by the safety check, not charged.``
    """
    reasons: dict[Failure, list[int]] = {}
    position = 0
    for submission in sorted(view.submissions, key=lambda s: s.ordinal):
        pictures = [p for p in view.pictures if p.submission_id == submission.id]
        for index in range(submission.n):
            failure = _why_missing(submission, pictures, index)
            if failure is not None:
                reasons.setdefault(Failure(failure.problem), []).append(position + index)
        position += submission.n
    return [_missing_text(failure, places, context) for failure, places in reasons.items()]


def _why_missing(submission: Submission, pictures: Sequence[Picture], index: int) -> Failure | None:
    if index < len(pictures):
        lost = pictures[index].state is PictureState.LOST
        return (pictures[index].failure or Failure(Problem.RESULT_GONE)) if lost else None
    if submission.state is SubmissionState.SUCCEEDED:
        return Failure(Problem.NO_PICTURE)
    if submission.failure is not None:
        return submission.failure
    return Failure(Problem.PROVIDER_FAILED) if submission.state is SubmissionState.FAILED else None


_AFTER = {
    Charge.FREE: ", not charged",
    Charge.PAID: ", charged all the same",
}


def _missing_text(failure: Failure, places: Sequence[int], context: SentenceContext) -> str:
    words = failure_words(failure, context)
    names = [_PLACES[place] if place < len(_PLACES) else f"{place + 1}th" for place in places]
    subject = f"The {' and the '.join(names)}"
    open_end = failure.problem in {Problem.TIMED_OUT, Problem.OUTCOME_UNKNOWN}
    verb = ("are missing" if len(places) > 1 else "is missing") if open_end else "failed"
    # An unclear charge is said once for the whole job, with its amount.
    return f"{subject} {verb}: {words.short}{_AFTER.get(words.charge, '')}."


def is_tried_again(view: JobView) -> bool:
    """Whether nothing is drawn at the moment, as the picture to edit could not be fetched."""
    return view.job.status is Status.RUNNING and waits_for_sources(view.submissions)
