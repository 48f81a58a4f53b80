"""What Slack's ids and names of conversations tell."""

from __future__ import annotations

_PRIVATE_KINDS = frozenset({"im", "mpim", "group", "app_home"})
_PRIVATE_NAMES = frozenset({"directmessage", "privategroup"})


def is_direct(channel_id: str) -> bool:
    """Whether this is a direct message, with the bot or between two people."""
    return channel_id.startswith("D")


def is_private_kind(channel_id: str, kind: object) -> bool | None:
    """Whether only members may read in the conversation, by an event's ``channel_type``; None when the event
    does not say (docs events/message)."""
    if is_direct(channel_id) or kind in _PRIVATE_KINDS:
        return True
    return False if kind == "channel" else None


def is_private_name(channel_id: str, name: object) -> bool | None:
    """The same by the name that commands and interactions carry: private ones are called ``directmessage``,
    ``privategroup`` or ``mpdm-…`` (docs interactivity/slash-commands)."""
    if not isinstance(name, str) or not name:
        return True if is_direct(channel_id) else None
    return is_direct(channel_id) or name in _PRIVATE_NAMES or name.startswith("mpdm-")
