"""Who belongs to the workspace that pays: its own people, and in an organisation those whom it names."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.domain.budget.limits import Role
from handlers.incoming.interactions import is_ours
from handlers.incoming.message_events import Us
from handlers.listeners.belonging import Belonging
from tests.support.collaborators import Members

GRID, ALONE = Us("T1", "UBOT", "E1"), Us("T1", "UBOT")


class Directory(Members):
    """Slack's people: roles as they are looked up, and who was looked up."""

    def __init__(self, role: Role | None) -> None:
        self._role = role
        self.asked: list[tuple[str, str]] = []

    async def role(self, team_id: str, user_id: str, *, fresh: bool = False) -> Role | None:
        self.asked.append((team_id, user_id))
        return self._role


@pytest.mark.parametrize(
    ("us", "teams", "role", "belongs"),
    [
        (GRID, {"T2"}, Role.MEMBER, True),
        (GRID, {"T2"}, Role.GUEST, True),
        (GRID, {"T2", "E1"}, Role.ADMIN, True),
        (GRID, {"T2"}, Role.OUTSIDER, False),
        (GRID, {"E1"}, Role.OUTSIDER, False),
        (GRID, {"T2"}, None, False),
        (GRID, {"E1"}, None, True),
    ],
)
async def test_in_an_organisation_slack_is_asked(
    us: Us, teams: set[str], role: Role | None, *, belongs: bool
) -> None:
    people = Directory(role)

    assert await Belonging(people)(us, "W1", teams) is belongs
    assert people.asked == [("T1", "W1")]


@pytest.mark.parametrize(
    ("us", "teams", "belongs"),
    [(GRID, {"T1"}, True), (GRID, set(), True), (ALONE, {"T1"}, True), (ALONE, {"T2"}, False)],
)
async def test_nobody_is_looked_up_where_the_request_says_enough(
    us: Us, teams: set[str], *, belongs: bool
) -> None:
    people = Directory(Role.MEMBER)

    assert await Belonging(people)(us, "U1", teams) is belongs
    assert people.asked == []


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ({"user": {"id": "U1", "team_id": "T1"}}, True),
        ({"user": {"id": "W1", "team_id": "T2"}}, False),
        ({"user": {"id": "U1"}}, True),
        ({"user_id": "U1"}, True),
        ({"user": None}, True),
    ],
)
async def test_a_press_carries_whether_its_person_belongs(body: dict[str, Any], *, ours: bool) -> None:
    context = AsyncBoltContext({"team_id": "T1", "enterprise_id": "E1"})

    async def go_on() -> BoltResponse:
        return BoltResponse(status=200)

    await Belonging(Directory(Role.OUTSIDER)).note(body, context, go_on)

    assert is_ours(context) is ours
