"""Prepares sources for the provider and publishes them where it can fetch them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.domain.requests.refusals import AskRefused, naming
from bot.domain.requests.source import SourceRole, is_named_mask
from bot.domain.requests.source_refusals import BadMask, MaskReason
from bot.media.codes import MaskNote, Note
from bot.media.decoder_process import DecoderProcess
from bot.media.picture import Mask, Normalised
from bot.media.publish import Publisher
from bot.ports import FetchedSource, PreparedSource

_SOURCE_SENTENCES = {
    Note.FIRST_FRAME: "Only the first frame of {name} is used.",
    Note.SCALED: "{name} was scaled from {original} to {size} pixels.",
    Note.TURNED: "{name} was turned upright.",
    Note.CONVERTED: "{name} was converted from {came_as} to {format}.",
    Note.TINY: "{name} is very small; most of the result is invented.",
}
"""What people are told about a source. Converted colours and removed locations are not mentioned."""

_MASK_SENTENCES = {
    MaskNote.TRANSPARENT_CHANGES: "Mask: the transparent part changes ({percent} %).",
    MaskNote.WHITE_CHANGES: "Mask: the white part changes ({percent} %).",
    MaskNote.SCALED: "The mask was scaled to the picture's size.",
    MaskNote.INVERTED: "The mask was turned round.",
}


class MediaEditSources:
    """Implements ``bot.ports.EditSources``: ``decoder`` prepares, ``publisher`` publishes."""

    def __init__(self, *, decoder: DecoderProcess, publisher: Publisher) -> None:
        self._decoder = decoder
        self._publisher = publisher

    async def prepare(self, found: Sequence[FetchedSource]) -> list[PreparedSource]:
        """See the port. At most one source is a mask, and it belongs to the first of the others."""
        pictures = []
        for file in found:
            with naming(file.name, of=len(found)):
                pictures.append(await self._decoder.normalise(file.path))
        names = _names(found)
        masked = _mask_index(found, pictures)
        if masked is None:
            return [_picture(name, picture) for name, picture in zip(names, pictures, strict=True)]
        first = 1 if masked == 0 else 0
        if first >= len(pictures):
            raise AskRefused(BadMask(MaskReason.ALONE))
        # The provider wants a mask in the format of its picture, and masks are PNG.
        pictures[first] = await self._decoder.as_png(pictures[first])
        mask = await self._decoder.prepare_mask(found[masked].path, pictures[first])
        return [
            _mask(mask) if index == masked else _picture(names[index], picture)
            for index, picture in enumerate(pictures)
        ]

    async def publish(self, source_id: str, ready: PreparedSource, *, ttl_seconds: float) -> str:
        return await self._publisher.publish(source_id, ready.data, ready.mimetype, ttl_seconds)

    async def withdraw(self, source_id: str) -> None:
        await self._publisher.withdraw(source_id)


def _mask_index(found: Sequence[FetchedSource], pictures: Sequence[Normalised]) -> int | None:
    """Which source is the mask; None if none is.

    It is the one whose role says so, else the one whose name says so, else a later one with transparency and
    of the first one's size. (A transparent one of another size is a second picture, such as a logo.) A single
    source is never a mask by its name. Raises AskRefused BAD_MASK when the names of several say so.
    """
    for index, file in enumerate(found):
        if file.role is SourceRole.MASK:
            return index
    if len(found) == 1:
        return None
    free = [index for index, file in enumerate(found) if file.role is SourceRole.AUTO]
    named = [index for index in free if is_named_mask(found[index].name, after_a_picture=index > 0)]
    if len(named) > 1:
        raise AskRefused(BadMask(MaskReason.SEVERAL))
    fitting = [index for index in free if index > 0 and _covers(pictures[index], pictures[0])]
    return next(iter(named + fitting), None)


def _covers(picture: Normalised, first: Normalised) -> bool:
    return picture.had_alpha and picture.original == first.original


def _names(found: Sequence[FetchedSource]) -> list[str]:
    """What the files are called in notes: by their number where several have the same name, as phones give
    it."""
    if len(found) == 1:
        return [found[0].name or "The picture"]
    given = Counter(file.name for file in found)
    return [
        file.name if file.name and given[file.name] == 1 else f"Picture {place}"
        for place, file in enumerate(found, start=1)
    ]


def _picture(name: str, picture: Normalised) -> PreparedSource:
    facts = {
        "name": name,
        "original": picture.original,
        "size": picture.size,
        "came_as": picture.came_as,
        "format": picture.format.upper(),
    }
    notes = tuple(
        _SOURCE_SENTENCES[note].format(**facts) for note in picture.notes if note in _SOURCE_SENTENCES
    )
    return PreparedSource(
        picture.data, picture.mimetype, picture.width, picture.height, SourceRole.PICTURE, notes
    )


def _mask(mask: Mask) -> PreparedSource:
    notes = tuple(
        _MASK_SENTENCES[note].format(percent=mask.percent) for note in mask.notes if note in _MASK_SENTENCES
    )
    return PreparedSource(mask.data, mask.mimetype, mask.width, mask.height, SourceRole.MASK, notes)
