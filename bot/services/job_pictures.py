"""The pictures of a job that people can see, by the numbers that people call them by."""

from bot.domain.jobs.combined import calls_of
from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.numbers import numbered
from bot.ports import Transaction
from bot.services.job_sets import set_of


def pictures_of(tx: Transaction, job: Job) -> dict[int, Picture]:
    """The pictures that are in the conversation of the message of ``job``: of the first of a set those of the
    set, else the job's own. A picture keeps its number when one is missing."""
    jobs = set_of(tx, job) if job.leads_set else [job]
    calls = [call for one in jobs for call in calls_of(one, tx.submissions.of_job(one.id))]
    by_number = numbered([picture for one in jobs for picture in tx.pictures.of_job(one.id)], calls)
    return {number: one for number, one in by_number.items() if one.state is PictureState.SHARED}


def owner_of(tx: Transaction, job: Job, number: int) -> tuple[Job, int]:
    """The job that picture ``number`` of the message of ``job`` is of, and its number there: of the first of
    a set one of the set. Unchanged for the number of no single picture."""
    if not job.leads_set or number < 1:
        return job, number
    jobs = set_of(tx, job)
    owner = next((one for one in jobs if one.before < number <= one.before + one.request.n), job)
    return owner, number - owner.before
