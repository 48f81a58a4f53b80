"""How long pictures really take, learned as they come: what people are told while they wait."""

from __future__ import annotations

import json
from datetime import datetime

from bot.domain.jobs.durations import expected_seconds, size_class
from bot.domain.jobs.job import Job, Submission
from bot.domain.requests.request import PictureRequest
from bot.ports import Transaction

ENOUGH = 3
"""After so many pictures of a kind the typical values are no longer needed."""

LEAST_WEIGHT = 0.1
"""What the newest duration counts at least, so that a service that has become slower is noticed."""


def note_duration(tx: Transaction, job: Job, submission: Submission, ended: datetime) -> None:
    """Learn from a submission that has succeeded. Not safe to repeat: each call counts once."""
    if submission.submitted_at is None:
        return
    seconds = max((ended - submission.submitted_at).total_seconds(), 0.0)
    count, mean = _known(tx, job.request)
    weight = max(1 / (count + 1), LEAST_WEIGHT)
    learned = mean + (seconds - mean) * weight if count else seconds
    tx.key_values.put(_key(job.request), json.dumps([count + 1, round(learned, 3)]))


def usual_seconds(tx: Transaction, request: PictureRequest) -> float:
    """Seconds from the submission to the last picture, as measured here; a typical value until there are
    ENOUGH measurements."""
    count, mean = _known(tx, request)
    return mean if count >= ENOUGH else expected_seconds(request)


def _known(tx: Transaction, request: PictureRequest) -> tuple[int, float]:
    kept = tx.key_values.get(_key(request))
    if kept is None:
        return 0, 0.0
    count, mean = json.loads(kept)
    return int(count), float(mean)


def _key(request: PictureRequest) -> str:
    return f"duration:{request.kind}:{request.quality}:{size_class(request)}"
