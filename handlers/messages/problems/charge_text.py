"""What a job has cost, in a sentence about what went wrong. Pure."""

from __future__ import annotations

from bot.domain.jobs.job import Job, Status
from handlers.messages.money.scope_text import capital
from handlers.messages.status_text import job_price, price
from handlers.messages.wording import Charge

UNTIL = "until the charge is known, a day at most"


def stuck_charge(job: Job) -> str:
    """What a job has cost so far with which nothing goes on."""
    if job.cost is not None:
        return charge_text(job, Charge.UNSAID)
    if job.status is Status.QUEUED:
        return Charge.FREE.value
    held = price(job.estimate, exact=True)
    return f"{capital(held)} stays aside meanwhile."


def charge_text(job: Job, default: Charge) -> str:
    """What the ended job cost; ``default`` while its money is not settled."""
    if job.cost is None:
        if default is Charge.UNCLEAR or job.status in {Status.UNKNOWN, Status.TIMED_OUT}:
            held = price(job.estimate, exact=True)
            return f"{capital(held)} stays aside {UNTIL}."
        return str(default.value)
    if not job.cost:
        return Charge.FREE.value
    return f"Counted as {job_price(job)}." if job.cost_is_estimate else f"Charged {job_price(job)}."
