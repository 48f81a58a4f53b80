"""Checks a mask against its source before anything is spent, and brings it into the form that the provider
takes.

The provider wants an alpha channel and the first source's size and format (provider reference 3): transparent
changes, opaque stays. Others read black and white instead, and a mix-up edits the wrong area without any
error (UX reference M4); the masks made here mean the same in both readings.
"""

from __future__ import annotations

import io
from fractions import Fraction

from PIL import Image, ImageChops, ImageOps

from bot.domain.requests.request import Size
from bot.domain.requests.source_refusals import BadMask, BadSource, MaskReason
from bot.media.codes import MaskNote
from bot.media.decoding.decode import Decoded, decode
from bot.media.limits import Limits
from bot.media.picture import Mask
from bot.media.unusable import Unusable

RATIO_TOLERANCE = Fraction(1, 200)
"""How far the ratios may differ: what rounding does to a copy scaled to 200 pixels."""
MIN_COVERAGE = Fraction(1, 10_000)
"""Less than this part of a picture is noise: 10 by 10 pixels of a million."""
MAX_GREY = Fraction(1, 10)
"""A black and white mask has soft edges and JPEG noise; a photograph has more grey than this."""

_BLACK, _WHITE = 64, 192
_COLOURLESS = 48
"""How far red, green and blue of a grey pixel may differ after JPEG."""


def prepare_mask(mask: bytes, size: Size, original: Size, *, limits: Limits, invert: bool = False) -> Mask:
    """Check ``mask`` against a source of this size, whose file has the size ``original``, and bring it into
    shape. Safe to repeat.

    Transparent means change; without transparency white does. ``invert`` turns that round. The same ratio in
    another size is scaled. Raises Unusable BadMask with a MaskReason.
    """
    try:
        decoded = decode(mask, limits)
    except Unusable as unreadable:
        refusal = unreadable.refusal
        why = refusal.reason if isinstance(refusal, BadSource) else None
        raise Unusable(BadMask(MaskReason.UNREADABLE, why=why)) from unreadable
    _check_ratio(decoded, original)
    change, note = _changing(decoded)
    notes = [note]
    if change.size != (size.width, size.height):
        notes.append(MaskNote.SCALED)
        change = change.resize((size.width, size.height), Image.Resampling.BILINEAR)
    elif decoded.original != change.size:
        notes.append(MaskNote.SCALED)
    change = change.point([0] * 128 + [255] * 128)
    if invert:
        notes.append(MaskNote.INVERTED)
        change = ImageOps.invert(change)
    coverage = Fraction(change.histogram()[255], size.pixels)
    if coverage < MIN_COVERAGE:
        raise Unusable(BadMask(MaskReason.NOTHING_MARKED))
    if coverage > 1 - MIN_COVERAGE:
        raise Unusable(BadMask(MaskReason.EVERYTHING_MARKED))
    return Mask(_png(change), coverage, tuple(notes), size.width, size.height)


def _check_ratio(decoded: Decoded, source: Size) -> None:
    """Both sizes in the refusal are those of the files that people know. Raises Unusable BadMask."""
    width, height = decoded.original
    one, other = width * source.height, height * source.width
    off = Fraction(abs(one - other), max(one, other))
    if off > RATIO_TOLERANCE:
        sizes = str(Size(width, height)), str(source)
        raise Unusable(BadMask(MaskReason.SIZE, mask_size=sizes[0], source_size=sizes[1]))


def _changing(decoded: Decoded) -> tuple[Image.Image, MaskNote]:
    """A grey picture that is light where the source changes. Raises Unusable BadMask."""
    if decoded.has_alpha:
        return ImageOps.invert(decoded.image.getchannel("A")), MaskNote.TRANSPARENT_CHANGES
    grey = decoded.image.convert("L")
    histogram = grey.histogram()
    pixels = grey.width * grey.height
    undecided = sum(histogram[_BLACK:_WHITE]) + _coloured(decoded.image)
    if Fraction(undecided, pixels) > MAX_GREY:
        raise Unusable(BadMask(MaskReason.NOT_A_MASK))
    return grey, MaskNote.WHITE_CHANGES


def _coloured(image: Image.Image) -> int:
    """How many pixels are not grey."""
    if image.mode != "RGB":
        return 0
    red, green, blue = image.split()
    spread = ImageChops.lighter(
        ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue)),
        ImageChops.difference(red, blue),
    )
    return sum(spread.histogram()[_COLOURLESS:])


def _png(change: Image.Image) -> bytes:
    """Transparent white where it changes, opaque black where it stays."""
    out = io.BytesIO()
    Image.merge("RGBA", (change, change, change, ImageOps.invert(change))).save(out, "PNG", compress_level=6)
    return out.getvalue()
