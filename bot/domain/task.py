"""Waiting work: a task is a row with a due time and nothing in memory."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """One kind per external effect; each has its own share of the worker's capacity."""

    ANNOUNCE = "announce"  # open the thread, or tell the asker why not
    SUBMIT = "submit"  # one paid call; subject = submission id
    POLL = "poll"  # ask about one provider task; subject = submission id
    DELIVER = "deliver"  # pictures into the thread
    REPORT = "report"  # keep the status message true
    RECKON = "reckon"  # settle what stayed unknown for a day
    TELL = "tell"  # one private message to one person; subject = its text's key


@dataclass(frozen=True, slots=True)
class Task:
    """A task as claimed. ``fence`` only ever grows; every write of a step holds it against the row."""

    id: int
    kind: TaskKind
    team_id: str
    job_id: str
    subject: str
    fence: int
    attempts: int
    due_at: datetime
