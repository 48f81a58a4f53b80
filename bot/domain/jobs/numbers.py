"""The number by which people call each of a job's pictures: its place among those that were ordered."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.jobs.job import ORDINALS, Picture, Submission


def numbered(pictures: Sequence[Picture], submissions: Sequence[Submission]) -> dict[int, Picture]:
    """The pictures by their numbers, from 1. A picture keeps its number when one before it is missing."""
    first: dict[int, int] = {}
    before = 1
    for submission in sorted(submissions, key=lambda one: one.ordinal):
        first[submission.ordinal] = before
        before += submission.n
    found = {}
    for picture in sorted(pictures, key=lambda one: one.ordinal):
        of, index = divmod(picture.ordinal, ORDINALS)
        found[first.get(of, of + 1) + index] = picture
    return found
