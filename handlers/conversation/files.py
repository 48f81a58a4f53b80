"""What files.info and our own records say about a delivered file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.domain.jobs.job import Job, Picture
from bot.domain.jobs.numbers import numbered
from bot.domain.jobs.shown import SHEET, Preview
from bot.ports import JobView
from handlers.messages.block_kit import Json

NEW_SECONDS = 30.0
"""How long after its upload Slack may still be processing a file."""


def file_name(view: JobView, picture: Picture | Preview) -> str:
    """The name for Slack, such as ``imagine-<id>-1.png``, with the number that people see; it holds nothing
    that anyone typed."""
    job = view.job
    ident = re.sub(r"[^A-Za-z0-9_-]", "", job.id)[:40]
    if isinstance(picture, Preview):
        return f"imagine-{ident}-{'sheet' if picture.number == SHEET else f'{picture.number}-preview'}.png"
    numbers = numbered(view.pictures, view.submissions)
    place = job.before + next((number for number, one in numbers.items() if one.id == picture.id), 1)
    kind = (picture.format or job.request.format.value).lower()
    ending = {"jpeg": "jpg"}.get(kind, kind)
    return f"imagine-{ident}-{place}.{ending}"


def can_be_shown(file: Json) -> bool:
    """Whether an image block may name this file: there is no flag, but an unprocessed file has no type yet
    (java-slack-sdk#1349)."""
    return str(file.get("mimetype") or "") in {"image/png", "image/jpeg", "image/gif"}


def is_new(file: Json, now: datetime) -> bool:
    """Whether Slack may still be processing the file; ``created`` is by Slack's clock, not ours."""
    created = file.get("created")
    return isinstance(created, int) and abs(now.timestamp() - created) < NEW_SECONDS


def is_in_thread(file: Json, job: Job) -> bool:
    """Whether ``shares`` names the job's channel and thread."""
    root = job.place.thread_ts or job.status_ts
    return any(root in {None, share.get("thread_ts")} for share in shares_in(file, job.place.channel_id))


def message_with(file: Json, job: Job) -> str | None:
    """The message of the job's thread in which the file is; None when the answer does not say."""
    root = job.place.thread_ts or job.status_ts
    shares = list(shares_in(file, job.place.channel_id))
    here = [share for share in shares if root in {None, share.get("thread_ts")}] or shares
    return next((str(share["ts"]) for share in here if share.get("ts")), None)


def shares_at_the_top(file: Json, job: Job) -> list[str]:
    """The messages, by their ts, that show the file in the job's channel, and no thread is named."""
    shares = shares_in(file, job.place.channel_id)
    return [
        share["ts"] for share in shares if not share.get("thread_ts") and isinstance(share.get("ts"), str)
    ]


def shares_in(file: Json, channel_id: str) -> Iterator[Json]:
    """The file's shares in that conversation, as ``files.info`` names them."""
    shares = file.get("shares")
    for kind in ("public", "private"):
        channels = shares.get(kind) if isinstance(shares, dict) else None
        found = channels.get(channel_id) if isinstance(channels, dict) else None
        yield from (share for share in found or [] if isinstance(share, dict))
