"""What Slack sends, as models: only the fields that are used, validated once on arrival."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.place import Place
from handlers.ids import is_private_name


class SlashCommand(BaseModel):
    """One invocation of the slash command (Slack reference 1).

    ``response_url`` and ``trigger_id`` are secrets: they are hidden from the representation, and a
    validation error does not quote what it was given.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    command: str
    team_id: str = Field(min_length=1)
    channel_id: str = Field(min_length=1)
    channel_name: str = ""
    user_id: str = Field(min_length=1)
    text: str = Field(default="", repr=False)
    trigger_id: str = Field(min_length=1, repr=False)
    response_url: str | None = Field(default=None, repr=False)

    @property
    def request_key(self) -> str:
        """The same for every delivery of one invocation (a command carries no message ts)."""
        return f"{self.team_id}:{self.trigger_id}"

    @property
    def place(self) -> Place:
        """Where the command was typed; it has no thread (Slack blocks commands in threads)."""
        is_private = is_private_name(self.channel_id, self.channel_name)
        return Place(self.team_id, self.channel_id, is_private=is_private)
