"""Who people are, as Slack's answers amount to it: whatever is in doubt has no rights."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bot.domain.budget.limits import Role
from bot.domain.errors import BotError
from bot.errors import TryLater
from handlers.conversation.people import (
    FORGOTTEN_SECONDS,
    STALE_SECONDS,
    SlackPeople,
    list_admins,
    role_of,
)
from handlers.web_api.errors import SlackRefused


class Slack:
    """Answers by method; an error is raised. Counts the calls."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {name.replace("_", "."): answer for name, answer in answers.items()}
        self.calls: list[str] = []

    async def call(self, method: str, /, **args: Any) -> Any:
        self.calls.append(method)
        answer = self.answers[method]
        if isinstance(answer, BotError):
            raise answer
        return answer(args) if callable(answer) else answer


def people(slack: Slack, **more: Any) -> SlackPeople:
    return SlackPeople(cast("Any", slack), **more)


@pytest.mark.parametrize(
    ("flags", "role"),
    [
        ({}, Role.MEMBER),
        ({"is_admin": True}, Role.ADMIN),
        ({"is_owner": True}, Role.ADMIN),
        ({"is_primary_owner": True}, Role.ADMIN),
        ({"is_restricted": True, "is_admin": True}, Role.GUEST),
        ({"is_ultra_restricted": True, "is_owner": True}, Role.GUEST),
        ({"is_bot": True, "is_admin": True}, Role.OUTSIDER),
        ({"deleted": True, "is_owner": True}, Role.OUTSIDER),
        ({"is_stranger": True, "is_admin": True}, Role.OUTSIDER),
        ({"team_id": "T2", "is_owner": True}, Role.OUTSIDER),
        ({"team_id": "T1", "is_admin": True}, Role.ADMIN),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", "T1"]}}, Role.MEMBER),
        ({"id": "W1", "team_id": "T2", "enterprise_user": {"teams": ["T1"]}, "is_admin": True}, Role.ADMIN),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", "T3"]}}, Role.OUTSIDER),
        ({"team_id": "T2", "enterprise_user": {"teams": None}}, Role.OUTSIDER),
        ({"team_id": "T2", "enterprise_user": None}, Role.OUTSIDER),
    ],
)
def test_flags_amount_to_a_role(flags: dict[str, Any], role: Role) -> None:
    assert role_of({"id": "U1", **flags}, "T1") is role


async def test_who_was_heard_of_today_waits_for_nobody_and_is_asked_about_behind_their_back() -> None:
    now = 0.0
    answered = asyncio.Event()

    class Slow(Slack):
        async def call(self, method: str, /, **args: Any) -> Any:
            answer = await super().call(method, **args)
            await answered.wait()
            return answer

    slack = Slow(users_info={"user": {"id": "U1"}})
    known = people(slack, now=lambda: now)
    answered.set()
    assert await known.role("T1", "U1") is Role.MEMBER
    now = STALE_SECONDS - 1
    assert await known.role("T1", "U1") is Role.MEMBER
    assert len(slack.calls) == 1

    now = STALE_SECONDS
    slack.answers["users.info"] = {"user": {"id": "U1", "is_restricted": True}}
    answered.clear()
    assert [await known.role("T1", "U1") for _ in range(3)] == [Role.MEMBER] * 3, "nobody waits"
    answered.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert await known.role("T1", "U1") is Role.GUEST
    assert len(slack.calls) == 2, "three asks, one question"


async def test_an_old_answer_counts_only_while_slack_is_away_and_never_for_money() -> None:
    now = 0.0
    slack = Slack(users_info={"user": {"id": "U1", "is_admin": True}})
    known = people(slack, now=lambda: now)
    assert await known.role("T1", "U1") is Role.ADMIN

    now = FORGOTTEN_SECONDS
    slack.answers["users.info"] = TryLater("away")
    assert await known.role("T1", "U1") is Role.ADMIN
    assert await known.role("T1", "U1", fresh=True) is None
    slack.answers["users.info"] = {"user": {"id": "U1"}}
    assert await known.role("T1", "U1") is Role.MEMBER


async def test_a_group_is_remembered_for_show_and_asked_anew_for_money() -> None:
    slack = Slack(usergroups_users_list={"users": ["U1", "U2"]})
    known = people(slack)

    assert await known.group("T1", "S1") == {"U1", "U2"}
    slack.answers["usergroups.users.list"] = {"users": ["U1"]}
    assert await known.group("T1", "S1") == {"U1", "U2"}
    assert await known.group("T1", "S1", fresh=True) == {"U1"}
    slack.answers["usergroups.users.list"] = TryLater("away")
    assert await known.group("T1", "S1") == {"U1"}
    assert await known.group("T1", "S1", fresh=True) is None
    assert len(slack.calls) == 3


@pytest.mark.parametrize("code", ["plan_upgrade_required", "no_such_subteam"])
async def test_a_group_that_cannot_be_has_no_members_that_are_known(code: str) -> None:
    refused = SlackRefused("usergroups.users.list", code)

    assert await people(Slack(usergroups_users_list=refused)).group("T1", "S1", fresh=True) is None


async def test_admins_of_all_pages_or_nothing_while_slack_is_away() -> None:
    pages = {
        None: ([{"id": "U1", "is_owner": True}, {"id": "U2"}], "more"),
        "more": ([{"id": "U3", "is_admin": True}, {"id": "U4", "is_admin": True, "deleted": True}], ""),
    }

    def page(args: dict[str, Any]) -> Any:
        members, cursor = pages[args["cursor"]]
        return {"members": members, "response_metadata": {"next_cursor": cursor}}

    slack: Any = Slack(users_list=page)
    assert await list_admins(slack, "T1") == ("U1", "U3")
    assert await people(slack).admins("T1") == {"U1", "U3"}
    assert await people(Slack(users_list=TryLater("away"))).admins("T1") is None
