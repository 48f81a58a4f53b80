"""Decodes the bytes that somebody sent to an upright picture in sRGB."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from PIL import AvifImagePlugin, Image, ImageCms

from bot.domain.requests.source_refusals import SourceReason
from bot.media.codes import Note
from bot.media.decoding import header
from bot.media.decoding.estimate import Plan, Told, plan, told_nobody
from bot.media.decoding.scale import Convert, scaled
from bot.media.decoding.slim import Slim, slim
from bot.media.limits import MAX_DECODED_PIXELS, Limits
from bot.media.sniff import Kind, sniff
from bot.media.unusable import Unusable, unusable

Image.MAX_IMAGE_PIXELS = MAX_DECODED_PIXELS
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each further one keeps pictures of its own

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
_SIXTEEN_BITS = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})


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


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture of which nothing but the header was read. ``load`` decodes it."""

    plan: Plan
    load: Callable[[], Image.Image]
    has_more: bool


def decode(data: bytes, limits: Limits, *, told: Told = told_nobody) -> Decoded:
    """Decode all of ``data``. Raises Unusable BadSource with a SourceReason; MemoryError."""
    kind = sniff(data)
    if len(data) > limits.max_bytes:
        raise unusable(SourceReason.TOO_MANY_BYTES, limit=limits.max_bytes)
    with decoder_errors_told():
        opened = open_picture(data, kind, limits)
        told(opened.plan)
        return _converted(opened, kind)


def open_picture(data: bytes, kind: Kind, limits: Limits) -> Opened:
    """Slim the file and read its header. Raises Unusable BadSource, and whatever the decoder raises."""
    slimmed = slim(data, kind)
    if kind is Kind.HEIF:
        return _opened_heif(slimmed, limits)
    if kind is Kind.WEBP and (unopened := header.of_webp(slimmed.data)) is not None:
        plan(unopened, len(data), limits)  # or it is refused here
    raw = Image.open(io.BytesIO(slimmed.data), formats=[kind.value])
    made = plan(header.of_opened(raw, kind, slimmed.data), len(data), limits)
    # Pillow's other formats walk a file to its end to count; an AVIF's header says the number.
    has_more = slimmed.has_more or (kind is Kind.AVIF and getattr(raw, "n_frames", 1) > 1)

    def load() -> Image.Image:
        if made.reduction > 1:
            raw.draft(None, (max(1, made.width // made.reduction), max(1, made.height // made.reduction)))
        raw.load()
        return raw

    return Opened(made, load, has_more)


def _opened_heif(slimmed: Slim, limits: Limits) -> Opened:
    import pillow_heif  # noqa: PLC0415 - loads as long as all else together, and few pictures need it

    pillow_heif.options.DECODE_THREADS = 1
    found = pillow_heif.open_heif(io.BytesIO(slimmed.data))
    width, height = found.size
    stored = header.of_heif(width, height, bits=found.info.get("bit_depth", 8))
    made = plan(stored, len(slimmed.data), limits)
    return Opened(made, found.to_pillow, has_more=False)


@contextmanager
def decoder_errors_told() -> Iterator[None]:
    """Whatever a decoder raises becomes Unusable: nearly anything, on a damaged file; but not MemoryError."""
    try:
        yield
    except (Unusable, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise unusable(SourceReason.TOO_MANY_PIXELS, limit=MAX_DECODED_PIXELS) from bomb
    except Exception as damaged:
        said = str(damaged).lower()
        # C libraries say so in words (pictures reference 1.3). libheif says it also of a file that claims
        # more than it allows ("Memory allocation error: Security limit exceeded"), which is the file's fault.
        if "memory" in said and "security limit" not in said:
            raise MemoryError(str(damaged)) from damaged
        raise unusable(SourceReason.DAMAGED, detail=type(damaged).__name__) from damaged


def _converted(opened: Opened, kind: Kind) -> Decoded:
    raw, target = opened.load(), opened.plan.target
    if kind is Kind.TIFF and (raw.width, raw.height) != (opened.plan.width, opened.plan.height):
        target = (target[1], target[0])  # Pillow has turned it
    size = (opened.plan.width, opened.plan.height) if kind is Kind.JPEG else raw.size
    mode, icc = raw.mode, raw.info.get("icc_profile")
    notes = [Note.FIRST_FRAME] if opened.has_more else []
    turn, has_gps = _exif(raw, kind)
    convert = _to_working_mode(raw)
    is_scaled = target != size
    if is_scaled:
        notes.append(Note.SCALED)
    image = convert(raw) if target == raw.size else scaled(raw, target, convert)
    image, coloured = _to_srgb(image, icc)
    if coloured:
        notes.append(Note.COLOURS)
    if turn is not None:
        notes.append(Note.TURNED)
        image = image.transpose(turn)
    if has_gps:
        notes.append(Note.LOCATION_REMOVED)
    untouched = mode == image.mode and not is_scaled and turn is None and not coloured
    if image.mode == "RGBA" and _alpha_minimum(image) == 255:
        image = image.convert("RGB")
    image = image.copy() if image is raw else image
    image.info = {}  # Pillow writes comments and profiles that it finds here
    upright = (size[1], size[0]) if turn in _SIDEWAYS else size
    return Decoded(image, kind, upright, tuple(notes), untouched)


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


def _to_working_mode(image: Image.Image) -> Convert:
    """The function that brings the picture, or a part of it, into a mode that can be scaled and
    colour-managed: L, RGB, RGBA, CMYK or LAB."""
    if image.mode in {"I", "F"}:
        return _from_numbers(image)
    return _in_working_mode


def _in_working_mode(image: Image.Image) -> Image.Image:
    mode = image.mode
    if mode in _SIXTEEN_BITS:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if mode in {"LA", "La", "PA", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    if mode == "P":
        return image.convert("RGBA" if image.palette and image.palette.mode == "RGBA" else "RGB")
    if mode in {"L", "RGB", "RGBA", "CMYK", "LAB"}:
        return image
    return image.convert("L" if mode == "1" else "RGB")


def _from_numbers(image: Image.Image) -> Convert:
    """32-bit samples have no agreed range: what is there is spread over black to white."""
    low, high = cast("tuple[float, float]", image.getextrema())
    scale = 255 / (high - low) if high > low else 1.0

    def convert(part: Image.Image) -> Image.Image:
        return part.convert("F").point(lambda value: value * scale - low * scale).convert("L")

    return convert


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
