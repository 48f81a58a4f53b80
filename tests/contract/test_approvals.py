"""Requests for approval to their end: who may decide, at which price, with which words; on both engines."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import ChangeKind, Limits, Role
from bot.domain.budget.outbox_message import OutboxMessage
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import TooFast
from bot.domain.requests.pending_request import PendingRequest, PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, BudgetExceeded, Unconfirmed
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.errors import CannotPost, OutcomeUnknown, TryLater
from bot.ports.people import Card
from bot.services.budget.accounts import Accounts
from bot.services.budget.administration import Administration
from bot.services.budget.admins import Admins
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.lease import LEASE_SECONDS
from bot.services.requests.admission import Terms
from bot.services.requests.approval_requests import ApprovalRequests
from bot.services.requests.approvals import Approvals, NewLimit, Verdict
from bot.services.requests.confirm import Confirm
from bot.services.requests.start_job import StartJob
from storage.store import SqlStore
from tests.contract.samples import START, USER, dollars
from tests.support.collaborators import TrustedClock
from tests.support.databases import SetClock

HIGH = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.HIGH, Format.PNG, 2)
PRICE = PriceTable.load().estimate(HIGH)
ADMINS = [f"UADMIN{number}" for number in range(10)]
DAY = 24 * 3600
_IDS = itertools.count()


class Prices:
    """The built-in table, until everything becomes ``times`` as dear."""

    def __init__(self) -> None:
        self.times = 1
        self._table = PriceTable.load()

    @property
    def version(self) -> str:
        return f"v{self.times}"

    def estimate(self, request: PictureRequest) -> Money:
        return self._table.estimate(request) * self.times

    def price_of(self, ask: Ask) -> Money:
        return self._table.price_of(ask) * self.times

    def cheaper_variants(self, request: PictureRequest, room: Money) -> PictureRequest | None:
        return self._table.cheaper_variants(request, Money(room.micros // self.times))


class Town:
    """People by id; ``away``: Slack cannot be asked."""

    def __init__(self) -> None:
        self.roles: dict[str, Role] = {}
        self.groups: dict[str, frozenset[str]] = {}
        self.away = False
        self.asked: list[bool] = []

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        self.asked.append(fresh)
        return None if self.away else self.roles.get(user_id, Role.MEMBER)

    async def admins(self, team_id: str) -> frozenset[str] | None:
        if self.away:
            return None
        return frozenset(user for user, role in self.roles.items() if role is Role.ADMIN)

    async def group(self, team_id: str, group_id: str, *, fresh: bool = False) -> frozenset[str] | None:
        return None if self.away else self.groups.get(group_id)


class Outbox:
    """The office: what was sent to whom. ``losing`` says what becomes of the next letters to somebody: their
    answer is lost, and they are posted or not."""

    def __init__(self) -> None:
        self.there: dict[OutboxMessage, tuple[str, str]] = {}
        self.losing: dict[str, list[bool]] = {}
        self.readable = True
        self.cards: list[tuple[str, str, PendingState, Money]] = []
        self.told: list[PendingRequest] = []
        self.closed, self.busy = "", False

    async def admins(self, team_id: str) -> tuple[str, ...]:
        return ("UOWNER",)

    async def approval_request(self, message: OutboxMessage, pending: PendingRequest, *, zone: str) -> Card:
        if message.to == self.closed:
            raise CannotPost("not_in_channel")
        return self._post(
            message, lambda: self.cards.append((message.to, "new", pending.state, pending.estimate))
        )

    async def update_approval_request(
        self, pending: PendingRequest, card: tuple[str, str], *, zone: str
    ) -> None:
        if self.busy:
            raise TryLater("ratelimited")
        self.cards.append((card[0][1:], "update", pending.state, pending.estimate))

    async def decided(self, message: OutboxMessage, pending: PendingRequest) -> Card:
        return self._post(message, lambda: self.told.append(pending))

    async def find(self, message: OutboxMessage, *, since: datetime) -> Card | None:
        return self.there.get(message) if self.readable else None

    def _post(self, message: OutboxMessage, happen: Callable[[], None]) -> Card:
        fates = self.losing.get(message.to, [])
        fate = fates.pop(0) if fates else None
        if fate is not False:
            happen()
            self.there[message] = (f"D{message.to}", "1.1")
        if fate is not None:
            raise OutcomeUnknown("http_503")
        return self.there[message]


class Desk:
    def __init__(
        self,
        store: SqlStore,
        *,
        named: list[str] | None = None,
        group: str | None = None,
        own: bool = False,
        channel: str | None = None,
        confirm: Money | None = None,
    ) -> None:
        self.store, self.prices, self.town, self.notifier = store, Prices(), Town(), Outbox()
        self.accounts = accounts = Accounts(
            Limits(workspace=dollars("50"), user=dollars("0.10")), TrustedClock()
        )
        self.start_job = StartJob(
            store=store,
            prices=self.prices,  # type: ignore[arg-type]
            accounts=accounts,
            new_id=lambda: f"id{next(_IDS):08}",
            new_source_id=lambda: f"source{next(_IDS)}",
            wake=lambda: None,
            terms=Terms(confirm_above=confirm),
            people=self.town,
        )
        admins = Admins(named=ADMINS if named is None else named, people=self.town, group=group)
        self.admins = admins
        self.decide = Confirm(store=store, start_job=self.start_job, wake=lambda: None)
        self.approvals = Approvals(
            store=store,
            start_job=self.start_job,
            accounts=accounts,
            admins=admins,
            wake=lambda: None,
            self_approval=own,
        )
        self.approval_requests = ApprovalRequests(
            store=store, notifier=self.notifier, admins=admins, channel=channel
        )  # type: ignore[arg-type]
        self.administration = Administration(store=store, accounts=accounts, admins=admins, people=self.town)

    async def asked(self, *, user: str = "U1", key: str = "k1") -> str:
        with pytest.raises(BudgetExceeded) as over:
            await self.start_job(Ask(key, Place("T1", "C1", "1.2"), user, HIGH))
        ident = over.value.refusal.ref
        assert ident is not None
        await self.decide.ask_for_approval("T1", ident, user)
        return ident

    async def pending(self, ident: str) -> PendingRequest:
        found = await self.store.read(lambda tx: tx.pending_requests.get(ident))
        assert found is not None
        return found

    async def tend(self) -> int:
        """Run the requests that are due, as the worker does; how many."""

        def claim(tx: object) -> list[Task]:
            return tx.tasks.claim(TaskKind.APPROVAL_REQUEST, owner="t", limit=9, lease_seconds=60)  # type: ignore[attr-defined,no-any-return]

        due = await self.store.write(claim)
        for task in due:
            await self.approval_requests.run(task)
        return len(due)

    async def tend_to_the_end(self, clock: SetClock) -> None:
        """What was put off comes back when its lease is over, until nothing is put off."""
        for _ in range(9):
            clock.move(LEASE_SECONDS + 1)
            try:
                await self.tend()
            except (TryLater, OutcomeUnknown):
                continue
            return
        raise AssertionError("it is put off for ever")

    async def jobs(self) -> int:
        return len(await self.store.read(lambda tx: tx.jobs.newest()))

    async def check(self) -> None:
        assert audit(await self.store.read(ledger_snapshot)) == []


async def refusals(*waits: object) -> Counter[str]:
    found = await asyncio.gather(*waits, return_exceptions=True)  # type: ignore[call-overload]
    for one in found:
        assert not isinstance(one, BaseException) or isinstance(one, AskRefused), one
    return Counter(
        str(getattr(one.refusal, "state", one.problem)) if isinstance(one, AskRefused) else "ok"
        for one in found
    )


async def test_a_dearer_price_asks_again_and_old_buttons_count_no_more(store: SqlStore) -> None:
    desk = Desk(store)
    ident = await desk.asked()
    await desk.tend()
    desk.prices.times = 2

    found = await refusals(*(desk.approvals("T1", ident, admin, Verdict.ONCE) for admin in ADMINS))

    assert found == {"dearer": 10}
    assert await desk.jobs() == 0
    pending = await desk.pending(ident)
    assert (pending.state, pending.estimate, pending.round) == (PendingState.ASKED, PRICE * 2, 1)
    assert await desk.tend() == 1
    assert desk.notifier.cards[-1] == (ADMINS[-1], "update", PendingState.ASKED, PRICE * 2)
    assert len([card for card in desk.notifier.cards if card[1] == "new"]) == 10

    again = await refusals(*(desk.approvals("T1", pending.ref, admin, Verdict.ONCE) for admin in ADMINS))
    assert again == {"ok": 1, "approved": 9}
    (job,) = await store.read(lambda tx: tx.jobs.newest())
    assert job.estimate == PRICE * 2
    await desk.check()


async def test_a_cheaper_price_runs_at_once(store: SqlStore) -> None:
    desk = Desk(store)
    desk.prices.times = 3
    ident = await desk.asked()
    desk.prices.times = 1

    await desk.approvals("T1", ident, ADMINS[0], Verdict.ONCE)

    (job,) = await store.read(lambda tx: tx.jobs.newest())
    assert job.estimate == PRICE
    await desk.check()


async def test_run_at_a_dearer_price_is_a_new_question(store: SqlStore) -> None:
    desk = Desk(store, confirm=dollars("0.01"))
    small = replace(HIGH, quality=Quality.LOW, n=2)
    with pytest.raises(Unconfirmed) as waits:
        await desk.start_job(Ask("k1", Place("T1", "C1"), "U1", small))
    first = waits.value.refusal.pending.ref
    desk.prices.times = 2

    for _ in range(2):  # an impatient second press is no answer to the new question
        with pytest.raises(Unconfirmed) as again:
            await desk.decide.run("T1", first, "U1")
    assert again.value.refusal.pending.estimate == waits.value.refusal.pending.estimate * 2
    assert await desk.jobs() == 0

    accepted = await desk.decide.run("T1", again.value.refusal.pending.ref, "U1")
    assert accepted.job.estimate == waits.value.refusal.pending.estimate * 2
    await desk.check()


async def test_expired_requests_lose_their_buttons_and_the_asker_is_told(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store)
    ident = await desk.asked()
    assert await desk.tend() == 1
    clock.move(DAY - 60)
    assert await desk.tend() == 0
    clock.move(60)

    assert await refusals(desk.approvals("T1", ident, ADMINS[0], Verdict.ONCE)) == {"expired": 1}
    assert await desk.tend() == 1

    assert (await desk.pending(ident)).state is PendingState.EXPIRED
    updated = [card for card in desk.notifier.cards if card[1] == "update"]
    assert updated == [(admin, "update", PendingState.EXPIRED, PRICE) for admin in ADMINS]
    assert [told.state for told in desk.notifier.told] == [PendingState.EXPIRED]
    assert await refusals(desk.approvals("T1", ident, ADMINS[0], Verdict.ONCE)) == {"expired": 1}
    clock.move(DAY)
    assert await desk.tend() == 0
    assert await desk.jobs() == 0


async def test_a_request_past_its_time_has_lapsed_for_everybody_also_before_that_is_noted(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store)
    ident = await desk.asked()
    clock.move(DAY)

    assert await refusals(desk.decide.ask_for_approval("T1", ident, "U1")) == {"expired": 1}
    assert await refusals(desk.decide.run("T1", ident, "U1")) == {"expired": 1}
    assert await refusals(desk.start_job(Ask("k1", Place("T1", "C1"), "U1", HIGH))) == {"expired": 1}
    assert await desk.administration.waiting("T1", ADMINS[0]) == ([], "UTC")
    assert (await desk.pending(ident)).state is PendingState.ASKED, "nobody has noted it"
    assert await desk.tend() == 1
    assert (await desk.pending(ident)).state is PendingState.EXPIRED


async def test_a_request_lapses_when_the_budgets_in_its_way_begin_anew(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store)
    await desk.administration.set_limit(ADMINS[0], USER, dollars("0.10"), Window.DAY)
    ident = await desk.asked()
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    assert (await desk.pending(ident)).expires_at == START + timedelta(days=1), "the month is in its way too"

    await desk.administration.set_limit(ADMINS[0], USER, dollars("9"), Window.MONTH)
    today = await desk.asked(key="k2")
    assert (await desk.pending(today)).expires_at == midnight

    clock.move((midnight - START).total_seconds())
    await desk.tend()
    assert (await desk.pending(today)).state is PendingState.EXPIRED
    assert await refusals(desk.approvals("T1", today, ADMINS[0], Verdict.ONCE)) == {"expired": 1}
    assert (await desk.pending(ident)).state is PendingState.ASKED
    await desk.check()


async def test_the_decision_comes_before_the_deadline_and_is_told_once(store: SqlStore) -> None:
    desk = Desk(store)
    ident = await desk.asked()
    await desk.tend()

    await desk.approvals("T1", ident, ADMINS[3], Verdict.DENY, reason="  too dear for a draft ")

    assert await desk.tend() == 1
    (told,) = desk.notifier.told
    assert (told.state, told.reason, told.decided_by) == (
        PendingState.DENIED,
        "too dear for a draft",
        ADMINS[3],
    )
    assert [card[1:3] for card in desk.notifier.cards[10:]] == [("update", PendingState.DENIED)] * 10
    changes, _ = await desk.administration.history("T1", ADMINS[0])
    assert (changes[0].kind, changes[0].actor, changes[0].scope) == (ChangeKind.DENY, ADMINS[3], USER)
    assert changes[0].reason == "deny: too dear for a draft"


async def test_a_card_that_cannot_be_updated_now_is_later_and_nobody_is_told_twice(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store, named=["UBOSS"])
    ident = await desk.asked()
    await desk.tend()
    await desk.approvals("T1", ident, "UBOSS", Verdict.DENY)
    desk.notifier.busy = True
    with pytest.raises(TryLater):
        await desk.tend()
    desk.notifier.busy = False
    clock.move(600)

    assert await desk.tend() == 1

    assert len(desk.notifier.told) == 1
    assert desk.notifier.cards[-1] == ("UBOSS", "update", PendingState.DENIED, PRICE)


@pytest.mark.parametrize("posted", [False, True], ids=["not posted", "posted"])
async def test_a_card_whose_answer_was_lost_is_there_once_and_keeps_no_other_waiting(
    store: SqlStore, clock: SetClock, posted: bool
) -> None:
    desk = Desk(store)
    ident = await desk.asked()
    desk.notifier.losing[ADMINS[0]] = [posted]
    with pytest.raises(OutcomeUnknown):
        await desk.tend()
    assert {card[0] for card in desk.notifier.cards} >= set(ADMINS[1:])

    await desk.tend_to_the_end(clock)

    assert sorted(card[0] for card in desk.notifier.cards) == sorted(ADMINS), "one each"
    await desk.approvals("T1", ident, ADMINS[0], Verdict.DENY)
    await desk.tend()
    closed = [card[0] for card in desk.notifier.cards if card[1] == "update"]
    assert sorted(closed) == sorted(ADMINS), "found or posted, its buttons go too"


async def test_a_card_that_is_decided_before_its_posting_is_confirmed_loses_its_buttons(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store, named=["UBOSS"])
    ident = await desk.asked()
    desk.notifier.losing["UBOSS"] = [True]
    with pytest.raises(OutcomeUnknown):
        await desk.tend()

    await desk.approvals("T1", ident, "UBOSS", Verdict.DENY)
    await desk.tend_to_the_end(clock)

    assert [card[1:3] for card in desk.notifier.cards] == [
        ("new", PendingState.ASKED),
        ("update", PendingState.DENIED),
    ]


async def test_a_card_that_is_found_after_the_price_rose_shows_the_new_one(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store, named=["UBOSS"])
    ident = await desk.asked()
    desk.notifier.losing["UBOSS"] = [True]
    with pytest.raises(OutcomeUnknown):
        await desk.tend()
    desk.prices.times = 2
    assert await refusals(desk.approvals("T1", ident, "UBOSS", Verdict.ONCE)) == {"dearer": 1}

    await desk.tend_to_the_end(clock)

    assert desk.notifier.cards[1:] == [("UBOSS", "update", PendingState.ASKED, PRICE * 2)]


@pytest.mark.parametrize("posted", [False, True], ids=["not posted", "posted"])
async def test_the_asker_hears_of_a_decision_whose_telling_was_lost(
    store: SqlStore, clock: SetClock, posted: bool
) -> None:
    desk = Desk(store, named=["UBOSS"])
    ident = await desk.asked()
    await desk.tend()
    await desk.approvals("T1", ident, "UBOSS", Verdict.DENY)
    desk.notifier.losing["U1"] = [posted]

    with pytest.raises(OutcomeUnknown):
        await desk.tend()
    assert desk.notifier.cards[-1][2] is PendingState.DENIED, "the buttons do not wait for it"
    await desk.tend_to_the_end(clock)

    assert [told.state for told in desk.notifier.told] == [PendingState.DENIED]


async def test_where_nobody_lets_us_look_a_card_comes_again_rather_than_never(
    store: SqlStore, clock: SetClock
) -> None:
    desk = Desk(store, channel="CADMINS")
    await desk.asked()
    desk.notifier.losing["CADMINS"] = [True]
    desk.notifier.readable = False
    with pytest.raises(OutcomeUnknown):
        await desk.tend()

    await desk.tend_to_the_end(clock)

    assert [card[0] for card in desk.notifier.cards] == ["CADMINS", "CADMINS"]


async def test_one_card_in_the_admins_channel_or_to_each_where_the_bot_is_not_in_it(store: SqlStore) -> None:
    desk = Desk(store, channel="CADMINS")
    await desk.asked()
    await desk.tend()
    assert [card[0] for card in desk.notifier.cards] == ["CADMINS"]

    shut = Desk(store, channel="CADMINS", named=[], group="S1")
    shut.notifier.closed = "CADMINS"
    shut.town.groups["S1"] = frozenset({"U1", "UBOSS"})
    await shut.asked(key="k2")
    await shut.tend()
    assert [card[0] for card in shut.notifier.cards] == ["UBOSS"], "the asker is not asked"

    own = Desk(store, named=["U1"])
    await own.asked(key="k4")
    await own.tend()
    assert [card[0] for card in own.notifier.cards] == ["UOWNER"], "somebody else, where there is somebody"

    alone = Desk(store, named=["UOWNER"])
    await alone.asked(key="k5", user="UOWNER")
    await alone.tend()
    assert [card[0] for card in alone.notifier.cards] == ["UOWNER"]

    nobody = Desk(store, named=[])
    await nobody.asked(key="k3")
    await nobody.tend()
    assert [card[0] for card in nobody.notifier.cards] == ["UOWNER"]


async def test_ones_own_ask_only_for_the_sole_admin_and_only_where_it_is_allowed(store: SqlStore) -> None:
    """The person who asks is the only admin, or there is another one, by name, by role or by group."""
    for number, (own, named, others, expected) in enumerate(
        [
            (False, ["U1"], {}, "not_allowed"),
            (True, ["U1", "U2"], {}, "not_allowed"),
            (True, ["U1"], {"U2": Role.ADMIN}, "not_allowed"),
            (True, ["U1"], {}, "ok"),
        ]
    ):
        desk = Desk(store, named=named, own=own)
        desk.town.roles.update(others)
        ident = await desk.asked(key=f"k{number}")
        found = await refusals(desk.approvals("T1", ident, "U1", Verdict.ONCE))
        assert found == {expected: 1}, (own, named, others)

    away = Desk(store, named=["U1"], own=True)
    ident = await away.asked(key="away")
    away.town.away = True
    assert await refusals(away.approvals("T1", ident, "U1", Verdict.ONCE)) == {"not_allowed": 1}
    grouped = Desk(store, named=["U1"], own=True, group="S1")
    grouped.town.groups["S1"] = frozenset({"U5"})
    ident = await grouped.asked(key="grouped")
    assert await refusals(grouped.approvals("T1", ident, "U1", Verdict.ONCE)) == {"not_allowed": 1}


async def test_a_new_limit_and_the_job_are_one_step(store: SqlStore) -> None:
    desk = Desk(store)
    ident = await desk.asked()
    small = NewLimit(ScopeKind.USER, PRICE - Money(1), Window.MONTH)
    enough = NewLimit(ScopeKind.USER, PRICE + dollars("1"), Window.MONTH)

    with pytest.raises(BudgetExceeded):
        await desk.approvals("T1", ident, ADMINS[0], Verdict.CHANGE, limit=small)
    assert await store.read(lambda tx: tx.limits.rules_of("T1")) == [], "not set when it would not help"
    assert (await desk.pending(ident)).state is PendingState.ASKED

    await desk.approvals("T1", ident, ADMINS[0], Verdict.CHANGE, limit=enough, reason="a campaign")

    (rule,) = await store.read(lambda tx: tx.limits.rules_of("T1"))
    assert (rule.scope, rule.amount, rule.created_by) == (USER, enough.amount, ADMINS[0])
    assert await store.read(lambda tx: tx.limits.grants()) == []
    assert await desk.jobs() == 1
    changes, _ = await desk.administration.history("T1", ADMINS[0])
    assert [(change.kind, change.reason) for change in changes] == [
        (ChangeKind.APPROVE, "change: a campaign"),
        (ChangeKind.SET, "hard: a campaign"),
    ]
    await desk.check()


async def test_administration_works_while_everything_is_spent_and_slack_is_away(store: SqlStore) -> None:
    """T18: the named admin, and nobody else."""
    desk = Desk(store, named=["UBOSS"])
    desk.town.roles["UOWNER"] = Role.ADMIN
    run, team = desk.administration, Scope(ScopeKind.WORKSPACE, "T1")
    for scope in (team, Scope(ScopeKind.CHANNEL, "T1", "C1"), USER):
        await run.set_limit("UBOSS", scope, Money.zero(), Window.MONTH)
    ident = await desk.asked()
    desk.town.away = True

    acts = (
        lambda who: run.set_limit(who, USER, dollars("0"), Window.DAY),
        lambda who: run.top_up(who, team, dollars("1"), f"key-{who}"),
        lambda who: run.pause("T1", who),
        lambda who: run.resume("T1", who),
        lambda who: run.set_zone("T1", who, "Europe/Berlin"),
        lambda who: run.set_week_start("T1", who, 6),
        lambda who: run.history("T1", who),
        lambda who: run.who("T1", who),
        lambda who: run.order_export("T1", who, None),
        lambda who: run.verify("T1", who),
        lambda who: run.waiting("T1", who),
    )
    assert await refusals(*(act("UBOSS") for act in acts)) == {"ok": len(acts)}
    assert await refusals(*(act("UOWNER") for act in acts)) == {"not_allowed": len(acts)}
    desk.town.away = False
    assert await refusals(*(act("UOWNER") for act in acts)) == {"ok": len(acts)}
    assert await refusals(*(act("U1") for act in acts)) == {"not_allowed": len(acts)}
    desk.town.away = True
    await run.resume("T1", "UBOSS")
    await desk.approvals("T1", ident, "UBOSS", Verdict.ONCE)
    assert await desk.jobs() == 1
    await desk.check()


async def test_who_is_an_admin(store: SqlStore) -> None:
    desk = Desk(store, named=["UNAMED"], group="S1")
    desk.town.roles |= {
        "UOWNER": Role.ADMIN,
        "UGUEST": Role.GUEST,
        "UGONE": Role.OUTSIDER,
        "UNAMED": Role.OUTSIDER,
    }
    desk.town.groups["S1"] = frozenset({"UINGROUP", "UGUEST", "UGONE"})
    people = ["UNAMED", "UOWNER", "UINGROUP", "UGUEST", "UGONE", "U1"]

    async def admins() -> list[str]:
        return [user for user in people if await desk.admins.is_admin("T1", user)]

    assert await admins() == ["UNAMED", "UOWNER", "UINGROUP"]
    assert set(desk.town.asked) == {True}, "never from memory"
    desk.town.groups.clear()  # a plan without user groups
    assert await admins() == ["UNAMED", "UOWNER"]
    desk.town.away = True
    assert await admins() == ["UNAMED"]


async def test_a_top_up_of_the_day_counts_once_and_only_where_there_is_a_limit(store: SqlStore) -> None:
    desk = Desk(store)
    run, channel = desk.administration, Scope(ScopeKind.CHANNEL, "T1", "C1")

    found = await refusals(run.top_up(ADMINS[0], channel, dollars("1"), "key", window=Window.DAY))
    assert found == {str(Problem.BAD_VALUE): 1}
    await run.set_limit(ADMINS[0], channel, dollars("5"), Window.DAY)
    for _ in range(2):
        row = await run.top_up(ADMINS[0], channel, dollars("1"), "key", window=Window.DAY)

    assert row is not None
    assert (row.period_key, row.left) == ("2026-11-22", dollars("6"))
    changes, _ = await run.history("T1", ADMINS[0])
    assert [change.window for change in changes] == [Window.DAY, Window.DAY]
    await desk.check()


async def test_what_an_admin_hears_of_a_guests_budget_is_true(store: SqlStore) -> None:
    desk = Desk(store)
    run = desk.administration
    desk.town.roles["U1"] = Role.GUEST

    topped = await run.top_up(ADMINS[0], USER, dollars("1"), "one")
    assert topped is not None
    assert topped.left == dollars("1")
    daily = await run.set_limit(ADMINS[0], USER, dollars("9"), Window.DAY)
    assert (daily.ineffective, daily.shut) == ((), None), "a guest has no month that could contradict it"
    lifted = await run.set_limit(ADMINS[0], USER, None, Window.DAY)
    assert lifted.shut is Window.MONTH, "a guest without any limit has nothing"
    await run.set_limit(ADMINS[0], USER, dollars("5"), Window.MONTH)
    raised = await run.top_up(ADMINS[0], USER, dollars("1"), "two")
    assert raised is not None
    assert raised.left == dollars("7"), "under the limit of this moment, not of the period's first ask"


async def test_while_nobody_knows_who_is_a_guest_nothing_is_said_of_what_is_left(store: SqlStore) -> None:
    desk = Desk(store)
    desk.town.away = True

    for key in ("one", "one", "two"):
        assert await desk.administration.top_up(ADMINS[0], USER, dollars("1"), key) is None
    limit = await desk.administration.set_limit(ADMINS[0], USER, dollars("9"), Window.DAY)

    assert limit.ineffective == ()
    desk.town.away = False
    desk.town.roles["U1"] = Role.GUEST
    row = await desk.administration.top_up(ADMINS[0], USER, dollars("1"), "three")
    assert row is not None
    assert (row.granted, row.limit) == (dollars("3"), None)


@pytest.mark.parametrize("window", [Window.DAY, Window.WEEK])
async def test_a_new_limit_of_the_day_or_week_lets_a_guest_run(store: SqlStore, window: Window) -> None:
    desk = Desk(store)
    desk.town.roles["U1"] = Role.GUEST
    ident = await desk.asked()

    limit = NewLimit(ScopeKind.USER, PRICE, window)
    await desk.approvals("T1", ident, ADMINS[0], Verdict.CHANGE, limit=limit)

    assert await desk.jobs() == 1
    await desk.check()


async def test_limits_that_contradict_each_other_are_set_and_named(store: SqlStore) -> None:
    run, channel = Desk(store).administration, Scope(ScopeKind.CHANNEL, "T1", "C1")

    await run.set_limit(ADMINS[0], channel, dollars("20"), Window.MONTH)
    more = await run.set_limit(ADMINS[0], channel, dollars("30"), Window.DAY)
    less = await run.set_limit(ADMINS[0], channel, dollars("3"), Window.DAY)
    mine = await run.set_limit(ADMINS[0], USER, dollars("1"), Window.WEEK)

    assert more.ineffective == ((Window.DAY, Window.MONTH),)
    assert less.ineffective == ()
    assert mine.ineffective == ((Window.WEEK, Window.MONTH),), "also against the settings' own month"


async def test_a_channels_minute_is_everybodys(store: SqlStore, clock: SetClock) -> None:
    desk = Desk(store)
    desk.start_job.admission._terms = Terms(per_minute=3, channel_per_minute=5)
    low = replace(HIGH, quality=Quality.LOW, n=1)

    async def ask(user: str, number: int, channel: str = "C1") -> None:
        await desk.start_job(Ask(f"{user}{number}{channel}", Place("T1", channel), user, low))

    found = await refusals(*(ask(user, number) for number in range(3) for user in ("U1", "U2")))
    assert found == {"ok": 5, str(Problem.TOO_FAST): 1}
    with pytest.raises(AskRefused) as busy:
        await ask("U3", 0)
    assert busy.value.refusal == TooFast(12, "C1")
    await ask("U3", 1, channel="C2")
    for number in range(2, 4):
        await ask("U3", number, channel="C2")
    with pytest.raises(AskRefused) as own:
        await ask("U3", 4, channel="C2")
    assert own.value.refusal == TooFast(20)
    clock.move(12)
    await ask("U4", 0)
    assert await desk.jobs() == 9


async def test_a_period_that_a_change_of_zone_keeps_open_lets_no_request_lapse_at_once(
    store: SqlStore, clock: SetClock
) -> None:
    clock.move((datetime(2026, 11, 30, 20, tzinfo=UTC) - START).total_seconds())
    desk = Desk(store)
    await store.write(lambda tx: desk.accounts.standings(tx, Place("T1", "C1"), "U1"))  # opened in UTC
    await desk.administration.set_zone("T1", ADMINS[0], "America/Los_Angeles")
    clock.move(5 * 3600)

    ident = await desk.asked()

    assert (await desk.pending(ident)).expires_at > clock.now() + timedelta(hours=1)
    await desk.tend()
    assert (await desk.pending(ident)).state is PendingState.ASKED
