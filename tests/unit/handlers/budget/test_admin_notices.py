"""What admins are told at once and on Mondays, and what an asker hears of a soft limit."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Window, period_at
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.budget.threshold import Alert
from bot.domain.budget.weekly_digest import Week, facts_of
from bot.domain.money import Money
from bot.domain.requests.budget_refusals import ClockOff
from handlers.budget.admin_notices import admin_notice_message
from handlers.budget.cards import alert_notice
from handlers.messages.buttons.budget_buttons import Addition
from handlers.messages.money.remaining import left_text
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
NOVEMBER = period_at(NOW, Window.MONTH, "Europe/Berlin")
FACTS = {
    AdminNoticeKind.OVERRUN: {
        "job": "k3f9", "price": 1_500_000,
        "scopes": [["channel:T1/C1", "2026-11", 300_000], ["workspace:T1", "2026-11", 1]],
    },
    AdminNoticeKind.DOUBT: {"job": "k3f9", "estimate": 170_000, "channel": "C1", "user": "U1"},
    AdminNoticeKind.NO_PRICE: {"size": "9216x64", "quality": "low"},
    AdminNoticeKind.ODD_PRICE: {"job": "k3f9", "stated": "-1 <!channel>", "estimate": 170_000},
    AdminNoticeKind.DRIFT: {"violations": [["I8", "user:T1/U1 2026-11: …"]], "count": 3},
    AdminNoticeKind.CLOCK: {"seconds": 361},
    AdminNoticeKind.MORE: {"user": "U1", "amount": 5_000_000, "window": "month", "reason": "<!channel> deck"},
}  # fmt: skip
SAID = {
    AdminNoticeKind.OVERRUN: ["$1.50", "$0.30 over", "<$0.01 over", "pictures there wait"],
    AdminNoticeKind.DOUBT: ["No answer", "About $0.17 stays aside a day", "counts as spent"],
    AdminNoticeKind.NO_PRICE: ["9216x64 at low quality has no price", "refused"],
    AdminNoticeKind.ODD_PRICE: ["“-1 <!channel>”", "counts as $0.17"],
    AdminNoticeKind.DRIFT: ["The books are not right: 3 findings."],
    AdminNoticeKind.CLOCK: ["off by 6 minutes (ahead)", "wait until it is right"],
    AdminNoticeKind.MORE: ["U1 asks for $5.00 more this month."],
}


def plain(kind: AdminNoticeKind, **facts: object) -> str:
    """The message as it is spoken, with Slack's escaping undone."""
    said = admin_notice_message(AdminNotice("T1", "k", kind, facts, NOW), here="D0CAROL")
    assert "<!channel>" not in said.text, "what the provider wrote pings nobody"
    return said.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u200b", "")


@pytest.mark.parametrize("kind", SAID)
def test_a_concern_says_what_happened_and_what_it_means_for_the_money(kind: AdminNoticeKind) -> None:
    said = plain(kind, **FACTS[kind])

    assert [words for words in SAID[kind] if words not in said] == []


def test_every_kind_has_words() -> None:
    assert {*SAID, AdminNoticeKind.DIGEST} == set(AdminNoticeKind)


def test_an_edit_of_unknown_size_has_no_size_to_name() -> None:
    assert "An edit at high quality" in plain(AdminNoticeKind.NO_PRICE, size="None", quality="high")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"seconds": -3_600}, "off by 60 minutes (behind)"),
        ({"seconds": 7_200}, "off by 2 hours (ahead)"),
        ({"seconds": 40 * 86_400}, "off by 40 days (ahead)"),
        ({"months": 3}, "is 3 months ahead"),
    ],
)
def test_an_asker_is_told_of_the_clock(facts: dict[str, int], said: str) -> None:
    told = sentence(ClockOff(**facts), BotNames()).text

    assert f"{said}" in told
    assert "The budget admins know." in told


def row(kind: str = "workspace", **values: object) -> ScopePeriod:
    scope = Scope.parse({"workspace": "workspace:T1", "channel": "channel:T1/C1", "user": "user:T1/U1"}[kind])
    amounts = {name: Money(int(values.get(name, 0))) for name in ("granted", "held", "spent")}  # type: ignore[call-overload]
    limit = Money(int(values.get("limit", 10_000_000)))  # type: ignore[call-overload]
    period = NOVEMBER
    return ScopePeriod(
        scope, period.key, period.window, period.start, period.end, period.tz, limit,
        soft=bool(values.get("soft")), **amounts,
    )  # fmt: skip


