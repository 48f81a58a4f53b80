"""A message whose words are another command is answered privately, where it was written."""

from __future__ import annotations

from typing import Any, cast

from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotFound
from bot.domain.requests.source import IncomingMessage
from handlers import parsing
from handlers.commands.dispatch import CommandDispatcher
from handlers.commands.free_answers import FreeAnswers
from handlers.commands.in_messages import CommandsInMessages
from handlers.commands.verbs import VerbAnswers
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.wording import BotNames
from tests.unit.handlers.conversation.test_conversation_edits import DESIGN, TEAM_ID, post
from tests.unit.handlers.delivery_kit import outgoing

NAMES = BotNames()


class Dispatcher:
    """Answers ``help`` and knows no job."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, Place, str]] = []

    async def __call__(self, command: parsing.Command, place: Place, user_id: str) -> Notice:
        self.asked.append((command, place, user_id))
        if isinstance(command, parsing.Help):
            return notice(["Here is the help."])
        raise AskRefused(NotFound("k3f9q2abcd"))


def commands(kit: Any, dispatcher: Dispatcher) -> CommandsInMessages:
    dispatch = cast("CommandDispatcher", dispatcher)
    nobody = cast("FreeAnswers", None)
    no_verbs = cast("VerbAnswers", None)
    return CommandsInMessages(
        dispatch=dispatch, free_answers=nobody, verbs=no_verbs, api=kit.api, names=NAMES
    )


def said(text: str, place: Place) -> IncomingMessage:
    return IncomingMessage(place, "9.0", "U0ALICE", text, is_mention=True, is_direct=False)


async def nothing() -> None:
    return None


async def test_a_command_is_carried_out_and_answered_to_its_author_only() -> None:
    dispatcher = Dispatcher()
    async with outgoing() as kit:
        root = post(kit)["ts"]
        post(kit, thread=root)
        place = Place(TEAM_ID, DESIGN, root)

        await commands(kit, dispatcher).answer(said("help", place), nothing)

        (note,) = kit.slack.core.workspace.ephemerals
        assert (note.user, note.channel, note.thread_ts) == ("U0ALICE", DESIGN, root)
        assert "Here is the help." in note.text
    assert dispatcher.asked == [(parsing.Help(), place, "U0ALICE")]


async def test_a_command_that_is_refused_is_answered_with_the_reason() -> None:
    async with outgoing() as kit:
        asked = said("show #k3f9q2abcd", Place(TEAM_ID, DESIGN))
        await commands(kit, Dispatcher()).answer(asked, nothing)

        (note,) = kit.slack.core.workspace.ephemerals
        assert "There is no such picture here." in note.text
