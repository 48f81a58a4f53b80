"""Whether an ask may begin: not paused, not too fast, confirmed if dear, within budget; in a transaction."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Role
from bot.domain.budget.rate_limit import take
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Job
from bot.domain.money import Money
from bot.domain.requests.ask import SAME_PRESS_SECONDS, Ask
from bot.domain.requests.budget_refusals import (
    NeedsConfirmation,
    Paused,
    TooFast,
    TooManyPictures,
    Variant,
)
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BudgetExceeded, Unconfirmed, Withdrawn
from bot.domain.requests.smaller_sets import cheaper_set, fitting_part, same_price
from bot.domain.requests.variations import MOST_OF_A_SET, MOST_OF_ONE, Orders
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts, tightest
from bot.services.job_view import whole_of
from bot.services.requests.new_jobs import NewJobs
from bot.services.requests.seen_reaction import unmark

CONFIRM_FOR = timedelta(hours=1)
APPROVAL_FOR = timedelta(hours=24)
"""CONFIRM_FOR is how long an ask waits for its asker, APPROVAL_FOR how long it waits for an admin at most."""

A_LOT, NO_QUESTION_BELOW = 2, Money(100_000)
"""An ask is also to be confirmed if it takes more than one part in so many of what the tightest budget has
left, unless it costs less than $0.10: that is not worth a question (loop reference 6)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The price above which an ask has to be confirmed (``confirm_above`` None: none has to be), how many
    asks may start per minute of one person and in one channel (None: any number), and how many pictures a set
    may have."""

    confirm_above: Money | None = None
    per_minute: int | None = None
    channel_per_minute: int | None = None
    set_most: int = MOST_OF_A_SET


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job, of a set all of it as one (``whole_of``); whether this call made it; and the accounts to show,
    as ``tightest`` chooses them."""

    job: Job
    is_new: bool
    standings: tuple[ScopePeriod, ...]