def test_the_digest_has_everything_at_a_glance() -> None:
    week = Week(
        spent={
            Scope(ScopeKind.WORKSPACE, "T1"): Money(6_000_001),
            Scope(ScopeKind.CHANNEL, "T1", "C1"): Money(4_000_000),
            Scope(ScopeKind.CHANNEL, "T1", "D7"): Money(1_500_000),
            Scope(ScopeKind.CHANNEL, "T1", "D8"): Money(500_001),
            **{Scope(ScopeKind.USER, "T1", f"U{n}"): Money(1_000_000 + n) for n in range(6)},
        },
        paid=40,
        failed=3,
        open=2,
        held=Money(340_000),
    )
    period = period_at(NOW - timedelta(days=7), Window.WEEK, "Europe/Berlin")
    facts = facts_of(period, week, row(spent=6_000_001), NOW)
    assert facts is not None

    said = plain(AdminNoticeKind.DIGEST, **facts)

    for words in (
        "$6.01 spent (9 Nov to 15 Nov)",
        "40 orders paid, $0.16 each on average; 3 failed",
        "By channel: #C1 $4.00, direct messages $2.01",
        "Most by person: U5 $1.01, U4 $1.01, U3 $1.01, U2 $1.01, U1 $1.01.",
        "$6.01 of $10.00. At this pace it is used up on 26 Nov.",
        "$0.34 is set aside for 2 orders",
    ):
        assert words in said, (words, said)


def test_a_week_without_spending_is_not_told() -> None:
    period = period_at(NOW, Window.WEEK, "UTC")

    assert facts_of(period, Week({}, 0, 3, 0, Money.zero()), row(), NOW) is None


def test_eighty_percent_looks_ahead_and_a_hundred_does_not() -> None:
    used = row(spent=8_000_000)

    def said(percent: int) -> str:
        return alert_notice(
            Alert(used.scope, used.period_key, percent, Money(10_000_000), used.spent, NOW),
            used,
            here="D0CAROL",
        ).text

    assert "The workspace has used $8.00 of $10.00. At this pace it is used up on 20 Nov." in said(80)
    assert said(100) == "The workspace has used all of $10.00. It starts anew on 1 Dec."


def test_an_alert_stands_above_what_can_be_done_by_whoever_reads_it() -> None:
    used = row("user", spent=10_000_000)
    alert = Alert(used.scope, used.period_key, 100, Money(10_000_000), used.spent, NOW)

    own = alert_notice(alert, used, here="U1")
    other = alert_notice(alert, used, here="U0CAROL")

    assert own.text.startswith("You have used all of $10.00.")
    assert [one["text"]["text"] for one in own.blocks[-1]["elements"]] == ["Ask for more…"]
    add, change = other.blocks[-1]["elements"]
    assert (add["text"]["text"], change["text"]["text"]) == ("Add $5", "Change…")
    assert Addition.read(add["value"]) == Addition(used.scope, Window.MONTH, "2026-11.100")


def test_a_request_for_more_carries_its_amount() -> None:
    facts = FACTS[AdminNoticeKind.MORE] | {"amount": 7_500_000}
    said = admin_notice_message(
        AdminNotice("T1", "more|V1", AdminNoticeKind.MORE, facts, NOW), here="D0CAROL"
    )

    add, _ = said.blocks[-1]["elements"]
    assert add["text"]["text"] == "Add $7.50"
    assert Addition.read(add["value"]).amount == Money(7_500_000)


def test_a_soft_limit_that_is_exceeded_is_said_as_such_beside_what_is_left() -> None:
    soft = row("channel", limit=1_000_000, spent=1_400_000, soft=True)

    assert (
        left_text([row("user", spent=6_800_000), row(spent=1_000_000), soft])
        == "you have $3.20 left, the workspace has $9.00 · resets 1 Dec"
        " · $0.40 over this channel's soft limit"
    )
    assert left_text([soft]) == "$0.40 over this channel's soft limit"
    assert "have $3.20 left" in left_text([row("user", spent=6_800_000, soft=True)])
