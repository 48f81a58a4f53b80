"""What the asker decides about a pending request: Run, Cheaper, Cancel, or Ask for approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.budget.limits import Role
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import (
    PendingKind,
    PendingRequest,
    PendingState,
    cheaper_parts,
    parts_of,
)
from bot.domain.requests.refusals import (
    AlreadyDecided,
    AskRefused,
    BudgetExceeded,
    DecidedState,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    Unconfirmed,
)
from bot.ports import Store, Transaction
from bot.services.requests.admission import Accepted
from bot.services.requests.seen_reaction import unmark
from bot.services.requests.start_job import StartJob

_PENDING = frozenset({PendingState.PENDING})


class Confirm:
    """Takes the asker's decision about their own pending request, once. Safe to repeat: the same decision
    again has the same result.

    Every method raises AskRefused NotFound for an unknown request, NotAllowed for another person's, and
    AlreadyDecided for one that was decided otherwise or has expired; and StoreUnavailable. ``ref`` is what
    the button carried: the request's id and the round of its price.
    """

    def __init__(self, *, store: Store, start_job: StartJob, wake: Callable[[], None]) -> None:
        self._store = store
        self._start_job = start_job
        self._admission = start_job.admission
        self._wake = wake

    async def run(self, team_id: str, ref: str, user_id: str) -> Accepted:
        """Begin the job. Raises also Unconfirmed when the price has risen or the button showed an older one:
        then the request waits for a new decision at the present price. Raises AskRefused Paused or ClockOff,
        and BudgetExceeded."""
        return await self._begin(team_id, ref, user_id, lambda pending: pending.ask)

    async def pick(self, team_id: str, ref: str, user_id: str, number: int) -> Accepted:
        """Begin the job for the candidate ``number``, counted from 1. Raises what ``run`` raises."""
        return await self._begin(team_id, ref, user_id, lambda pending: pending.ask.choosing(number))

    async def cheaper(self, team_id: str, ref: str, user_id: str) -> Accepted:
        """Begin the cheaper variant that the button has shown instead. Raises what ``run`` raises, and
        AskRefused AlreadyDecided when nothing is as cheap any more."""
        of, shown = cheaper_parts(ref)
        return await self._begin(
            team_id, of, user_id, lambda pending: self._admission.variant_of(pending, shown)
        )

    async def cancel(self, team_id: str, ref: str, user_id: str) -> PendingRequest:
        """End the request without a job; the message that asked loses its "seen" reaction."""

        def unit(tx: Transaction) -> PendingRequest:
            pending = self._own(tx, team_id, ref, user_id)
            if pending.state is PendingState.CANCELLED:
                return pending
            unmark(tx, pending)
            return _ended(tx, pending, PendingState.CANCELLED)

        cancelled = await self._store.write(unit)
        self._wake()
        return cancelled

    async def ask_for_approval(self, team_id: str, ref: str, user_id: str) -> PendingRequest:
        """Ask the budget admins. They have until ``Admission.approvable_until``, a day at most."""
        role = await self._start_job.role(team_id, user_id)

        def unit(tx: Transaction) -> PendingRequest:
            pending = self._own(tx, team_id, ref, user_id)
            if pending.state is PendingState.ASKED:
                return pending
            asked = replace(
                pending,
                kind=PendingKind.APPROVAL,
                state=PendingState.ASKED,
                expires_at=self._admission.approvable_until(tx, pending, role),
            )
            if not tx.pending_requests.move(asked, frm=_PENDING):
                raise AskRefused(AlreadyDecided(DecidedState(pending.state)))
            tx.tasks.add(TaskKind.APPROVAL_REQUEST, team_id=team_id, job_id="", subject=pending.id)
            return asked

        asked = await self._store.write(unit)
        self._wake()
        return asked

    async def _begin(
        self, team_id: str, ref: str, user_id: str, choose: Callable[[PendingRequest], Ask | None]
    ) -> Accepted:
        role = await self._start_job.role(team_id, user_id)
        begun = await self._store.write(
            lambda tx: self._begun(tx, self._own(tx, team_id, ref, user_id), ref, role, choose)
        )
        if isinstance(begun, Unconfirmed):
            raise begun
        self._wake()
        return begun

    def _begun(
        self,
        tx: Transaction,
        pending: PendingRequest,
        ref: str,
        role: Role,
        choose: Callable[[PendingRequest], Ask | None],
    ) -> Accepted | Unconfirmed:
        known = self._admission.already_started(tx, pending.ask, role)
        if known is not None:
            return known
        if pending.state is not PendingState.PENDING:
            raise AskRefused(AlreadyDecided(DecidedState(pending.state)))
        now = self._admission.prices.price_of(pending.ask)
        if now > pending.estimate or ref != pending.ref:
            return self._ask_again(tx, pending, now, role)
        ask = choose(pending)
        if ask is None:
            raise AskRefused(AlreadyDecided(DecidedState.NO_CHEAPER))
        price = self._admission.prices.price_of(ask)
        try:
            accepted = self._admission.begin(tx, ask, price, role)
        except BudgetExceeded as refused:
            raise BudgetExceeded(replace(refused.refusal, ref=pending.ref)) from refused
        _ended(tx, pending, PendingState.RUN, job_id=accepted.job.id)
        return accepted

    def _ask_again(self, tx: Transaction, pending: PendingRequest, price: Money, role: Role) -> Unconfirmed:
        """Ask the asker again at the present price, as nobody has agreed to it yet."""
        if price > pending.estimate:
            pending = self._admission.priced_anew(pending, price)
            tx.pending_requests.move(pending, frm=_PENDING)
        return self._admission.question_about(tx, pending, role)

    def _own(self, tx: Transaction, team_id: str, ref: str, user_id: str) -> PendingRequest:
        """This person's pending request. Locks the workspace's row first. Raises AskRefused NotFound,
        NotAllowed for another person's, or AlreadyDecided for an expired one."""
        tx.limits.team(team_id)
        pending_id, _ = parts_of(ref)
        pending = tx.pending_requests.get(pending_id)
        if pending is None or pending.team_id != team_id:
            raise AskRefused(NotFound(pending_id))
        if pending.user_id != user_id:
            raise AskRefused(NotAllowed(NotAllowedReason.NOT_YOURS, pending_id))
        if pending.state_at(tx.now) is PendingState.EXPIRED:
            raise AskRefused(AlreadyDecided(DecidedState.EXPIRED))
        return pending


def _ended(
    tx: Transaction, pending: PendingRequest, state: PendingState, *, job_id: str | None = None
) -> PendingRequest:
    ended = replace(pending, state=state, decided_by=pending.user_id, decided_at=tx.now, job_id=job_id)
    if not tx.pending_requests.move(ended, frm=_PENDING):
        raise AskRefused(AlreadyDecided(DecidedState(pending.state)))
    return ended
