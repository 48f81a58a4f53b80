"""Cards, lists and forms about money: what they say, and that they carry an id and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.budget.ledger import ScopePeriod, unused
from bot.domain.budget.limits import Change, ChangeKind
from bot.domain.budget.periods import Window, period_at
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.budget_refusals import TooFast
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState, parts_of
from bot.domain.requests.refusals import AlreadyDecided, AskRefused, DecidedState
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.services.requests.approvals import NewLimit
from handlers.budget.cards import approval_request_notice, decided_notice
from handlers.budget.forms import deny_view, limit_view, read_limit, read_reason
from handlers.budget.lists import history_notice, waiting_notice
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
SECRET = "a secret fox"
ASK = Ask(
    "k1",
    Place("T1", "C0DESIGN"),
    "U0ALICE",
    PictureRequest(Kind.GENERATE, SECRET, Size(1024, 1024), Quality.HIGH, Format.PNG, 2),
)
DRAFT = PendingRequest(
    "d0000001", PendingKind.APPROVAL, PendingState.ASKED, ASK, Money(440_000), "v1", NOW, NOW + timedelta(1)
)
TOKYO = "Asia/Tokyo"


def decided(state: PendingState, **more: Any) -> PendingRequest:
    return replace(DRAFT, state=state, decided_by="U0CAROL", decided_at=NOW, **more)


def actions_of(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def test_a_card_says_until_when_in_the_workspaces_zone_and_its_buttons_carry_an_id() -> None:
    card = approval_request_notice(DRAFT, TOKYO, here="D0CAROL")

    assert "Open until 24 Nov, 08:30." in card.text
    buttons = actions_of(card.blocks)
    assert [button["text"]["text"] for button in buttons] == [
        "Approve once",
        "Raise this period",
        "Change the limit…",
        "Decline…",
    ]
    assert {button["value"] for button in buttons} == {"d0000001"}
    assert SECRET not in json.dumps(buttons)


@pytest.mark.parametrize(
    ("asked_in", "read_in", "said"),
    [
        ("C0DESIGN", "C0DESIGN", "in this channel."),
        ("C0DESIGN", "C0MONEY", "in another channel."),
        ("C0DESIGN", "U0CAROL", "in another channel."),
        ("C0DESIGN", "D0CAROL", "in another channel."),
        ("G0SECRET", "C0MONEY", "in another channel."),
        ("D0ALICE", "C0MONEY", "in a private message."),
        ("D0ALICE", "D0CAROL", "in a private message."),
        ("D0CAROL", "D0CAROL", "in this conversation."),
    ],
)
def test_cards_say_in_plain_text_where_it_was_asked_as_seen_from_where_it_is_read(
    asked_in: str, read_in: str, said: str
) -> None:
    pending = replace(DRAFT, ask=replace(ASK, place=Place("T1", asked_in)))
    one = approval_request_notice(pending, TOKYO, here=read_in)
    over = approval_request_notice(replace(pending, state=PendingState.DENIED), TOKYO, here=read_in)
    many = waiting_notice([pending, pending], TOKYO, here=read_in)

    assert said in one.text
    assert said in over.text
    assert many.text.count(said) == 2
    assert one.text.count("this channel") == said.count("this channel")
    if asked_in.startswith("D"):  # Slack shows no name of it either
        assert said[3:-1] in json.dumps(one.blocks)
    else:
        assert {"type": "channel", "channel_id": asked_in} in one.blocks[0]["elements"][0]["elements"]


def test_the_history_calls_a_channel_this_one_only_where_it_is_read() -> None:
    change = Change(
        "T1",
        ChangeKind.TOPUP,
        "U0CAROL",
        NOW,
        Scope(ScopeKind.CHANNEL, "T1", "C0DESIGN"),
        Window.DAY,
        Money(1),
    )

    assert "the budget of this channel" in history_notice([change], TOKYO, here="C0DESIGN").text
    assert "the budget of another channel" in history_notice([change], TOKYO, here="C0MONEY").text


def test_after_a_new_price_the_buttons_are_others() -> None:
    card = approval_request_notice(replace(DRAFT, round=2), TOKYO, here="D0CAROL")

    assert "costs more by now" in card.text
    assert {button["value"] for button in actions_of(card.blocks)} == {"d0000001.2"}
    assert parts_of("d0000001.2") == ("d0000001", 2)
    assert parts_of("d0000001") == ("d0000001", 0)
    assert parts_of("d0000001.9999999999999") == ("d0000001", 0)
    assert parts_of("d0000001.x") == ("d0000001", 0)


@pytest.mark.parametrize(
    ("pending", "card", "asker"),
    [
        (decided(PendingState.RUN, job_id="j1"), "Approved by U0CAROL", "is being drawn where you asked"),
        (decided(PendingState.DENIED), "Declined by U0CAROL.", "declined"),
        (
            decided(PendingState.DENIED, reason="<!channel> no"),
            "“<!channel> no”",
            "They say: “<!channel> no”",
        ),
        (decided(PendingState.EXPIRED), "Nobody decided in time", "in time. Ask again"),
        (decided(PendingState.CANCELLED), "Withdrawn.", "declined"),
    ],
)
def test_every_outcome_is_said_without_buttons(pending: PendingRequest, card: str, asker: str) -> None:
    shown, told = approval_request_notice(pending, TOKYO, here="D0CAROL"), decided_notice(pending)

    assert actions_of(shown.blocks) == []
    assert card in shown.text.replace("&lt;", "<").replace("&gt;", ">")
    assert asker in told.text.replace("&lt;", "<").replace("&gt;", ">")
    assert "<!channel>" not in shown.text + told.text, "an admin's words ping nobody"


def test_the_history_says_who_what_and_why_in_the_workspaces_zone() -> None:
    alice, channel = Scope(ScopeKind.USER, "T1", "U0ALICE"), Scope(ScopeKind.CHANNEL, "T1", "C0DESIGN")
    said = history_notice(
        [
            Change(
                "T1", ChangeKind.DENY, "U0CAROL", NOW, alice, amount=Money(440_000), reason="deny: too dear"
            ),
            Change("T1", ChangeKind.APPROVE, "U0CAROL", NOW, alice, amount=Money(440_000), reason="raise"),
            Change(
                "T1", ChangeKind.SET, "U0CAROL", NOW, channel, Window.WEEK, Money(5_000_000), reason="soft"
            ),
            Change("T1", ChangeKind.TOPUP, "U0CAROL", NOW, channel, Window.DAY, Money(5_000_000)),
            Change("T1", ChangeKind.WEEK, "U0CAROL", NOW, reason="Sunday"),
            Change("T1", ChangeKind.APPROVE, "U0CAROL", NOW, amount=Money(440_000), reason="once d0000009"),
        ],
        TOKYO,
        here="D0CAROL",
    )

    lines = said.text.split("\n")[1:]
    assert all("23 Nov, 08:30: U0CAROL" in line for line in lines)
    assert "declined $0.44 for U0ALICE: “too dear”" in lines[0]
    assert "approved $0.44 for U0ALICE and raised the period" in lines[1]
    assert "to $5.00 a week, only to warn" in lines[2]
    assert "added $5.00 to the budget of" in lines[3]
    assert lines[3].endswith("this day")
    assert "set the week's first day to Sunday" in lines[4]
    assert "approved $0.44" in lines[5]


def test_at_most_ten_requests_are_listed_and_their_number_is_said() -> None:
    many = [replace(DRAFT, id=f"d{number:07}") for number in range(13)]

    said = waiting_notice(many, TOKYO, here="D0CAROL")

    assert "13 requests wait" in said.text
    assert len(actions_of(said.blocks)) == 40
    assert len(said.blocks) < 50
    assert "Nothing waits" in waiting_notice([], TOKYO, here="D0CAROL").text


def test_the_forms_hold_an_id_and_give_back_what_was_typed() -> None:
    forms = (deny_view(DRAFT), limit_view(replace(DRAFT, round=1), None))
    for form in forms:
        assert SECRET not in json.dumps(form)
        assert len(form["title"]["text"]) <= 24
        assert len(form["submit"]["text"]) <= 24
    assert [form["private_metadata"] for form in forms] == ["d0000001", "d0000001.1"]

    def sent(**values: Any) -> dict[str, Any]:
        fields = {block: {"value": value} for block, value in values.items()}
        return {"private_metadata": "d0000001.1", "state": {"values": fields}}

    assert read_reason(sent(reason={"value": "why not"})) == ("d0000001.1", "why not")
    assert read_reason(sent()) == ("d0000001.1", None)
    chosen = {
        "whose": {"selected_option": {"value": "channel"}},
        "window": {"selected_option": {"value": "day"}},
    }
    assert read_limit(sent(amount={"value": " $7,50 "}, **chosen)) == NewLimit(
        "channel", Money(7_500_000), Window.DAY
    )
    for wrong in ("1e3", "-5", "0.0000001", "1,000", "", "none"):
        with pytest.raises(AskRefused) as refused:
            read_limit(sent(amount={"value": wrong}))
        assert refused.value.problem is Problem.BAD_VALUE


def test_a_direct_message_offers_no_limit_of_a_channel() -> None:
    def whose(pending: PendingRequest, row: ScopePeriod | None = None) -> list[str]:
        element = limit_view(pending, row)["blocks"][1]["element"]
        assert element["initial_option"] in element["options"]
        return [option["value"] for option in element["options"]]

    in_private = replace(DRAFT, ask=replace(ASK, place=Place("T1", "D0ALICE")))
    november = period_at(NOW, Window.MONTH, "UTC")
    older = unused(Scope(ScopeKind.CHANNEL, "T1", "D0ALICE"), november)  # set before this was refused

    assert whose(DRAFT) == ["user", "channel", "workspace"]
    assert whose(in_private) == whose(in_private, older) == ["user", "workspace"]


def test_a_busy_channel_is_named_with_the_seconds() -> None:
    said = sentence(TooFast(7, "C0DESIGN"), BotNames())

    assert "Try again in 7 s." in said.text
    assert '"channel_id": "C0DESIGN"' in json.dumps(said.blocks)


def test_who_was_first_is_said_to_whoever_comes_second() -> None:
    said = sentence(AlreadyDecided(DecidedState.APPROVED, by="U0CAROL"), BotNames())

    assert "This was approved already, by" in said.text
    assert '"user_id": "U0CAROL"' in json.dumps(said.blocks)
