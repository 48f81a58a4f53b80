"""What the first letter of a Slack id tells."""

from __future__ import annotations


def is_direct(channel_id: str) -> bool:
    """Whether this is a direct message, with the bot or between two people."""
    return channel_id.startswith("D")
