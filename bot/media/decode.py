"""Decodes the bytes that somebody sent to an upright picture in sRGB. Blocking: callers run it in a
thread."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import pillow_heif
from PIL import Image, ImageCms

from bot.domain.requests import sizes
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import SourceReason
from bot.media.codes import Note
from bot.media.sniff import Kind, refused, sniff

MAX_DECODED_PIXELS = 89_478_485
"""Pillow's own warning threshold: at most 360 MB decoded. Phones make 50 million, rarely 200."""
MAX_BYTES = 50_000_000
"""The model's limit for one input file (provider reference 3)."""

_ORIENTATION, _GPS = 0x0112, 0x8825  # EXIF tags
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset(_TRANSPOSE[orientation] for orientation in (5, 6, 7, 8))


@dataclass(frozen=True, slots=True)
class Limits:
    """``max_bytes`` holds for what goes in and what comes out, ``max_decoded_pixels`` for what goes in.
    ``max_edge`` and ``max_pixels`` hold for what comes out; by default they are the model's largest picture,
    because it cannot draw more than that of a source."""

    max_bytes: int = MAX_BYTES
    max_edge: int = sizes.MAX_EDGE
    max_pixels: int = sizes.MAX_PIXELS
    max_decoded_pixels: int = MAX_DECODED_PIXELS

    def scale_of(self, width: int, height: int) -> float:
        """The factor for both edges, at most 1."""
        return min(1.0, self.max_edge / max(width, height), math.sqrt(self.max_pixels / (width * height)))


@dataclass(frozen=True, slots=True)
class Decoded:
    """``image`` is upright, sRGB, without metadata, mode L, RGB or RGBA, and RGBA only if something in it is
    not opaque. ``original`` is the upright size before scaling. ``untouched``: the file's own pixels are
    exactly these, so its bytes may be passed on."""

    image: Image.Image
    kind: Kind
    original: tuple[int, int]
    notes: tuple[Note, ...]
    untouched: bool

    @property
    def has_alpha(self) -> bool:
        return self.image.mode == "RGBA"


def decode(data: bytes, limits: Limits) -> Decoded:
    """Decode all of ``data``. Raises AskRefused BadSource with a SourceReason."""
    kind = sniff(data)
    if len(data) > limits.max_bytes:
        raise refused(SourceReason.TOO_MANY_BYTES, limit=limits.max_bytes)
    with _decoder_errors_refused(), _opened(data, kind, limits) as raw:
        _check_pixels(raw.size, limits)
        return _converted(raw, kind, limits)


@contextmanager
def _decoder_errors_refused() -> Iterator[None]:
    try:
        yield
    except AskRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise refused(SourceReason.TOO_MANY_PIXELS, limit=MAX_DECODED_PIXELS) from bomb
    # Decoders raise nearly any exception on a damaged file.
    except Exception as damaged:
        raise refused(SourceReason.DAMAGED, detail=type(damaged).__name__) from damaged


def _opened(data: bytes, kind: Kind, limits: Limits) -> Image.Image:
    """Opened by this one decoder; nothing but the header is read before the size is checked."""
    if kind is not Kind.HEIF:
        return Image.open(io.BytesIO(data), formats=[kind.value])
    header = pillow_heif.open_heif(io.BytesIO(data))
    _check_pixels(header.size, limits)
    picture: Image.Image = header.to_pillow()
    return picture


