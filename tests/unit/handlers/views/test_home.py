"""The Home: what Slack takes, what a glance shows, what a screen reader hears, whom it pings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Window, period_at
from bot.domain.budget.scope import Scope
from bot.domain.budget.spending import spending_by_day
from bot.domain.jobs.job import Status
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.services.requests.home import MOST_CHANNELS, MOST_JOBS, Overview
from handlers.messages.money.chart import columns, in_words
from handlers.messages.problems.error_message import notice
from handlers.views.home import MOST_WAITING, home_view
from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.markup import pings_of_message
from tests.unit.handlers.delivery_kit import NASTY, NOW, a_job, a_request, a_view

NOTHING = Money.zero()


def a_row(
    kind: str = "user", ident: str = "T1/U1", window: Window = Window.MONTH, **changes: Any
) -> ScopePeriod:
    period = period_at(NOW, window, "Europe/Berlin")
    row = ScopePeriod(
        Scope.parse(f"{kind}:{ident}"), period.key, period.window, period.start, period.end, "Europe/Berlin",
        Money(10_000_000), NOTHING, NOTHING, Money(1_000_000),
    )  # fmt: skip
    return replace(row, **changes)


def a_draft(
    number: int = 1, *, user: str = "U2", prompt: str = "a dear fox", channel: str = "C1"
) -> PendingRequest:
    ask = Ask(f"key-{number}", Place("T1", channel), user, a_request(prompt=prompt))
    return PendingRequest(
        f"draft-{number}", PendingKind.APPROVAL, PendingState.ASKED, ask, Money(2_280_000), "v1", NOW,
        NOW + timedelta(hours=20),
    )  # fmt: skip


def an_overview(**changes: Any) -> Overview:
    row = a_row()
    booked = [(NOW, Money(400_000)), (NOW - timedelta(days=3), Money(600_000))]
    seen = Overview(
        user_id="U1",
        now=NOW,
        zone="Europe/Berlin",
        rows=(row, a_row("channel", "T1/C1", limit=None), a_row("workspace", "T1")),
        charts=(spending_by_day(row, booked, NOW),),
        jobs=(a_view(a_job(status=Status.FAILED, cost=NOTHING)),),
    )
    return replace(seen, **changes)


def check(view: dict[str, Any]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = view["blocks"]
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    assert BlockCheck(surface="home", find_file=lambda _: None).blocks(blocks) == []
    return blocks


def words(blocks: list[dict[str, Any]]) -> str:
    """Everything that is shown, mentions and links as their ids and addresses."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            keys = ("text", "user_id", "channel_id", "url")
            found.extend(str(node[key]) for key in keys if isinstance(node.get(key), str))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(blocks)
    return " ".join(" ".join(found).split())


