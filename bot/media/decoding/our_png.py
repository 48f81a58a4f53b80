"""PNGs that the bot draws itself, marked as what they are, and small enough to be shown in a message."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from enum import StrEnum

from PIL import Image
from PIL.PngImagePlugin import PngInfo

EFFORT = 6
"""zlib level; 9 takes twice to ten times as long for a few percent less (pictures reference 2.2)."""


class DigitalSource(StrEnum):
    """How a picture came about, in the words of IPTC (pictures reference 2.3)."""

    DRAWN = "trainedAlgorithmicMedia"
    """A model drew it; we only wrote it down in another format or size."""
    COMPOSED = "compositeWithTrainedAlgorithmicMedia"
    """Put together by us, with what a model drew."""


def fitting_png(
    draw: Callable[[int], Image.Image], sides: Iterable[int], *, most: int, source: DigitalSource
) -> tuple[bytes, tuple[int, int]]:
    """What ``draw`` makes for the first of ``sides`` (pixels of the longer edge) whose PNG has at most
    ``most`` bytes, or for the last of them, and its size. The same pixels give the same bytes."""
    data, size = b"", (0, 0)
    for side in sides:
        image = draw(side)
        data, size = _png(image, source), image.size
        if len(data) <= most:
            break
    return data, size


def _png(image: Image.Image, source: DigitalSource) -> bytes:
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", _xmp(source))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=EFFORT, pnginfo=info)
    return out.getvalue()


def _xmp(source: DigitalSource) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{source}"'
        ' xmp:CreatorTool="Imagine"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
