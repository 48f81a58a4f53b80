"""Parts of sentences about a job: money, time, settings, its pictures. Pure; nothing is escaped here yet."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.domain.jobs.job import Job, Picture, Status
from bot.domain.money import Money
from bot.domain.requests.request import Kind, PictureRequest, Size
from bot.ports import JobView
from handlers.messages.money.amounts import drawn

PROMPT_CHARACTERS = 300
"""Of the prompt in messages; the whole one is in the database (Slack reference 1)."""

_RATIOS = ((1, 1), (5, 4), (4, 3), (3, 2), (16, 10), (16, 9), (2, 1), (21, 9), (3, 1))
_RUNNING = frozenset({Status.SUBMITTING, Status.RUNNING})


def short_id(job_id: str) -> str:
    """``#k3f9``: whole when it is short enough to be typed, else its beginning."""
    return f"#{job_id}" if len(job_id) <= 16 else f"#{job_id[:8]}{'…'}"


def price(amount: Money, *, exact: bool) -> str:
    """``$0.05`` or ``about $0.05``; ``under $0.01`` below a cent."""
    shown = amount.as_cost()
    if shown.startswith("<"):
        return f"under {shown[1:]}"
    return shown if exact or not amount else f"about {shown}"


def job_price(job: Job) -> str:
    """What the job cost, or is expected to cost: ``about $0.17``, ``$0.15``, ``not charged``.

    Once settled it is exact, also where the service named no price: that much was taken from the budget."""
    if job.cost is None:
        return price(job.estimate, exact=False)
    if not job.cost:
        return "not charged"
    return price(job.cost, exact=True)


def duration(seconds: float) -> str:
    """``40 s``, ``1 min 30 s``, ``1 h 5 min``."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def roughly(seconds: float) -> str:
    """A learned duration, coarse enough not to flicker: ``about 40 s``, ``about 2 min``."""
    if seconds < 90:
        return f"about {max(round(seconds / 10) * 10, 10)} s"
    return f"about {round(seconds / 60)} min"


def elapsed_step(seconds: float) -> int:
    """Elapsed seconds as they are shown: steps of 10 below a minute, of 30 after it, so that the status
    message changes seldom (Slack reference 3.5)."""
    whole = max(int(seconds), 0)
    return whole // 10 * 10 if whole < 60 else whole // 30 * 30


def progress(view: JobView) -> str:
    """``40 s · usually about 2 min``; after twice the usual time it says so instead. May be empty."""
    began, usual = view.job.started_at, view.expected_seconds
    elapsed = (view.now - began).total_seconds() if began and view.job.status in _RUNNING else 0.0
    parts = [duration(elapsed_step(elapsed))] if elapsed >= 10 else []
    if usual is not None:
        parts.append("longer than usual" if elapsed > 2 * usual else f"usually {roughly(usual)}")
    return " · ".join(parts)


def took(job: Job) -> str | None:
    """How long the image service needed, once the job has ended."""
    if job.started_at is None or job.finished_at is None:
        return None
    return duration(max((job.finished_at - job.started_at).total_seconds(), 1.0))


def size_text(size: Size) -> str:
    """``1536×1024 (3:2)``; the ratio is left out when it is no familiar one."""
    ratio = Fraction(size.width, size.height)
    for wide, high in _RATIOS:
        for left, right in ((wide, high), (high, wide)):
            if abs(ratio / Fraction(left, right) - 1) <= Fraction(1, 100):
                return f"{size.width}×{size.height} ({left}:{right})"
    return f"{size.width}×{size.height}"


def settings(view: JobView) -> str:
    """``1536×1024 (3:2) · high · 2 pictures · png · about $0.11``. Size and format are those that came,
    once they are known: the image service may send others than were ordered."""
    request = view.job.request
    size = _real_size(view.pictures) or request.size
    parts = [
        _edit(request),
        size_text(size) if size else "size of the original",
        request.quality.value,
        f"{request.n} pictures" if request.n > 1 else "",
        _real_format(view.pictures) or request.format.value,
        job_price(view.job),
    ]
    return " · ".join(part for part in parts if part)


def variant_text(request: PictureRequest) -> str:
    """``2 drafts, 1024×1024``."""
    size = f", {request.size.width}×{request.size.height}" if request.size else ""
    return f"{drawn(request)}{size}"


def _edit(request: PictureRequest) -> str:
    if request.kind is not Kind.EDIT:
        return ""
    what = f"edit of {request.sources} pictures" if request.sources > 1 else "edit"
    return f"{what} with a mask" if request.has_mask else what


def _real_size(pictures: Sequence[Picture]) -> Size | None:
    """The size that all fetched pictures have, if they agree."""
    sizes = {Size(p.width, p.height) for p in pictures if p.width and p.height}
    return sizes.pop() if len(sizes) == 1 else None


def _real_format(pictures: Sequence[Picture]) -> str:
    """The formats of all fetched pictures, such as ``png`` or ``webp and png``; empty before there is one."""
    return " and ".join(dict.fromkeys(picture.format.lower() for picture in pictures if picture.format))
