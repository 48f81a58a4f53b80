"""One ask that is several orders: every combination of its lists, or every size of a set of sizes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.requests.request import PictureRequest


@dataclass(frozen=True, slots=True)
class Variation:
    """One order of a set. ``label`` says how it differs from the others: ``red, snow``, or ``story``."""

    label: str
    request: PictureRequest


def gathered(words: str, variations: Sequence[Variation]) -> PictureRequest:
    """All orders of a set as one request, as it is asked about and shown: with the ``words`` as typed, all
    pictures, and the size if they agree (else None). Never to be priced or sent: the orders are."""
    requests = [each.request for each in variations]
    first = requests[0]
    size = first.size if all(each.size == first.size for each in requests) else None
    return replace(first, prompt=words, size=size, n=sum(each.n for each in requests))
