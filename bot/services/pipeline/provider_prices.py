"""The prices that the provider states: when it takes an order, and when the order is done."""

from __future__ import annotations

from bot.domain.budget.ledger import CostSource
from bot.domain.jobs.job import ORDINALS, Job, Submission
from bot.domain.money import Money
from bot.domain.requests.pricing import usable_amount
from bot.ports import Done, Receipt, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admin_notices import note_odd_price


def note_price_at_submit(
    tx: Transaction, accounts: Accounts, submission: Submission, receipt: Receipt
) -> None:
    """Replace the estimate of this order in the hold by the price that the provider stated on taking it, if
    that is usable, and tell the admins of one that is not. To be called once per order, with the submission
    as it was before: when it is ordered again, the hold has the price of the order before."""
    job = tx.jobs.get(submission.job_id)
    assert job is not None
    table = job.estimate.part(submission.n, job.request.n)
    _note_if_odd(tx, job, receipt, table)
    if receipt.amount is not None:
        expected, _ = usable_amount(submission.amount if submission.reorders else None, table)
        part = submission.ordinal + ORDINALS * submission.reorders
        accounts.reprice(tx, job.id, part, expected=expected, stated=receipt.amount)


def note_price_at_end(tx: Transaction, submission: Submission, done: Done) -> None:
    """Tell the admins if the price stated with the result is not usable. The cost itself is computed when the
    whole job has ended."""
    job = tx.jobs.get(submission.job_id)
    assert job is not None
    _note_if_odd(tx, job, done, job.estimate.part(submission.n, job.request.n))


def _note_if_odd(tx: Transaction, job: Job, said: Receipt | Done, expected: Money) -> None:
    odd = said.odd_amount
    if said.amount is not None and usable_amount(said.amount, expected)[1] is CostSource.ESTIMATE:
        odd = said.amount.as_cost()
    if odd is not None:
        note_odd_price(tx, job, odd, expected)
