"""Waiting work: a task is a row with a due time and nothing in memory."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """One kind per external effect; each has its own share of the worker's capacity."""

    INTAKE = "hear"  # understand a message; subject = its key, no job yet
    PREPARE = "prepare"  # fetch, check and publish an edit's sources
    ANNOUNCE = "announce"  # open the thread, or tell the asker why not
    SUBMIT = "submit"  # one paid call; subject = submission id
    POLL = "poll"  # ask about one provider task; subject = submission id
    DELIVER = "deliver"  # pictures into the thread
    UPDATE_STATUS = "report"  # keep the status message true
    SETTLE_UNKNOWN = "reckon"  # settle what stayed unknown for a day
    CLEAN_UP = "clean"  # take an ended edit's published sources back
    NOTIFY_ASKER = "tell"  # an end that no thread shows, to its asker; subject = the message, or the draft
    ALERT = "alert"  # a budget's fill level, or a concern, to those whom it concerns; subject = which one
    HOUSEKEEPING = (
        "tidy"  # what nobody asks for: the week's digest, whether the books balance; one row for all
    )
    EXPORT = "export"  # a month as a table, to one admin; subject = person and month
    APPROVAL_REQUEST = (
        "petition"  # an ask that needs an admin's word: post its cards, later close them; subject = draft
    )


@dataclass(frozen=True, slots=True)
class Task:
    """A task as claimed. ``fence`` only ever grows; every write of a step holds it against the row.

    ``attempts`` counts how often it was put off since it last got on; ``faults`` those of them that were
    not somebody's absence but errors of ours, or answers that we do not understand.
    """

    id: int
    kind: TaskKind
    team_id: str
    job_id: str
    subject: str
    fence: int
    attempts: int
    due_at: datetime
    faults: int = 0
