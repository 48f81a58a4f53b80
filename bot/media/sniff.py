"""Tells a file's format by its first bytes; its name and mimetype are never used.

ISO-BMFF brands: ISO/IEC 23008-12 (HEIF) and the AVIF specification; phones send HEIC under any mimetype
(Slack reference 2.5).
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.requests.source_refusals import SourceReason
from bot.media.unusable import unusable


class Kind(StrEnum):
    """File formats that are decoded. The value is the decoder's name for it."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WEBP"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    HEIF = "HEIF"
    AVIF = "AVIF"


HEAD = 2048
"""Bytes that are enough to tell."""

_PICTURES = {
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"\xff\xd8\xff": Kind.JPEG,
    b"GIF87a": Kind.GIF,
    b"GIF89a": Kind.GIF,
    b"BM": Kind.BMP,
    b"II*\x00": Kind.TIFF,
    b"MM\x00*": Kind.TIFF,
}
_UNSUPPORTED = {
    b"8BPS": "Photoshop",
    b"\xff\x0a": "JPEG XL",
    b"\x00\x00\x00\x0cJXL ": "JPEG XL",
    b"\x00\x00\x00\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\x00\x00\x01\x00": "icon",
    b"%!PS": "PostScript",
    b"gimp xcf": "GIMP",
    b"v/1\x01": "OpenEXR",
}
_VIDEOS = (b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3", b"OggS", b"FLV")
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1"})


def sniff(data: bytes) -> Kind:
    """The format of a file that begins with ``data`` (all of it, or at least HEAD bytes).

    Raises Unusable BadSource with the reason for everything that is not decoded.
    """
    if not data:
        raise unusable(SourceReason.EMPTY)
    head = data[:HEAD]
    for magic, kind in _PICTURES.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp":
        return _boxed(head)
    for magic, name in _UNSUPPORTED.items():
        if head.startswith(magic):
            raise unusable(SourceReason.UNSUPPORTED_FORMAT, format_name=name)
    if head.startswith(_VIDEOS) or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        raise unusable(SourceReason.VIDEO)
    raise unusable(_other(head))


def looks_like_html(head: bytes) -> bool:
    """Whether a body that begins so is a web page: Slack's login page, for one (Slack reference 2.5)."""
    start = _text_start(head)
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<body"))


def _boxed(head: bytes) -> Kind:
    """ISO base media files say what they are in a list of brands; one box holds photographs and films."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = [major, *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if major not in _AVIF_BRANDS | _HEIF_BRANDS and major == b"crx ":
        raise unusable(SourceReason.UNSUPPORTED_FORMAT, format_name="camera raw")
    if _AVIF_BRANDS.intersection(brands):
        return Kind.AVIF
    if _HEIF_BRANDS.intersection(brands):
        return Kind.HEIF
    raise unusable(SourceReason.VIDEO)


def _other(head: bytes) -> SourceReason:
    if b"%PDF-" in head[:1024]:
        return SourceReason.PDF
    start = _text_start(head)
    if start.startswith(b"<svg") or (
        start.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in start
    ):
        return SourceReason.SVG
    if looks_like_html(head):
        return SourceReason.WEB_PAGE
    return SourceReason.TEXT if _is_text(head) else SourceReason.NOT_A_PICTURE


def _text_start(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True  # UTF-16's byte order mark
    text = head[:512].decode("utf-8", "replace")
    odd = sum(char == "\ufffd" or not (char.isprintable() or char.isspace()) for char in text)
    return odd <= 1 + len(text) // 50
