"""What files.info and our own records say about a delivered file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.domain.jobs.job import Job, Picture
from handlers.messages.block_kit import Json

NEW_SECONDS = 30.0
"""How long after its upload Slack may still be processing a file."""

_PER_SUBMISSION = 16
"""A picture's ordinal is its submission's times this, plus its place in it (bot.services.pipeline.poll)."""


def file_name(job: Job, picture: Picture) -> str:
    """The name for Slack, such as ``imagine-<id>-1.png``; it holds nothing that anyone typed."""
    place = sum(divmod(picture.ordinal, _PER_SUBMISSION)) + 1
    kind = (picture.format or job.request.format.value).lower()
    ending = {"jpeg": "jpg"}.get(kind, kind)
    return f"imagine-{re.sub(r'[^A-Za-z0-9_-]', '', job.id)[:40]}-{place}.{ending}"


def can_be_shown(file: Json) -> bool:
    """Whether an image block may name this file: there is no flag, but an unprocessed file has no type yet
    (java-slack-sdk#1349)."""
    return str(file.get("mimetype") or "") in {"image/png", "image/jpeg", "image/gif"}


def is_new(file: Json, now: datetime) -> bool:
    """Whether Slack may still be processing the file; ``created`` is by Slack's clock, not ours."""
    created = file.get("created")
    return isinstance(created, int) and abs(now.timestamp() - created) < NEW_SECONDS


def is_in_thread(file: Json, job: Job) -> bool:
    """Whether ``shares`` names the job's channel and thread.

    A share for which Slack names no thread counts as well: the file is in the channel, and sharing it again
    would show it twice.
    """
    root = job.place.thread_ts or job.status_ts
    for share in _shares(file, job.place.channel_id):
        if root is None or share.get("thread_ts") in {None, root}:
            return True
    return False


def _shares(file: Json, channel_id: str) -> Iterator[Json]:
    shares = file.get("shares")
    for kind in ("public", "private"):
        channels = shares.get(kind) if isinstance(shares, dict) else None
        found = channels.get(channel_id) if isinstance(channels, dict) else None
        yield from (share for share in found or [] if isinstance(share, dict))
