"""Letters in a workspace: each carries a mark that says nothing, and is found by it where we may look."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.budget.admin_notice import AdminNotice, AdminNoticeKind
from bot.domain.budget.outbox_message import OutboxMessage
from bot.errors import OutcomeUnknown, TryLater
from handlers.conversation.notifier import SlackNotifier
from sandbox.slack.workspace import TEAM_ID
from tests.unit.handlers.delivery_kit import Kit, outgoing

TO_CAROL = OutboxMessage(TEAM_ID, "U0CAROL", "concern|T0SANDBOX|clock|2026-11-22")
CONCERN = AdminNotice(TEAM_ID, "clock|2026-11-22", AdminNoticeKind.CLOCK, {"seconds": 400}, datetime.now(UTC))


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    async with outgoing() as made:
        yield made
        assert made.no_violations()


def office_of(kit: Kit) -> SlackNotifier:
    return SlackNotifier(kit.api, kit.upload_client)


@pytest.mark.parametrize("to", ["U0CAROL", "C0GENERAL"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_a_letter_whose_answer_was_lost_is_found_if_it_is_there(kit: Kit, to: str, kind: str) -> None:
    notifier, message, begun = office_of(kit), replace(TO_CAROL, to=to), datetime.now(UTC)
    kit.fault("chat.postMessage", kind)

    with pytest.raises(OutcomeUnknown):
        await notifier.admin_notice(message, CONCERN)

    place = kit.slack.core.workspace.direct(to).id if to.startswith("U") else to
    posted = [message.ts for message in kit.messages(place) if message.metadata]
    assert len(posted) == (kind == "drop_after")
    expected = (place, posted[0]) if posted else None
    assert await notifier.find(message, since=begun) == expected
    assert await notifier.find(replace(message, about="another"), since=begun) is None


async def test_where_it_is_said_is_where_it_is_found(kit: Kit) -> None:
    notifier, begun = office_of(kit), datetime.now(UTC)

    card = await notifier.admin_notice(TO_CAROL, CONCERN)

    assert await notifier.find(TO_CAROL, since=begun) == card
    (call,) = kit.calls("chat.postMessage")
    metadata: Any = call.args["metadata"]
    assert "clock" not in str(metadata)
    assert "2026" not in str(metadata)


@pytest.mark.parametrize("missing", ["im:write", "im:history"])
async def test_without_the_right_to_look_there_is_no_finding(kit: Kit, missing: str) -> None:
    notifier, begun = office_of(kit), datetime.now(UTC)
    await notifier.admin_notice(TO_CAROL, CONCERN)
    kit.slack.options.scopes = tuple(scope for scope in kit.slack.options.scopes if scope != missing)

    assert await notifier.find(TO_CAROL, since=begun) is None


async def test_while_slack_is_away_nothing_is_known(kit: Kit) -> None:
    notifier, begun = office_of(kit), datetime.now(UTC)
    kit.fault("conversations.open", "status", status=503)

    with pytest.raises(TryLater):
        await notifier.find(TO_CAROL, since=begun)