def buttons(blocks: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    return [(element["action_id"], element["value"]) for element in found]


def test_a_member_sees_meters_the_month_and_their_pictures_and_nobody_elses_requests() -> None:
    blocks = check(home_view(an_overview(waiting=(a_draft(),))))

    text = words(blocks)
    assert "█░░░░░░░░░" in text
    assert "$9.00 of $10.00 left" in text
    assert "resets 1 Dec" in text
    assert "no limit" in text
    assert "As of 22 Nov, 13:00" in text
    assert "a lighthouse at dusk" in text
    assert "not charged" in text
    assert "a dear fox" not in text
    assert buttons(blocks) == [
        ("home_new", "new"),
        ("run_command_history", "history"),
        ("home_refresh", "refresh"),
    ]


def test_an_admin_can_decide_and_export_from_here() -> None:
    own = a_draft(2, user="U1")
    blocks = check(home_view(an_overview(rules=True, waiting=(a_draft(), own))))

    assert ("home_export", "export") in buttons(blocks)
    decisions = [pressed for pressed in buttons(blocks) if pressed[0].startswith("petition")]
    assert decisions == [(f"petition_{word}", "draft-1") for word in ("once", "raise", "change", "deny")]
    assert "somebody else has to decide" in words(blocks)
    assert "until 23 Nov, 09:00" in words(blocks)
    alone = check(home_view(an_overview(rules=True, may_own=True, waiting=(own,))))
    assert ("petition_once", own.ref) in buttons(alone)
    assert "Nothing waits" in words(check(home_view(an_overview(rules=True))))


def test_the_largest_home_is_one_that_slack_takes() -> None:
    windows = list(Window)
    rows = [
        *(a_row(window=window, held=Money(1)) for window in windows),
        *(a_row("channel", f"T1/C{n}", window) for n in range(MOST_CHANNELS) for window in windows),
        *(a_row("workspace", "T1", window) for window in windows),
    ]
    long = a_view(a_job(request=a_request(prompt="word " * 5000)))
    pending_requests = tuple(a_draft(n, prompt="word " * 5000) for n in range(MOST_WAITING + 7))
    chart = an_overview().charts[0]
    seen = an_overview(
        rows=tuple(rows),
        charts=(chart, chart),
        jobs=(long,) * MOST_JOBS,
        rules=True,
        waiting=pending_requests,
    )

    blocks = check(home_view(seen, told=notice(["Done."], small=["#1"])))

    assert len(blocks) <= 100
    assert "And 7 more" in words(blocks)
    assert words(blocks).startswith("Done.")


def test_what_people_wrote_pings_nobody() -> None:
    seen = an_overview(
        jobs=(a_view(a_job(request=a_request(prompt=NASTY))),), rules=True, waiting=(a_draft(prompt=NASTY),)
    )

    blocks = check(home_view(seen, links={"k3f9q2ab": "https://sandbox.slack.com/archives/C1/p11"}))

    assert pings_of_message("", blocks, [], parse="client", link_names=True, groups={}) == ["U2"]
    links = [e for b in blocks if b["type"] == "rich_text" for e in _links(b)]
    assert [link["url"] for link in links] == ["https://sandbox.slack.com/archives/C1/p11"]


def _links(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [link for item in node for link in _links(item)]
    if isinstance(node, dict):
        return [node] if node.get("type") == "link" else _links(list(node.values()))
    return []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (a_row(spent=Money(9_000_000)), "at this pace used up on Tue 24 Nov"),
        (a_row(window=Window.DAY, spent=Money(9_000_000)), "at this pace used up today at 14:26"),
        (a_row(spent=Money(10_400_000)), "used up, $0.40 over"),
        (a_row(spent=Money(10_000_000)), "used up"),
        (a_row(soft=True), "only warns"),
        (a_row(held=Money(2_000_000)), "$2.00 set aside"),
        (a_row(window=Window.WEEK), "this week"),
        (a_row("channel", "T1/D1"), "Direct messages with me this month"),
    ],
)
def test_a_meter_says(row: ScopePeriod, expected: str) -> None:
    assert expected in words(check(home_view(an_overview(rows=(row,)))))


def test_a_budget_that_lasts_has_no_forecast() -> None:
    assert "at this pace" not in words(check(home_view(an_overview())))


def test_the_chart_has_a_column_a_day_and_the_same_in_words() -> None:
    row = a_row()
    booked = [(NOW, Money(400_000)), (NOW - timedelta(days=3), Money(800_000))]
    seen = spending_by_day(row, booked, NOW)

    lines = columns(seen).split("\n")

    assert lines == [
        "  $0.80 ┤                  █",
        "        │                  █",
        "        │                  █  ▄",
        "        │                  █  █",
        "        │                  █  █",
        "     $0 └──────────────────────┈┈┈┈┈┈┈┈",
        "         1      8      15     22     29",
    ]
    assert in_words(seen) == [
        "$1.20 so far, $0.40 of it today. Most on Thu 19 Nov: $0.80.",
        "By day: 19 Nov $0.80, 22 Nov $0.40",
    ]
    once = spending_by_day(row, booked[1:], NOW)
    assert in_words(once) == ["$0.80 so far, all of it on Thu 19 Nov."]
    assert in_words(spending_by_day(row, booked[:1], NOW)) == ["$0.40 so far, all of it today."]


def test_nothing_spent_is_said_in_words_not_drawn() -> None:
    empty = spending_by_day(a_row(), [], NOW)
    blocks = check(home_view(an_overview(charts=(empty,), jobs=())))

    assert "Nothing yet." in words(blocks)
    assert "rich_text_preformatted" not in str(blocks)


def test_whoever_has_drawn_nothing_yet_learns_how_to_begin() -> None:
    blocks = check(home_view(an_overview(jobs=())))

    assert "I draw and change pictures." in words(blocks)
    assert [pressed for pressed, _ in buttons(blocks)] == ["home_new", "change_picture", "home_refresh"]
    assert "Your latest pictures" not in words(blocks)
