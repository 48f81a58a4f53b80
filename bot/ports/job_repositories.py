"""Jobs, their paid calls and their pictures, as the services see them.

The rules of ``bot.ports.store`` hold here too: all methods are synchronous and run inside one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.budget.scope import Scope
from bot.domain.jobs.job import Job, Picture, Submission
from bot.domain.jobs.shown import Posting, Preview
from bot.domain.place import Place


class Jobs(Protocol):
    """Jobs. In a write, ``get`` and ``by_request_key`` lock the row until the transaction ends."""

    def add(self, job: Job) -> None:
        """Insert. The caller has looked the request key up in the same transaction."""
        ...

    def get(self, job_id: str) -> Job | None: ...

    def by_request_key(self, key: str) -> Job | None: ...

    def save(self, job: Job) -> None:
        """Write every mutable column and set ``updated_at`` to the transaction's time."""
        ...

    def newest(
        self,
        *,
        limit: int | None = 100,
        status: str | None = None,
        team_id: str | None = None,
        user_id: str | None = None,
        before: Job | None = None,
    ) -> list[Job]:
        """Jobs that match every filter given, newest first; all of them when ``limit`` is None. With
        ``before`` only those that come after it in that order: the next page."""
        ...

    def in_thread(self, place: Place) -> list[Job]:
        """Jobs whose thread this is (team, channel and thread_ts), oldest first."""
        ...

    def with_pictures(
        self,
        team_id: str,
        user_id: str,
        *,
        channel_id: str | None,
        before: Job | None = None,
        limit: int,
    ) -> list[Job]:
        """Jobs with pictures that are in their conversations: this person's own, and with a channel also
        those that were made there; newest first. With ``before`` the next page, as in ``newest``. What other
        people have made elsewhere is not read."""
        ...

    def in_set(self, set_id: str) -> list[Job]:
        """The jobs of a set, in the order of their positions."""
        ...

    def counted_in(self, scope: Scope, period_key: str) -> list[str]:
        """The ids of the jobs that have or had a hold in this row of the budget, oldest first."""
        ...

    def of_ids(self, ids: Sequence[str]) -> list[Job]:
        """These jobs, in this order, as far as they are there. For a page of some hundred."""
        ...


class Submissions(Protocol):
    """The paid calls of jobs."""

    def add(self, submission: Submission) -> None: ...

    def all(self) -> list[Submission]:
        """Every submission, for the audit."""
        ...

    def get(self, submission_id: str) -> Submission | None: ...

    def of_job(self, job_id: str) -> list[Submission]:
        """A job's submissions, in the order of their ordinals."""
        ...

    def save(self, submission: Submission) -> None: ...


class Pictures(Protocol):
    """The results of jobs."""

    def add(self, picture: Picture) -> None: ...

    def get(self, picture_id: str) -> Picture | None: ...

    def of_job(self, job_id: str) -> list[Picture]:
        """A job's pictures, in the order of their ordinals."""
        ...

    def alt_texts(self, job_ids: Sequence[str]) -> dict[str, list[str]]:
        """What people wrote to describe the pictures of these jobs, by job; only of pictures that are in
        their conversations. For a page of some hundred."""
        ...

    def save(self, picture: Picture) -> None: ...


class Previews(Protocol):
    """What messages show in place of pictures."""

    def put(self, preview: Preview) -> None:
        """Insert, or overwrite the one with the same job and number. Safe to repeat."""
        ...

    def of_job(self, job_id: str) -> list[Preview]:
        """A job's previews, in the order of their numbers."""
        ...


class Postings(Protocol):
    """Messages that show a picture of a job once more."""

    def add(self, posting: Posting) -> None: ...

    def get(self, posting_id: str) -> Posting | None: ...

    def of_job(self, job_id: str) -> list[Posting]:
        """A job's postings, oldest first."""
        ...

    def in_thread(self, place: Place) -> list[Posting]:
        """The postings of that thread, of whichever job, oldest first."""
        ...

    def save(self, posting: Posting) -> None: ...
