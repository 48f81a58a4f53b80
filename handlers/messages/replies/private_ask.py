"""What is said where something was asked for privately: where it comes. Pure (loop reference 10)."""

from __future__ import annotations

from bot.domain.place import Place
from handlers.messages.buttons.button import actions
from handlers.messages.buttons.command_buttons import open_button
from handlers.messages.problems.error_message import Notice, notice


def comes_privately(there: Place) -> Notice:
    """That it comes to the asker's direct messages, with the way to these."""
    said = notice(["It comes to your messages with me."])
    return Notice(said.text, [*said.blocks, actions(open_button(there.team_id, there.channel_id))])
