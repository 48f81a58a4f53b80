"""What can be switched in the simulated workspace; every default is the way Slack behaves."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

BOT_SCOPES = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:read",
    "files:write", "groups:history", "groups:read", "im:history", "im:write", "mpim:history",
    "reactions:read", "reactions:write", "usergroups:read", "users:read",
)  # fmt: skip
BOT_EVENTS = (
    "app_home_opened", "app_mention", "member_joined_channel", "message.channels", "message.groups",
    "message.im", "message.mpim", "reaction_added",
)  # fmt: skip
"""Those of the app's manifest and no others: a test compares."""


UNWELL = (
    "slack_file_needs_share", "post_shares_files", "views_need_access", "file_buttons",
    "alt_txt_hides_shares", "update_keeps_uploads", "edit_window_closed", "uploads_disabled",
    "channel_errors",
)  # fmt: skip
"""Switches that `Options.recover` puts back."""


@dataclass(frozen=True)
class Limits:
    """Slack's published rates (docs: apis/web-api/rate-limits): tiers are calls a minute and method.

    ``factor`` multiplies every rate; ``post_burst`` is how many posts a channel takes at once before
    one a second holds ("short bursts" are allowed, their size is not published).
    """

    factor: float = 1.0
    post_per_second: float = 1.0
    post_burst: int = 3

    TIERS = {"t1": 1, "t2": 20, "t3": 50, "t4": 100, "t5": 600}  # noqa: RUF012 - constant table


@dataclass
class Options:
    """Switches of one workspace; the control API changes them while it runs."""

    bot_token: str = "xoxb-sandbox"
    app_token: str = "xapp-sandbox"
    signing_secret: str = "sandbox-signing-secret"
    scopes: tuple[str, ...] = BOT_SCOPES
    events: tuple[str, ...] = BOT_EVENTS
    limits: Limits | None = None
    history_seconds: float | None = None
    """Seconds between two calls of conversations.history, or two of conversations.replies, which then give 15
    objects at most: 60 for an app that is sold outside Slack's marketplace (Slack reference 4). None: an app
    that a workspace has made for itself."""
    enterprise_id: str | None = None
    """The organisation that the workspace belongs to; None: to none."""
    reference: Path | None = None
    request_url: str | None = None
    """HTTP mode: where deliveries go. None: Socket Mode."""
    ack_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    """docs: apis/events-api: at once, after 1 minute, after 5 minutes."""
    speed: float = 1.0
    """Divides the retry delays, so that a test does not wait six minutes."""
    max_connections: int = 10
    link_seconds: float = 0.0
    """Life of one Socket Mode connection before ``refresh_requested``; 0 is for ever."""
    file_delay: float = 0.3
    """Seconds from completeUploadExternal until mimetype, size and thumbnails are known."""
    share_delay: float = 0.3
    """Seconds from completeUploadExternal until the message with the files appears."""
    trigger_seconds: float = 3.0
    response_seconds: float = 1800.0
    response_uses: int = 5
    edit_window_closed: bool = False
    slack_file_needs_share: bool = False
    """Refuse blocks with a file that is shared nowhere. Slack asks only that the poster may see it (docs:
    slack-file-object), and a file without a conversation is the bot's own."""
    post_shares_files: bool = True
    """Those in a conversation see an unshared file in a block of a new message (bolt-python#1018, Slack's
    staff, of links); never one that chat.update swapped in (bolt-python#1295)."""
    views_need_access: bool = False
    """Refuse a view with a picture that its viewer may not see, in place of showing it as not found."""
    file_buttons: bool = True
    """Presses of buttons on file messages arrive at the app."""
    alt_txt_hides_shares: bool = False
    """A file uploaded with ``alt_txt`` never shows its shares (python-slack-sdk#1818)."""
    update_keeps_uploads: bool = True
    """views.update keeps what was put into a ``file_input``."""
    own_events: bool = True
    """The bot hears its own posts, edits and deletions, as in Slack."""
    home_tab: bool = True
    messages_tab: bool = True
    command_escapes: bool = False
    """The manifest's ``should_escape``."""
    max_file_bytes: int = 1_000_000_000
    uploads_disabled: bool = False
    channel_errors: dict[str, str] = field(default_factory=dict)
    """channel id to error code: a channel where posting is restricted."""

    def recover(self) -> None:
        """Every switch that makes Slack fail, back to how it is by itself."""
        usual = Options()
        for name in UNWELL:
            setattr(self, name, getattr(usual, name))

    def change(self, values: dict[str, Any]) -> None:
        """Take new values by name; an unknown name or a wrong kind of value is a KeyError or TypeError."""
        known = {item.name for item in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise KeyError(name)
            setattr(self, name, _coerce(name, value))


def _coerce(name: str, value: Any) -> Any:
    if name == "limits":
        if value == "slack-like":
            return Limits()
        return Limits(**value) if isinstance(value, dict) else value
    if name == "reference":
        return Path(value) if value else None
    return tuple(value) if isinstance(value, list) else value
