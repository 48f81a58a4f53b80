"""Answers to texts that hardly ask for a picture: what was probably meant, and a button that draws. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.requests.pending_request import PendingRequest
from handlers.messages.block_kit import Bold, Code, Part, shorten
from handlers.messages.buttons import CANCEL, RUN, actions, button, paid
from handlers.messages.error_message import Notice, notice
from handlers.messages.wording import BotNames
from handlers.parsing.verbs import Action

COMMAND_BUTTON = "run_command"
"""Carries a command as its value, and has it answered."""


def with_draw(said: Notice, pending: PendingRequest) -> Notice:
    """``said`` with a button that draws what was typed, at its price."""
    words = shorten(pending.ask.request.prompt, 40)
    run = paid(RUN, f"Draw “{words}”", pending.ask.request, pending.estimate, pending.ref)
    buttons = actions(run, button(CANCEL, "Leave it", pending.id))
    return Notice(said.text, [*said.blocks, buttons])


def thanks_notice() -> Notice:
    return notice(["👍"])


def slip_notice(command: str, names: BotNames) -> Notice:
    """Asks whether ``command`` was meant, with a button that carries it out."""
    said = notice(["Did you mean ", Code(f"{names.command} {command}"), "? Nothing was spent."])
    return Notice(said.text, [*said.blocks, actions(button(COMMAND_BUTTON, command.capitalize(), command))])


def budget_help_notice(names: BotNames) -> Notice:
    """What a budget command looks like, after one that could not be read."""
    parts: list[Part] = [
        "I cannot read this budget command. Nothing was changed. These are some that I know: "
    ]
    for number, example in enumerate(_BUDGET_EXAMPLES):
        parts += [", "] if number else []
        parts.append(Code(f"{names.command} budget {example}"))
    return notice([*parts, "."])


_BUDGET_EXAMPLES = (
    "set workspace $50 month",
    "set @anna $5 week",
    "topup channel $10",
    "zone Europe/Berlin",
    "history",
    "export 2026-11",
)


def verb_notice(action: Action, *, in_conversation: bool) -> Notice:
    """What to do instead of a verb that words alone do not carry out. Nothing is spent."""
    if not in_conversation:
        return notice(
            [
                "That sounds like a change to a picture, and I cannot tell from here which one you mean. "
                "Reply in its thread and say what to change. Nothing was spent."
            ]
        )
    return notice([*_INSTEAD[action], " Nothing was spent."])


_EDIT: tuple[Part, ...] = (
    "Press ",
    Bold("Edit…"),
    " below the picture that you mean, and say what to change.",
)
_INSTEAD: Mapping[Action, tuple[Part, ...]] = {
    Action.AGAIN: ("To draw it again, send the same words once more; a reply here changes the picture.",),
    Action.UNDO: (
        "To go on from an earlier picture, press ", Bold("Edit…"), " below it.",
    ),
    Action.VARY: _EDIT,
    Action.USE: _EDIT,
    Action.FINISH: ("Say what to draw finer, with ", Code("--quality high"), " or ", Code("--size 4k"), "."),
    Action.RESHAPE: ("Say what to show in the new shape, with ", Code("--ar 16:9"), " or another ratio."),
    Action.CANCEL: ("Nothing of yours is being drawn in this thread.",),
    Action.DELETE: ("I do not delete pictures; whoever runs this workspace can.",),
    Action.BEFORE: ("The picture before is further up in this thread.",),
    Action.VOTE: ("React to the picture that you like best.",),
}  # fmt: skip
