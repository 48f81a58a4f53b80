"""Buttons that lead on from an answer: to the form, to another answer, to a message, to an end. Pure."""

from __future__ import annotations

import re

from handlers.messages.block_kit import Json
from handlers.messages.buttons.button import button

COMMAND_BUTTON = "run_command"
"""Begins the action id of a button that carries a command as its value, and has it answered. The rest of the
id is the command's words: Slack wants the ids within one message to differ."""

COMMAND_BUTTONS = re.compile(rf"^{COMMAND_BUTTON}(?:_[a-z0-9_]*)?$")

DRAW_BUTTON = "draw_something"
CHANGE_BUTTON = "change_picture"
"""Both open the form."""

JUMP = "jump"
"""A link to a message; that it was pressed is no news."""

CANCEL_JOB = "pic_cancel"
"""Cancels a job; its value is the job and picture 0."""


def command_button(label: str, command: str, *, style: str | None = None) -> Json:
    """A button that answers ``command`` privately, as if it had been typed. ``command`` is without the slash
    command's name."""
    suffix = re.sub(r"[^a-z0-9]+", "_", command.lower()).strip("_")[:60]
    return button(f"{COMMAND_BUTTON}_{suffix}", label, command, style=style)


def draw_button(*, style: str | None = None) -> Json:
    return button(DRAW_BUTTON, "Draw something…", "new", style=style)


def change_button() -> Json:
    return button(CHANGE_BUTTON, "Change a picture…", "change")


def jump_button(url: str) -> Json:
    return button(JUMP, "Jump", "jump") | {"url": url}


def open_button(team_id: str, channel_id: str) -> Json:
    """Leads to a conversation, by the address that opens one (Slack reference 6)."""
    return button(JUMP, "Open", "open") | {
        "url": f"https://slack.com/app_redirect?team={team_id}&channel={channel_id}"
    }


def cancel_button(job_id: str, label: str = "Cancel") -> Json:
    """Cancels one job, from a list of them."""
    return button(CANCEL_JOB, label, f"{job_id}.0")
