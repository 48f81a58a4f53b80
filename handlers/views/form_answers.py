"""Views that come before the form and on top of it. Pure.

What is pushed on top leaves the form below with all that was typed; *Back* leads to it.
"""

from __future__ import annotations

from bot.domain.requests.pending_request import PendingRequest
from handlers.messages.block_kit import Json, context, plain_text
from handlers.messages.buttons.question_buttons import CANCEL, CHANGE_ASK, RUN
from handlers.messages.problems.error_message import Notice
from handlers.views.form_prices import submit_text

YES = "picture_form_yes"
"""Sent by the button of a question on top of the form. Its ``private_metadata`` is the pending request's
``ref``."""


def moment_view() -> Json:
    """Shown until the form can be filled: a trigger is valid for three seconds (Slack reference 6)."""
    return {
        "type": "modal",
        "title": plain_text("Picture"),
        "close": plain_text("Cancel"),
        "blocks": [context("One moment…")],
    }


def told_view(said: Notice) -> Json:
    """What is in the way, without a form to change it in."""
    return _view("Picture", said.blocks)


def question_view(said: Notice, pending: PendingRequest) -> Json:
    """Whether to draw what is dear, at its price."""
    view = _view("Draw it?", _without(said.blocks, RUN, CANCEL, CHANGE_ASK))
    return view | {
        "callback_id": YES,
        "private_metadata": pending.ref,
        "submit": plain_text(submit_text(pending.estimate), 24),
    }


def over_budget_view(said: Notice) -> Json:
    """Why the budget refuses, with what can be done instead."""
    return _view("Over budget", _without(said.blocks, CANCEL))


def _view(title: str, blocks: list[Json]) -> Json:
    return {
        "type": "modal",
        "title": plain_text(title),
        "close": plain_text("Back"),
        "blocks": blocks or [context(title)],
    }


def _without(blocks: list[Json], *actions: str) -> list[Json]:
    """The blocks without the buttons that the view has already."""
    kept = []
    for block in blocks:
        if block["type"] == "actions":
            left = [element for element in block["elements"] if element["action_id"] not in actions]
            if left:
                kept.append({**block, "elements": left})
        else:
            kept.append(block)
    return kept
