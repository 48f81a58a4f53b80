"""Waiting work: a task is a row with a due time and nothing in memory."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """What a task does: one kind for each external effect. Each has its own share of the worker's capacity.
    The values are stored, so some keep an older word."""

    INTAKE = "hear"  # understand a message; subject = its key, no job yet
    PREPARE = "prepare"  # fetch, check and publish an edit's sources
    ANNOUNCE = "announce"  # open the thread, or tell the asker why not
    SUBMIT = "submit"  # one paid call; subject = submission id
    POLL = "poll"  # ask about one provider task; subject = submission id
    DELIVER = "deliver"  # bring the pictures into the thread
    UPDATE_STATUS = "report"  # keep the status message true
    SETTLE_UNKNOWN = "reckon"  # settle what stayed unknown for a day
    CLEAN_UP = "clean"  # withdraw an ended edit's published sources
    NOTIFY_ASKER = "tell"  # tell the asker an end that no thread shows; subject = message or pending request
    ALERT = "alert"  # send a budget's threshold, or an admin notice, to its recipients; subject = which one
    HOUSEKEEPING = "tidy"  # weekly digest, and checking that the ledger balances; one row for all workspaces
    SHOW_PICTURE = "show"  # post a picture that is there once more; subject = posting
    TAKE_BACK = "take_back"  # delete messages and files of a job; subject = which
    WELCOME = "welcome"  # welcome a channel or a person; subject = which one
    EXPORT = "export"  # send a month as a table to one admin; subject = person and month
    APPROVAL_REQUEST = (
        "petition"  # post the cards that ask admins to approve, later close them; subject = pending request
    )


UP_TO_THE_CALL = frozenset({TaskKind.PREPARE, TaskKind.ANNOUNCE, TaskKind.SUBMIT})
"""The steps before a job is with the provider."""

HEAVY = frozenset({TaskKind.PREPARE, TaskKind.DELIVER})
"""Steps that handle pictures, and may take a process down with them."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as claimed. ``fence`` only ever grows; every write of a step is refused unless the row still has
    the same fence.

    ``attempts`` counts how often the task was put back since its step last made progress. ``faults`` counts
    those of them that were unexpected errors or answers that were not understood, rather than something that
    was unavailable. ``starts`` counts the claims, this one included, since a step of the task last ended in
    order: above 1 the process died that had it before.
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
    starts: int = 1
