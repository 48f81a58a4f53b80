"""The table of listeners: what Slack can send, and which method answers. The hot one comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp

from handlers.listeners.command import CommandListener
from handlers.listeners.failures import Failures
from handlers.listeners.unhandled import Unhandled

ANY = re.compile("")
"""Matches every name."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Everything that answers Slack. ``command`` is the slash command's name, from the settings."""

    command: str
    on_command: CommandListener
    unhandled: Unhandled
    failures: Failures


def register(app: AsyncApp, listeners: Listeners) -> None:
    """Tell Bolt. About 10 us go by for each listener tried before the right one (performance 4.1)."""
    app.command(listeners.command)(listeners.on_command.handle)
    rest = listeners.unhandled
    app.event(ANY)(rest.event)
    app.action(ANY)(rest.interaction)
    app.command(ANY)(rest.other_command)
    app.shortcut(ANY)(rest.interaction)
    app.view(ANY)(rest.interaction)
    app.view_closed(ANY)(rest.interaction)
    app.options(ANY)(rest.options)
    app.error(listeners.failures.handle)
