"""One ask that is several orders: every combination of its lists, or every size of a set of sizes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.requests.lists import find_lists
from bot.domain.requests.request import PictureRequest, Quality, Size

MOST_OF_ONE = 4
"""The most pictures of one order."""

MOST_OF_A_SET = 12
"""The most pictures that any installation lets one set have: what a sheet has room for (loop reference 7)."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One order of a set. ``label`` says how it differs from the others: ``red, snow``, or ``story``."""

    label: str
    request: PictureRequest


@dataclass(frozen=True, slots=True)
class NamedSize:
    """One size of a set of sizes, by the ``name`` that was typed for it."""

    name: str
    size: Size


@dataclass(frozen=True, slots=True)
class Orders:
    """What an ask orders: ``request`` alone, or at least two ``variations``, of which ``request`` is then
    ``gathered``.

    ``is_too_large``: of a set that no installation would take only the pictures are counted, in ``request``.
    """

    request: PictureRequest
    variations: tuple[Variation, ...] = ()

    @property
    def is_too_large(self) -> bool:
        return not self.variations and self.request.n > MOST_OF_ONE

    @property
    def each(self) -> tuple[PictureRequest, ...]:
        """The requests to price and to send."""
        return tuple(one.request for one in self.variations) or (self.request,)

    def in_quality(self, quality: Quality) -> Orders:
        """The same in another quality."""
        variations = [replace(one, request=replace(one.request, quality=quality)) for one in self.variations]
        return Orders(replace(self.request, quality=quality), tuple(variations))


def is_set(words: str, sizes: Sequence[NamedSize] = ()) -> bool:
    """Whether the words, in these sizes, are several orders."""
    return find_lists(words).count * max(len(sizes), 1) > 1


def orders_of(request: PictureRequest, sizes: Sequence[NamedSize] = ()) -> Orders:
    """The orders that ``request`` is, whose quality and number count for each: one for each combination of
    the lists in its words and each of ``sizes``, which turn fastest. The request alone where there is
    nothing to vary."""
    found = find_lists(request.prompt)
    count = found.count * max(len(sizes), 1)
    if count == 1:
        return Orders(request)
    if count > MOST_OF_A_SET:
        return Orders(replace(request, n=count * request.n))
    variations = tuple(
        variation
        for label, words in found.descriptions()
        for variation in _in_sizes(label, replace(request, prompt=words), sizes)
    )
    return Orders(gathered(request.prompt, variations), variations)


def _in_sizes(label: str, request: PictureRequest, sizes: Sequence[NamedSize]) -> list[Variation]:
    if not sizes:
        return [Variation(label, request)]
    return [
        Variation(", ".join(part for part in (label, one.name) if part), replace(request, size=one.size))
        for one in sizes
    ]


def gathered(words: str, variations: Sequence[Variation]) -> PictureRequest:
    """All orders of a set as one request, as it is asked about and shown: with the ``words`` as typed, all
    pictures, and the size if they agree (else None). Never to be priced or sent: the orders are."""
    requests = [each.request for each in variations]
    first = requests[0]
    size = first.size if all(each.size == first.size for each in requests) else None
    return replace(first, prompt=words, size=size, n=sum(each.n for each in requests))


def typed_again(request: PictureRequest, variations: Sequence[Variation]) -> PictureRequest:
    """The ``gathered`` request of a set as somebody would ask for it: the number is that of each order, and
    its sizes are named among the words."""
    first = variations[0].request
    names = dict.fromkeys(each.label.rsplit(", ", 1)[-1] for each in variations)
    told = (
        ""
        if request.size is not None or all(one.request.size is None for one in variations)
        else (f" --sizes {','.join(names)}")
    )
    return replace(request, prompt=f"{request.prompt}{told}", n=first.n)
