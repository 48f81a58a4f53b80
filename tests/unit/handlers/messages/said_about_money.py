"""Everything that is said about budgets: to admins, to askers, in lists and in the week's digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.limits import Change, ChangeKind, Mode, Rule
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.budget.threshold import Alert
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingState
from bot.services.budget.administration import LimitSet, Spender
from handlers.budget import cards, lists, replies
from handlers.budget.admin_notices import admin_notice_message
from handlers.messages.problems.error_message import Notice
from tests.unit.handlers.budget.test_admin_notices import FACTS, row
from tests.unit.handlers.delivery_kit import NOW
from tests.unit.handlers.views.test_home import a_draft

SCOPES = [Scope.parse(name) for name in ("user:T1/U1", "channel:T1/C1", "workspace:T1", "default:T1")]
ZONE = "Europe/Berlin"


def for_admins() -> Iterator[tuple[str, Notice]]:
    for kind, facts in FACTS.items():
        notice = AdminNotice("T1", "k", kind, facts | {"stated": "-1", "reason": "a deck"}, NOW)
        yield f"admins {kind}", admin_notice_message(notice, here="U9")
    more = (
        (AdminNoticeKind.DRIFT, {"count": 1}),
        (AdminNoticeKind.NO_PRICE, {"size": "None", "quality": "low"}),
        (AdminNoticeKind.CLOCK, {"seconds": None, "months": 2}),
        (AdminNoticeKind.CLOCK, {"seconds": None, "months": None}),
        (AdminNoticeKind.CLOCK, {"seconds": -90_000}),
        *((AdminNoticeKind.DIGEST, facts) for facts in digests()),
    )
    for number, (kind, facts) in enumerate(more):
        made = AdminNotice("T1", "k", kind, FACTS.get(kind, {}) | facts, NOW)
        yield f"admins {kind} {number}", admin_notice_message(made, here="U9")


def digests() -> Iterator[dict[str, object]]:
    whole: dict[str, object] = {
        "spent": 1_000_000, "paid": 12, "failed": 2, "average": 80_000, "tz": ZONE,
        "channels": [["C1", 900_000], ["D1", 100_000]], "users": [["U1", 1_000_000]],
        "limit": 5_000_000, "month_spent": 2_000_000, "used_up": "2026-11-23T10:00:00+00:00",
        "open": 3, "held": 40_000, "start": "2026-11-09T00:00:00+00:00", "end": "2026-11-16T00:00:00+00:00",
    }  # fmt: skip
    yield whole
    yield whole | {"paid": 1, "failed": 0, "average": 0, "used_up": None, "open": 1}
    yield whole | {"channels": [], "users": [], "limit": None, "open": 0}


def of_limits() -> Iterator[tuple[str, Notice]]:
    for scope, amount, mode in product(SCOPES, (None, Money(0), Money(5_000_000)), Mode):
        rule = Rule(scope, Window.MONTH, amount, mode, "U9", NOW)
        made = LimitSet(rule, row(spent=9_000_000), ((Window.DAY, Window.MONTH),), Window.DAY)
        yield f"set {scope} {amount} {mode}", replies.set_notice(made, here="U9")
    for scope in SCOPES:
        added = (scope, Money(5_000_000), Window.MONTH)
        yield f"added {scope}", replies.added_notice(*added, row(), here="U9")
        yield (
            f"added {scope} without a limit",
            replies.added_notice(*added, replace(row(), limit=None), here="U9"),
        )
        yield f"added {scope} unsure", replies.added_notice(*added, None, here="U9")
    for said in (replies.paused_notice(), replies.resumed_notice(), replies.exported_notice()):
        yield said.text, said
    for found in ([], [1], [1, 2]):
        yield f"verified {found}", replies.verified_notice(found)


def of_levels() -> Iterator[tuple[str, Notice]]:
    for percent, here, spent in product((50, 80, 100), ("U1", "U9"), (100_000, 8_000_000)):
        used = row("user", spent=spent)
        alert = Alert(used.scope, used.period_key, percent, Money(10_000_000), used.spent, NOW)
        yield f"alert {percent} {here} {spent}", cards.alert_notice(alert, used, here=here)
    elsewhere = row("channel", spent=8_000_000)
    private = replace(elsewhere, scope=Scope.parse("channel:T1/D1"))
    told = cards.alert_notice(
        Alert(private.scope, private.period_key, 80, Money(10_000_000), private.spent, NOW),
        private,
        here="D1",
    )
    yield "alert of a direct message", told
    for here in (elsewhere.scope.id, "C9"):
        alert = Alert(elsewhere.scope, elsewhere.period_key, 80, Money(10_000_000), elsewhere.spent, NOW)
        yield f"alert of a channel {here}", cards.alert_notice(alert, elsewhere, here=here)


def of_requests() -> Iterator[tuple[str, Notice]]:
    for state, by, reason, channel in product(PendingState, ("U9", None), ("no", None), ("C1", "D1")):
        asked = a_draft(channel=channel)
        pending = replace(asked, state=state, decided_by=by, round=int(by is None), reason=reason)
        name = f"{state} {by} {reason} {channel}"
        yield f"card {name}", cards.approval_request_notice(pending, ZONE, here="U9")
        if channel == "D1":
            yield f"card here {name}", cards.approval_request_notice(pending, ZONE, here=channel)
        yield f"decided {name}", cards.decided_notice(pending)
    for count in (0, 1, 2, 12):
        yield f"waiting {count}", lists.waiting_notice([a_draft()] * count, ZONE, here="U9")


def of_changes() -> Iterator[tuple[str, Notice]]:
    reasons = (None, "soft: a deck", "once: a deck", "raise: ", "change: more")
    changes = [
        Change("T1", kind, "U9", NOW, scope, window, amount, before=before, reason=reason)
        for kind, reason in product(ChangeKind, reasons)
        for scope, window, amount, before in (
            (SCOPES[0], Window.MONTH, Money(1), Money(2)), (SCOPES[1], Window.DAY, None, None),
            (SCOPES[2], Window.WEEK, Money(1), None), (SCOPES[3], Window.MONTH, None, Money(1)),
            (None, None, None, None),
        )
    ]  # fmt: skip
    zone = Change("T1", ChangeKind.ZONE, "U9", NOW, reason=ZONE)
    yield "change of zone", lists.history_notice([zone], ZONE, here="U9")
    for number, change in enumerate(changes):
        yield f"change {number} {change.kind}", lists.history_notice([change], ZONE, here="U9")
    yield "no changes", lists.history_notice([], ZONE, here="U9")
    yield "who", lists.who_notice([Spender("U1", Money(1_000_000), Money(1))])
    yield "nobody", lists.who_notice([])