def _check_pixels(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise refused(SourceReason.DAMAGED, detail="no pixels")
    if width * height > limits.max_decoded_pixels:
        limit = limits.max_decoded_pixels
        raise refused(SourceReason.TOO_MANY_PIXELS, width=width, height=height, limit=limit)


def _converted(raw: Image.Image, kind: Kind, limits: Limits) -> Decoded:
    mode, icc = raw.mode, raw.info.get("icc_profile")
    notes = [Note.FIRST_FRAME] if _has_more(raw, kind) else []
    size, scale = _loaded(raw, kind, limits)
    turn, has_gps = _exif(raw, kind)
    image = _in_working_mode(raw)
    if scale < 1:
        notes.append(Note.SCALED)
        target = (max(1, math.floor(size[0] * scale)), max(1, math.floor(size[1] * scale)))
        image = image.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image, coloured = _to_srgb(image, icc)
    if coloured:
        notes.append(Note.COLOURS)
    if turn is not None:
        notes.append(Note.TURNED)
        image = image.transpose(turn)
    if has_gps:
        notes.append(Note.LOCATION_REMOVED)
    untouched = mode == image.mode and scale == 1 and turn is None and not coloured
    if image.mode == "RGBA" and _alpha_minimum(image) == 255:
        image = image.convert("RGB")
    image = image.copy() if image is raw else image
    image.info = {}  # Pillow writes comments and profiles that it finds here
    upright = (size[1], size[0]) if turn in _SIDEWAYS else size
    return Decoded(image, kind, upright, tuple(notes), untouched)


def _loaded(raw: Image.Image, kind: Kind, limits: Limits) -> tuple[tuple[int, int], float]:
    """Decode ``raw``; its full size and the factor that brings it within the limits. (A TIFF is turned while
    it is decoded; a JPEG is decoded at 1/2, 1/4 or 1/8 where that is enough.)"""
    full = raw.size
    scale = limits.scale_of(*full)
    if kind is Kind.JPEG and scale < 1:
        raw.draft(None, (math.ceil(full[0] * scale), math.ceil(full[1] * scale)))
    raw.load()
    return full if kind is Kind.JPEG else raw.size, scale


def _has_more(raw: Image.Image, kind: Kind) -> bool:
    """A JPEG with several pictures (MPO) is a phone's photograph with a depth map, not an animation."""
    return kind is not Kind.JPEG and getattr(raw, "n_frames", 1) > 1


def _exif(raw: Image.Image, kind: Kind) -> tuple[Image.Transpose | None, bool]:
    """How to turn the loaded picture, and whether its EXIF has a location. Broken EXIF is read as none.

    libheif has turned HEIF pictures already (their EXIF orientation is for information only), Pillow TIFFs.
    """
    try:
        exif = raw.getexif()
        turn = None if kind is Kind.HEIF else _TRANSPOSE.get(exif.get(_ORIENTATION, 1))
        return turn, bool(exif.get_ifd(_GPS))
    except Exception:  # noqa: BLE001 - the parser raises nearly anything on broken EXIF
        return None, False


def _alpha_minimum(image: Image.Image) -> int:
    return next(value for value, count in enumerate(image.getchannel("A").histogram()) if count)


def _in_working_mode(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled and colour-managed: L, RGB, RGBA, CMYK or LAB."""
    mode = image.mode
    if mode in {"I;16", "I;16B", "I;16L", "I;16N"}:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if mode in {"I", "F"}:
        return _from_numbers(image)
    if mode in {"LA", "La", "PA", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    if mode == "P":
        return image.convert("RGBA" if image.palette and image.palette.mode == "RGBA" else "RGB")
    if mode in {"L", "RGB", "RGBA", "CMYK", "LAB"}:
        return image
    return image.convert("L" if mode == "1" else "RGB")


def _from_numbers(image: Image.Image) -> Image.Image:
    """32-bit samples have no agreed range: what is there is spread over black to white."""
    numbers = image.convert("F")
    low, high = cast("tuple[float, float]", numbers.getextrema())
    scale = 255 / (high - low) if high > low else 1.0
    return numbers.point(lambda value: value * scale - low * scale).convert("L")


def _to_srgb(image: Image.Image, icc: bytes | None) -> tuple[Image.Image, bool]:
    """The colours as every reader shows them without a profile, and whether that changed anything.

    A profile that does not fit the picture or cannot be read is left out, as browsers do.
    """
    if icc or image.mode == "LAB":
        try:
            converted = _by_profile(image, icc)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted, True
    if image.mode in {"CMYK", "LAB"}:
        return image.convert("RGB"), True
    return image, False


def _by_profile(image: Image.Image, icc: bytes | None) -> Image.Image | None:
    """Converted, or None when the profile says what is true anyway or is for another kind of picture."""
    if icc is None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    else:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    colours = image.convert("RGB") if image.mode == "RGBA" else image
    space = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}[colours.mode]
    is_srgb = space == "RGB" and "srgb" in ImageCms.getProfileDescription(profile).lower()
    if is_srgb or profile.profile.xcolor_space.strip() != space:
        return None
    converted = ImageCms.profileToProfile(colours, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    if converted is not None and image.mode == "RGBA":
        converted.putalpha(image.getchannel("A"))
    return converted