class Admission:
    """The parts of deciding whether an ask may begin. Each runs in the caller's transaction."""

    def __init__(
        self,
        *,
        prices: PriceTable,
        accounts: Accounts,
        new_id: Callable[[], str],
        new_source_id: Callable[[], str],
        terms: Terms,
    ) -> None:
        self._prices = prices
        self._accounts = accounts
        self._new_id = new_id
        self._new_jobs = NewJobs(prices=prices, new_id=new_id, new_source_id=new_source_id)
        self._terms = terms

    @property
    def prices(self) -> PriceTable:
        return self._prices

    def too_many(self, ask: Ask | Orders) -> TooManyPictures | None:
        """Why an ask is for more pictures than one set may have; None when it is not."""
        count, most = ask.request.n, self._terms.set_most
        may_have = most if ask.variations else MOST_OF_ONE
        return TooManyPictures(count, most) if count > may_have else None

    def already_started(self, tx: Transaction, ask: Ask, role: Role) -> Accepted | None:
        """The job that this ask has become already, else None. Raises AskRefused Paused while new asks are
        paused, and Withdrawn when the message that asked was deleted."""
        existing = tx.jobs.by_request_key(ask.request_key) or self._pressed_before(tx, ask)
        if existing is not None:
            rows = self._accounts.standings(tx, existing.place, existing.user_id, role)
            return Accepted(_shown(tx, existing), False, tightest(rows))
        if tx.limits.team(ask.place.team_id).is_paused:
            raise AskRefused(Paused())
        message = tx.inbox.get(ask.request_key) if ask.ask_ts else None
        if message is not None and message.is_deleted:
            raise AskRefused(Withdrawn())
        return None

    def _pressed_before(self, tx: Transaction, ask: Ask) -> Job | None:
        """The job of a press a moment ago. The workspace's row is locked first, so that of two presses at the
        same time the second sees the first."""
        if ask.earlier_key is None:
            return None
        tx.limits.team(ask.place.team_id)
        earlier = tx.jobs.by_request_key(ask.earlier_key)
        if earlier is None or (tx.now - earlier.created_at).total_seconds() >= SAME_PRESS_SECONDS:
            return None
        return earlier

    def pace(self, tx: Transaction, ask: Ask) -> None:
        """Count a start in the asker's rate and the channel's.

        Raises AskRefused TooFast, with the longer wait of the two; then nothing is counted. The workspace's
        row must be locked before. Not safe to repeat: each call counts.
        """
        team, channel = ask.place.team_id, ask.place.channel_id
        taken: list[tuple[str, datetime]] = []
        refused: list[tuple[float, TooFast]] = []
        for key, rate, about in (
            (str(Scope(ScopeKind.USER, team, ask.user_id)), self._terms.per_minute, None),
            (str(Scope(ScopeKind.CHANNEL, team, channel)), self._terms.channel_per_minute, channel),
        ):
            if rate is None:
                continue
            verdict = take(tx.rate_limits.full_at(key), tx.now, per_minute=rate)
            taken.append((key, verdict.full_at))
            if not verdict.allowed:
                wait = verdict.wait_seconds
                refused.append((wait, TooFast(math.ceil(wait), about)))
        if refused:
            _, longest = max(refused, key=lambda one: one[0])
            raise AskRefused(longest)
        for key, full_at in taken:
            tx.rate_limits.put(key, full_at)

    def question(self, tx: Transaction, ask: Ask, estimate: Money, role: Role) -> Unconfirmed | None:
        """If its asker has not agreed to the price, keep the ask until they do and return the question; None
        when it may begin at once. A price that was seen and pressed is a yes; what was typed is asked about
        only if it is dear or a set. Safe to repeat."""
        if ask.agreed is not None and ask.agreed >= estimate:
            return None
        rows = self._accounts.standings(tx, ask.place, ask.user_id, role)
        left = [row.left for row in rows if row.left is not None and row.refuses]
        if any(room < estimate for room in left):
            return None  # the refusal for the budget tells the asker more than the question would
        if ask.agreed is None and not ask.variations and not self._is_dear(estimate, left):
            return None
        pending = self.keep(tx, ask, estimate, PendingKind.CONFIRM, CONFIRM_FOR)
        unmark(tx, pending, delay=CONFIRM_FOR.total_seconds())
        return self.question_about(tx, pending, role)

    def _is_dear(self, estimate: Money, left: Sequence[Money]) -> bool:
        limit = self._terms.confirm_above
        if limit is None:
            return False
        takes_a_lot = estimate >= NO_QUESTION_BELOW and any(estimate * A_LOT > room for room in left)
        return estimate > limit or takes_a_lot

    def question_about(self, tx: Transaction, pending: PendingRequest, role: Role) -> Unconfirmed:
        """What the asker is asked: the price, what is left, and the nearest cheaper variant; of a set, which
        is always asked about, only if it is dear."""
        rows = self._accounts.standings(tx, pending.ask.place, pending.user_id, role)
        left = [row.left for row in rows if row.left is not None and row.refuses]
        offers = not pending.ask.variations or self._is_dear(pending.estimate, left)
        cheaper = self.cheaper(pending.ask, pending.estimate - Money(1)) if offers else None
        return Unconfirmed(NeedsConfirmation(pending, tightest(rows), cheaper))

    def keep(
        self, tx: Transaction, ask: Ask, estimate: Money, kind: PendingKind, lifetime: timedelta
    ) -> PendingRequest:
        """Make the ask's one pending request, or bring it up to date; one that was decided stays as it is.
        Its round grows when the price has risen. Safe to repeat."""
        known = tx.pending_requests.by_request_key(ask.request_key)
        pending = PendingRequest(
            id=known.id if known else self._new_id(),
            kind=kind,
            state=PendingState.PENDING,
            ask=ask,
            estimate=estimate,
            price_version=self._prices.version,
            created_at=known.created_at if known else tx.now,
            expires_at=tx.now + lifetime,
            round=known.round + (estimate > known.estimate) if known else 0,
        )
        if known is None:
            tx.pending_requests.add(pending)
        elif not tx.pending_requests.move(pending, frm=frozenset({PendingState.PENDING})):
            return known
        return pending

    def cheaper(self, ask: Ask, room: Money) -> Variant | None:
        """The first variant of the ask that costs at most ``room``, as ``PriceTable`` and ``cheaper_set``
        order them; None without one."""
        return self._as_variant(ask, self._cheaper_ask(ask, room))

    def fitting(self, ask: Ask, room: Money) -> Variant | None:
        """What is offered of an ask that a budget has no more than ``room`` for: of a set as many as fit, in
        order; else what is cheaper."""
        made = fitting_part(self._prices, ask, room) if ask.variations else self._cheaper_ask(ask, room)
        return self._as_variant(ask, made)

    def _cheaper_ask(self, ask: Ask, room: Money) -> Ask | None:
        if ask.variations:
            return cheaper_set(self._prices, ask, room)
        variant = self._prices.cheaper_variants(ask.request, room)
        return replace(ask, request=variant) if variant is not None else None

    def _as_variant(self, ask: Ask, made: Ask | None) -> Variant | None:
        if made is None:
            return None
        is_smaller = not ask.variations and made.request.size != ask.request.size
        return Variant(made.request, self._prices.price_of(made), is_smaller)

    def begin(self, tx: Transaction, ask: Ask, estimate: Money, role: Role) -> Accepted:
        """Record the job, hold its money and queue its first step; of an ask with variations a job for each,
        of which the first is returned. Raises BudgetExceeded, or AskRefused ClockOff: the caller must let it
        end the transaction, which undoes all of this."""
        jobs = self._new_jobs(tx, ask, estimate)
        for job in jobs:
            tx.jobs.add(job)
            try:
                self._accounts.reserve(tx, job, role)
            except BudgetExceeded as refused:
                raise self._exceeded(refused, ask, estimate, jobs[: jobs.index(job)]) from refused
            self._new_jobs.first_step(tx, job, ask.sources)
        rows = self._accounts.standings(tx, jobs[0].place, ask.user_id, role)
        return Accepted(_shown(tx, jobs[0]), True, tightest(rows))

    def _exceeded(
        self, refused: BudgetExceeded, ask: Ask, estimate: Money, fitted: Sequence[Job]
    ) -> BudgetExceeded:
        """The refusal of the whole ask, of which ``fitted`` had still fitted."""
        refusal = refused.refusal
        left = refusal.left + sum((job.estimate for job in fitted), Money.zero())
        cheaper = self.fitting(ask, left)
        return BudgetExceeded(replace(refusal, price=estimate, left=left, cheaper=cheaper))

    def priced_anew(self, pending: PendingRequest, price: Money) -> PendingRequest:
        """The request at the present price, in its next round: a decision about the old price does not count
        for it. Saves nothing."""
        return replace(pending, estimate=price, price_version=self._prices.version, round=pending.round + 1)

    def approvable_until(self, tx: Transaction, pending: PendingRequest, role: Role) -> datetime:
        """Until when admins may decide: a day from now, or until the end of the last period whose budget is
        in the way, if that is sooner: from then on it may simply be asked again (budgets reference 3.2)."""
        rows = self._accounts.standings(tx, pending.ask.place, pending.user_id, role)
        short = [row for row in rows if row.refuses and row.left is not None and row.left < pending.estimate]
        latest = tx.now + APPROVAL_FOR
        end = max((row.end for row in short), default=latest)
        # A change of zone can leave a period open past its stored end.
        return min(latest, end) if end > tx.now else latest

    def variant_of(self, pending: PendingRequest, shown: Money | None) -> Ask | None:
        """The pending request's ask, made cheaper: the variant whose price a button has ``shown`` (None: the
        first one). None when nothing is as cheap."""
        ask = pending.ask
        if ask.variations and shown is not None:
            return same_price(self._prices, ask, shown)
        return self._cheaper_ask(ask, shown or pending.estimate - Money(1))


def _shown(tx: Transaction, job: Job) -> Job:
    return whole_of(tx, job) if job.member is not None else job
