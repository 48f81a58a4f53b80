"""The pictures of a job that people can see, by the numbers that people call them by."""

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.numbers import numbered
from bot.ports import Transaction


def pictures_of(tx: Transaction, job: Job) -> dict[int, Picture]:
    """The job's pictures that are in the conversation. A picture keeps its number when one is missing."""
    by_number = numbered(tx.pictures.of_job(job.id), tx.submissions.of_job(job.id))
    return {number: one for number, one in by_number.items() if one.state is PictureState.SHARED}
