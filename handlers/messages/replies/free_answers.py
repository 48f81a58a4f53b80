"""Answers to texts that hardly ask for a picture: what was probably meant, and a button that draws. Pure."""

from __future__ import annotations

from bot.domain.requests.pending_request import PendingRequest
from handlers.messages.block_kit import Code, shorten
from handlers.messages.buttons.button import actions, button, paid
from handlers.messages.buttons.command_buttons import command_button, draw_button
from handlers.messages.buttons.question_buttons import CANCEL, RUN
from handlers.messages.problems.error_message import Notice, notice


def with_draw(said: Notice, pending: PendingRequest) -> Notice:
    """``said`` with a button that draws what was typed, at its price. It stands in the same row as the
    buttons of ``said``, if that ends in some."""
    words = shorten(pending.ask.request.prompt, 40)
    draw = paid(RUN, f"Draw “{words}”", pending.ask.request, pending.estimate, pending.ref)
    leave = button(CANCEL, "Leave it", pending.id)
    *blocks, last = said.blocks
    if last["type"] == "actions":
        return Notice(said.text, [*blocks, {**last, "elements": [*last["elements"], draw]}])
    return Notice(said.text, [*said.blocks, actions(draw, leave)])


def thanks_notice() -> Notice:
    return notice(["👍"])


def slip_notice(command: str) -> Notice:
    """Asks whether ``command`` was meant, with a button that carries it out."""
    said = notice(["Did you mean ", Code(command), "?"])
    return Notice(said.text, [*said.blocks, actions(command_button(command.capitalize(), command))])


def verb_notice() -> Notice:
    """The answer to a verb outside a thread, from somebody who has no picture there yet."""
    said = notice(["Say it in the thread of the picture that you mean."])
    buttons = actions(command_button("My pictures", "history"), draw_button())
    return Notice(said.text, [*said.blocks, buttons])
