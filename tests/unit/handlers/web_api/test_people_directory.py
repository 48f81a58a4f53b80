"""Names in budget commands: exactly one person, or a question back."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bot.deadline import answer_within
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused
from bot.errors import TryLater
from handlers.commands.scopes import Scopes
from handlers.messages.problems.error_message import sentence
from handlers.messages.wording import BotNames
from handlers.parsing import ScopeWord
from handlers.web_api import people_directory as directory
from handlers.web_api.people_directory import FRESH_SECONDS, PeopleDirectory

HERE = Place("T1", "C1")


def member(ident: str, handle: str, full: str = "", **more: Any) -> dict[str, Any]:
    return {"id": ident, "name": handle, "profile": {"real_name": full, "display_name": ""}, **more}


class Slack:
    """Answers users.list from ``members``, two people a page; an error instead where one is set."""

    def __init__(self, *members: dict[str, Any]) -> None:
        self.members = list(members)
        self.error: Exception | None = None
        self.held = asyncio.Event()
        self.held.set()
        self.pages: list[str | None] = []

    async def call(self, method: str, /, *, limit: int, cursor: str | None) -> Any:
        assert (method, limit) == ("users.list", 1000)
        self.pages.append(cursor)
        await self.held.wait()
        if self.error:
            raise self.error
        start = int(cursor or 0)
        rest = str(start + 2) if len(self.members) > start + 2 else ""
        return {"members": self.members[start : start + 2], "response_metadata": {"next_cursor": rest}}


class Clock:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


def directory_on(slack: Slack, clock: Clock | None = None) -> PeopleDirectory:
    return PeopleDirectory(cast("Any", slack), now=clock or Clock())


def someone(name: str) -> ScopeWord:
    return ScopeWord(ScopeKind.USER, name)


ANNA = member("U1", "anna.m", "Anna Meyer")


@pytest.mark.parametrize(
    "typed", ["@anna.m", "@ANNA.M", "@Anna Meyer", "@anna  meyer", "@Annie", "@ＡＮＮＩＥ"]
)
async def test_handle_display_name_and_full_name_all_mean_the_person(typed: str) -> None:
    anna = ANNA | {"profile": {"real_name": "Anna Meyer", "display_name": "Annie"}}
    scopes = Scopes(directory_on(Slack(member("U2", "bob", "Bob"), member("U3", "carol"), anna)))

    assert await scopes(someone(typed), HERE, "U9") == Scope(ScopeKind.USER, "T1", "U1")


async def test_ids_me_and_here_ask_nobody() -> None:
    slack = Slack()
    scopes = Scopes(directory_on(slack))

    assert await scopes(someone("U7"), HERE, "U9") == Scope(ScopeKind.USER, "T1", "U7")
    assert await scopes(ScopeWord(ScopeKind.USER), HERE, "U9") == Scope(ScopeKind.USER, "T1", "U9")
    assert await scopes(ScopeWord(ScopeKind.CHANNEL, "C7"), HERE, "U9") == Scope(
        ScopeKind.CHANNEL, "T1", "C7"
    )
    assert await scopes(ScopeWord(ScopeKind.CHANNEL), HERE, "U9") == Scope(ScopeKind.CHANNEL, "T1", "C1")
    assert slack.pages == []


async def test_two_people_of_one_name_are_asked_apart() -> None:
    slack = Slack(ANNA, member("U2", "anna", "Anna Meyer"), member("U3", "dan"))
    scopes = Scopes(directory_on(slack))

    with pytest.raises(AskRefused) as refused:
        await scopes(someone("@anna meyer"), HERE, "U9")

    said = sentence(refused.value, BotNames()).text
    assert "2 people here are called" in said
    assert "U1" in said
    assert "U2" in said
    assert "Nothing was changed." in said
    assert await scopes(someone("@anna"), HERE, "U9") == Scope(ScopeKind.USER, "T1", "U2")


async def test_nobody_of_that_name_nor_who_left_nor_a_bot_gets_money() -> None:
    gone, robot = member("U4", "eve", deleted=True), member("U5", "robo", is_bot=True)
    scopes = Scopes(directory_on(Slack(ANNA, gone, robot)))

    for name in ("@nina", "@eve", "@robo"):
        with pytest.raises(AskRefused) as refused:
            await scopes(someone(name), HERE, "U9")
        assert "Nobody here is called" in sentence(refused.value, BotNames()).text


async def test_a_channels_name_says_what_to_do_instead() -> None:
    with pytest.raises(AskRefused) as refused:
        await Scopes(directory_on(Slack()))(ScopeWord(ScopeKind.CHANNEL, "#design"), HERE, "U9")

    assert "Say it there" in sentence(refused.value, BotNames()).text


async def test_a_list_that_takes_long_is_read_on_for_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "WAIT_SECONDS", 0.01)
    slack = Slack(ANNA)
    slack.held.clear()
    scopes = Scopes(directory_on(slack))
    for _ in range(2):
        with answer_within(2.5), pytest.raises(AskRefused) as refused:
            await scopes(someone("@anna.m"), HERE, "U9")
        assert "again in a moment" in sentence(refused.value, BotNames()).text

    slack.held.set()

    assert await scopes(someone("@anna.m"), HERE, "U9") == Scope(ScopeKind.USER, "T1", "U1")
    assert slack.pages == [None], "one reading, not one a try"


async def test_names_are_kept_a_while_but_a_new_one_is_looked_up_at_once() -> None:
    slack, clock = Slack(ANNA), Clock()
    found = directory_on(slack, clock)
    assert await found.find("T1", "anna.m")
    assert await found.find("T1", "anna.m")
    assert len(slack.pages) == 1

    slack.members.append(member("U2", "bob"))
    assert await found.find("T1", "bob")
    assert len(slack.pages) == 2

    clock.at += FRESH_SECONDS
    slack.members.pop(0)
    assert await found.find("T1", "anna.m") == frozenset(), "whoever left is not remembered for ever"


async def test_without_slack_nothing_is_guessed_and_the_next_try_asks_again() -> None:
    slack = Slack(ANNA)
    slack.error = TryLater("ratelimited")
    found = directory_on(slack)
    assert await found.find("T1", "anna.m") is None

    slack.error = None
    assert await found.find("T1", "anna.m")
