"""What a budget admin has before them, and how everybody else asks for more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.budget.admin_notice import AdminNoticeKind
from bot.domain.budget.limits import Role
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingState
from bot.ports import Store, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admin_notices import raise_admin_notice
from bot.services.budget.admins import Admins


@dataclass(frozen=True, slots=True)
class Desk:
    """How many requests wait for the admins, and whether new pictures are paused."""

    waiting: int
    is_paused: bool


class BudgetDesk:
    """Raises StoreUnavailable."""

    def __init__(self, *, store: Store, accounts: Accounts, admins: Admins, wake: Callable[[], None]) -> None:
        self._store = store
        self._periods = accounts.periods
        self._admins = admins
        self._wake = wake

    async def __call__(self, team_id: str, user_id: str) -> Desk | None:
        """What this budget admin has before them; None for whoever is none, as far as is known at once. Only
        reads."""
        if not await self._admins.is_admin(team_id, user_id, fresh=False):
            return None

        def unit(tx: Transaction) -> Desk:
            asked = tx.pending_requests.in_state(team_id, PendingState.ASKED)
            waiting = sum(tx.now < pending.expires_at for pending in asked)
            return Desk(waiting, tx.limits.team(team_id).is_paused)

        return await self._store.read(unit)

    async def ask_for_more(self, team_id: str, user_id: str, amount: Money, reason: str, *, key: str) -> None:
        """Tell the budget admins that this person asks for ``amount`` more. Anybody may. Safe to repeat: a
        ``key`` is told once."""

        def unit(tx: Transaction) -> None:
            raise_admin_notice(
                tx, team_id, AdminNoticeKind.MORE, key, user=user_id, amount=amount.micros, reason=reason,
                window=str(self._window_of(tx, Scope(ScopeKind.USER, team_id, user_id))),
            )  # fmt: skip

        await self._store.write(unit)
        self._wake()

    def _window_of(self, tx: Transaction, scope: Scope) -> Window:
        """The longest window in which the person has a limit; a month without one."""
        limited = self._periods.ceilings(tx, scope, Role.MEMBER)
        return next((window for window in reversed(Window) if window in limited), Window.MONTH)
