"""The rules of voice, as far as a test can hold them, for all that the bot says (loop reference 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.limits import Change, ChangeKind, Mode, Rule
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.budget.threshold import Alert
from bot.domain.jobs.job import Status
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.refusals import Refusal
from bot.ports.greeter import Greeting
from bot.services.budget.administration import LimitSet, Spender
from bot.services.budget.desk import Desk
from handlers.budget import cards, limit_forms, lists, replies
from handlers.budget.admin_notices import admin_notice_message
from handlers.budget.forms import deny_view, limit_view
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.replies import command_replies, free_answers, notices, welcome
from handlers.messages.wording import BotNames
from handlers.parsing.verbs import Action
from handlers.views.home import home_view
from tests.unit.handlers.budget.test_admin_notices import FACTS, row
from tests.unit.handlers.delivery_kit import NOW, a_job, a_view, every_view
from tests.unit.handlers.messages.problems.test_error_message import SAMPLES
from tests.unit.handlers.views.test_home import a_draft, an_overview

NAMES = BotNames()
MOST_WORDS = 20
SCOPES = [Scope.parse(name) for name in ("user:T1/U1", "channel:T1/C1", "workspace:T1", "default:T1")]
LINKS = {a_job().id: "https://sandbox.slack.com/archives/C1/p1"}

_ID = "[0-9a-hjkmnp-tv-z]"
PATTERNS = {
    "an exclamation mark": re.compile(r"!"),
    "an id": re.compile(
        r"#[0-9a-hjkmnp-tv-z]{4,}\b|\b(?!\d+x\d+\b)[0-9a-hjkmnp-tv-z]*\d[0-9a-hjkmnp-tv-z]{7,}\b"
    ),
    "a vendor or a model": re.compile(r"gpt|openai|imarouter|ledger|micro-dollar", re.IGNORECASE),
    "an apology": re.compile(r"\b(?:sorry|apolog|oops|unfortunately)", re.IGNORECASE),
    "a time zone": re.compile(r"\bUTC\b|\b[A-Z][a-z]+/[A-Z][a-z]+\b"),
    "a year in a date": re.compile(r"\b\d{1,2} [A-Z][a-z]{2} 20\d\d\b"),
}
COMMAND = re.compile(r"/imagine\b")
MAY_TYPE = {"help", "draw", "channel welcome", "inviter welcome"}
"""Where a person learns what to type; everywhere else a button does it."""
MAY_TYPE_AGAIN = ("EmptyPrompt ", "UnknownFlag ", "UnsupportedFlag ", "OverBudget ")
"""Refusals of what was typed: they show what to type instead."""


def _refusals() -> Iterator[tuple[str, Notice]]:
    """Every refusal at once, and every failure of a job, with each kind of detail that is looked up."""
    for refusal in SAMPLES:
        yield f"{type(refusal).__name__} {repr(refusal)[:60]}", _said(refusal)
    for problem in Problem:
        for code in ("", "not_in_channel", "is_archived", "storage_limit_reached", "brand_new"):
            failure = Failure(problem, code)
            yield f"{problem} {code}", sentence(failure, NAMES, job=a_job(status=Status.FAILED))


def _said(refusal: Refusal) -> Notice:
    return sentence(refusal, NAMES, job_id="k3f9q2ab", channel_id="C1")


def _answers() -> Iterator[tuple[str, Notice]]:
    standings, greeting = [row("user", spent=6_800_000), row()], Greeting("C1", 4, Money(40_000))
    views = [a_view(), *every_view().values()]
    help_notice = notices.help_notice(NAMES, standings)
    yield "help", help_notice
    yield "channel welcome", welcome.channel_welcome(greeting, NAMES, here="C1")
    yield "inviter welcome", welcome.channel_welcome(greeting, NAMES, here="U1")
    yield "person welcome", welcome.person_welcome()
    yield "talk", welcome.talk_notice()
    yield "bare mention", welcome.bare_mention_notice(None)
    yield "bare mention in a thread", welcome.bare_mention_notice(("k3f9q2ab", 2))
    yield "reading", notices.READING
    yield "history", notices.history_notice(views, LINKS)
    yield "history of words", notices.history_notice(views, LINKS, words="fox")
    yield "no history", notices.history_notice([])
    yield "nothing found", notices.history_notice([], words="fox")
    yield "status", command_replies.status_notice(views, LINKS)
    yield "no status", command_replies.status_notice([])
    yield "cancelled", command_replies.cancelled_notice()
    yield "another workspace", command_replies.other_workspace_notice()
    yield "no form", command_replies.no_form_notice()
    yield "budget", command_replies.budget_notice(standings)
    yield "budget of an admin", command_replies.budget_notice(standings, Desk(2, is_paused=False), lead="Hm.")
    yield "slip", free_answers.slip_notice("help")
    yield "draw", free_answers.with_draw(help_notice, a_draft())
    for action in Action:
        for inside in (True, False):
            yield f"{action} {inside}", free_answers.verb_notice(action, in_conversation=inside)


def _money() -> Iterator[tuple[str, Notice]]:
    for kind, facts in FACTS.items():
        notice = AdminNotice("T1", "k", kind, facts | {"stated": "-1", "reason": "a deck"}, NOW)
        yield str(kind), admin_notice_message(notice, here="U9")
    for scope in SCOPES:
        for amount in (None, Money(0), Money(5_000_000)):
            rule = Rule(scope, Window.MONTH, amount, Mode.SOFT, "U9", NOW)
            made = LimitSet(rule, row(spent=9_000_000), ((Window.DAY, Window.MONTH),), Window.DAY)
            yield f"set {scope} {amount}", replies.set_notice(made, here="U9")
        added = (scope, Money(5_000_000), Window.MONTH)
        yield f"added {scope}", replies.added_notice(*added, row(), here="U9")
        yield f"added {scope} unsure", replies.added_notice(*added, None, here="U9")
    for percent in (50, 80, 100):
        for here in ("U1", "U9"):
            used = row("user", spent=8_000_000)
            alert = Alert(used.scope, used.period_key, percent, Money(10_000_000), used.spent, NOW)
            yield f"alert {percent} {here}", cards.alert_notice(alert, used, here=here)
    for state in PendingState:
        pending = replace(a_draft(), state=state, decided_by="U9", round=1)
        yield f"card {state}", cards.approval_request_notice(pending, "Europe/Berlin", here="U9")
        yield f"decided {state}", cards.decided_notice(pending)
    changes = [Change("T1", kind, "U9", NOW, SCOPES[0], Window.MONTH, Money(1)) for kind in ChangeKind]
    yield "changes", lists.history_notice(changes, "Europe/Berlin", here="U9")
    yield "no changes", lists.history_notice([], "Europe/Berlin", here="U9")
    yield "waiting", lists.waiting_notice([a_draft()] * 12, "Europe/Berlin", here="U9")
    yield "who", lists.who_notice([Spender("U1", Money(1_000_000), Money(1))])
    for said in (replies.paused_notice(), replies.resumed_notice(), replies.exported_notice()):
        yield said.text, said
    yield "verified", replies.verified_notice([])
    yield "not verified", replies.verified_notice([1, 2])


def _views() -> Iterator[tuple[str, Notice]]:
    """Forms and the Home, as if they were notices."""
    views: dict[str, dict[str, Any]] = {
        "home": home_view(an_overview(rules=True, waiting=(a_draft(),))),
        "first home": home_view(an_overview(jobs=())),
        "limits": limit_forms.limits_view(SCOPES[0]),
        "more": limit_forms.more_view(),
        "deny": deny_view(a_draft()),
        "limit": limit_view(a_draft(), row()),
    }
    for name, view in views.items():
        yield name, Notice("", [*view["blocks"], {"title": view.get("title"), "submit": view.get("submit")}])


EVERY = [*_refusals(), *_answers(), *_money(), *_views()]


def strings(node: object) -> Iterator[str]:
    """Every text in some blocks."""
    if isinstance(node, dict):
        if isinstance(text := node.get("text"), str):
            yield text
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from strings(item)


def paragraphs(node: object) -> Iterator[str]:
    """The texts that are read in one go: the parts of a section, or a text by itself."""
    if isinstance(node, dict):
        if node.get("type") == "rich_text_section":
            yield "".join(part.get("text", "@somebody") for part in node["elements"])
            return
        if isinstance(text := node.get("text"), str):
            yield text
        for value in node.values():
            yield from paragraphs(value)
    elif isinstance(node, list):
        for item in node:
            yield from paragraphs(item)


def sentences(paragraph: str) -> list[str]:
    """Its sentences, without what people wrote themselves; small print is one a part."""
    own = re.sub(r"“[^”]*”", "“…”", paragraph)
    return re.split(r"(?<=[.?:])\s|\n| · ", own)


@pytest.mark.parametrize(("name", "said"), EVERY, ids=[name for name, _ in EVERY])
def test_it_keeps_to_the_rules(name: str, said: Notice) -> None:
    texts = [said.text, *strings(said.blocks)]

    found = [(what, text) for what, rule in PATTERNS.items() for text in texts if rule.search(text)]
    assert found == []
    may_type = name in MAY_TYPE or name.startswith(MAY_TYPE_AGAIN)
    assert may_type or not any(COMMAND.search(text) for text in texts)


@pytest.mark.parametrize(("name", "said"), EVERY, ids=[name for name, _ in EVERY])
def test_no_sentence_is_long(name: str, said: Notice) -> None:
    long = [
        one
        for paragraph in paragraphs(said.blocks)
        for one in sentences(paragraph)
        if len(one.split()) > MOST_WORDS
    ]

    assert long == [], name


@pytest.mark.parametrize(("name", "said"), EVERY, ids=[name for name, _ in EVERY])
def test_the_buttons_of_a_row_differ_and_are_words(name: str, said: Notice) -> None:
    for block in said.blocks:
        if block.get("type") == "actions":
            ids = [element["action_id"] for element in block["elements"]]
            assert len(set(ids)) == len(ids), name
            assert all(0 < len(element["text"]["text"]) <= 75 for element in block["elements"])


def test_the_help_is_at_most_900_characters() -> None:
    said = dict(EVERY)["help"]

    assert sum(map(len, paragraphs(said.blocks))) <= 900


def test_the_rules_notice_what_breaks_them() -> None:
    """Each rule against a sentence that was once said."""
    broken = {
        "an exclamation mark": "Done!",
        "an id": "#k3f9q2ab is cancelled.",
        "a vendor or a model": "Made by GPT Image 2.",
        "an apology": "Sorry, that failed.",
        "a time zone": "It resets 1 Dec, 00:00 (Europe/Berlin).",
        "a year in a date": "until 1 Dec 2026",
    }

    assert [what for what, text in broken.items() if not PATTERNS[what].search(text)] == []
    assert sentences("One, two. Three “four. five”?") == ["One, two.", "Three “…”?"]


def test_every_kind_of_admin_notice_is_among_them() -> None:
    assert {*FACTS, AdminNoticeKind.DIGEST} == set(AdminNoticeKind)
