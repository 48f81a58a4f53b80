"""Answers to texts that hardly ask for a picture: what was probably meant, and a button that draws. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.requests.pending_request import PendingRequest
from handlers.messages.block_kit import Code, Json, Part, shorten
from handlers.messages.buttons.button import actions, button, paid
from handlers.messages.buttons.command_buttons import command_button, draw_button
from handlers.messages.buttons.question_buttons import CANCEL, RUN
from handlers.messages.problems.error_message import Notice, notice
from handlers.parsing.verbs import Action


def with_draw(said: Notice, pending: PendingRequest) -> Notice:
    """``said`` with a button that draws what was typed, at its price. It stands in the same row as the
    buttons of ``said``, if that ends in some."""
    draw = draw_as_typed(pending)
    leave = button(CANCEL, "Leave it", pending.id)
    *blocks, last = said.blocks
    if last["type"] == "actions":
        return Notice(said.text, [*blocks, {**last, "elements": [*last["elements"], draw]}])
    return Notice(said.text, [*said.blocks, actions(draw, leave)])


def draw_as_typed(pending: PendingRequest) -> Json:
    """The button that draws what was typed: ``Draw “helpp” · $0.04``."""
    words = shorten(pending.ask.request.prompt, 40)
    return paid(RUN, f"Draw “{words}”", pending.ask.request, pending.estimate, pending.ref)


def thanks_notice() -> Notice:
    return notice(["👍"])


def slip_notice(command: str) -> Notice:
    """Asks whether ``command`` was meant, with a button that carries it out."""
    said = notice(["Did you mean ", Code(command), "?"])
    return Notice(said.text, [*said.blocks, actions(command_button(command.capitalize(), command))])


def verb_notice(action: Action, *, in_conversation: bool) -> Notice:
    """What to do instead of a verb that words alone do not carry out."""
    if in_conversation:
        return notice(_INSTEAD[action])
    said = notice(["I can't tell from here which picture you mean. Say it in that picture's thread."])
    buttons = actions(command_button("My pictures", "history"), draw_button())
    return Notice(said.text, [*said.blocks, buttons])


_EDIT: tuple[Part, ...] = ("Press a button below the picture that you mean.",)
_INSTEAD: Mapping[Action, tuple[Part, ...]] = {
    Action.AGAIN: ("Say it in other words: a reply here changes the picture.",),
    Action.UNDO: ("Go on from an earlier picture with the buttons below it.",),
    Action.VARY: _EDIT,
    Action.USE: _EDIT,
    Action.FINISH: _EDIT,
    Action.RESHAPE: ("Say what to show in the new shape.",),
    Action.CANCEL: ("Nothing of yours is being drawn in this thread.",),
    Action.DELETE: ("Pictures are deleted by whoever runs this workspace.",),
    Action.BEFORE: ("The picture before is further up in this thread.",),
    Action.VOTE: ("React to the picture that you like best.",),
}
