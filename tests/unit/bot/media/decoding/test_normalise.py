"""What people send, made usable; or refused with the reason."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFile

from bot.domain.problem import Problem
from bot.domain.requests.request import Size
from bot.domain.requests.source_refusals import BadSource, SourceReason
from bot.media.codes import Note
from bot.media.decoding.normalise import as_png, normalise
from bot.media.limits import Limits
from bot.media.picture import Normalised
from bot.media.unusable import Unusable
from tests.unit.bot.media.pictures import (
    BLUE,
    CORNERS,
    GREEN,
    RED,
    WHITE,
    animated,
    chunk,
    close,
    corners,
    exif,
    heic,
    noise,
    opened,
    png_of,
    quarters,
    saved,
    srgb_profile,
    swapped_profile,
)

LIMITS = Limits()


def take(data: bytes, limits: Limits = LIMITS) -> Normalised:
    result = normalise(data, limits=limits)
    image = opened(result.data)

    assert image.format == result.format.upper()
    assert image.size == (result.width, result.height)
    assert not image.getexif()
    assert not {"icc_profile", "comment", "xmp", "XML:com.adobe.xmp", "exif"} & set(image.info)
    assert image.mode in {"L", "RGB", "RGBA"}
    assert len(result.data) <= limits.max_bytes
    return result


def refusal(data: bytes, limits: Limits = LIMITS) -> Unusable:
    with pytest.raises(Unusable) as caught:
        normalise(data, limits=limits)

    assert caught.value.refusal.code is Problem.BAD_SOURCE
    return caught.value


def reason(data: bytes, limits: Limits = LIMITS) -> object:
    return refusal(data, limits).refusal.reason


# --- turned, and what is told of where -------------------------------------------------------------

STORED = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.transpose(Image.Transpose.ROTATE_180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.transpose(Image.Transpose.ROTATE_90),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_in_every_format(form: str, orientation: int) -> None:
    stored = STORED[orientation](quarters())
    result = take(saved(stored, form, exif=exif(orientation, gps=True)))

    assert (result.width, result.height) == (320, 240)
    assert result.original == Size(320, 240)
    assert close(corners(result.data), CORNERS)
    assert b"SECRETCAMERA" not in result.data


def test_a_turned_photograph_says_so_and_an_upright_one_does_not() -> None:
    assert Note.TURNED in take(saved(STORED[6](quarters()), "JPEG", exif=exif(6))).notes
    assert take(saved(quarters(), "JPEG", exif=exif(1))).notes == ()


def test_heic_is_turned_once() -> None:
    upright = take(heic(quarters()))
    turned = take(heic(STORED[6](quarters()), exif=exif(6, gps=True)))

    assert (upright.width, upright.height) == (turned.width, turned.height) == (320, 240)
    assert close(corners(upright.data), CORNERS)
    assert close(corners(turned.data), CORNERS)
    assert upright.format == turned.format == "jpeg"
    assert upright.came_as == "HEIF"
    assert Note.CONVERTED in upright.notes
    assert Note.LOCATION_REMOVED in turned.notes


def test_gps_is_gone_and_said_so() -> None:
    given = saved(quarters(), "JPEG", exif=exif(gps=True), quality=90)
    result = take(given)

    assert result.notes == (Note.LOCATION_REMOVED,)
    assert b"SECRETCAMERA" in given
    assert b"SECRETCAMERA" not in result.data


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")  # Pillow says so, and reads on
def test_broken_exif_is_no_reason_to_refuse() -> None:
    given = saved(quarters(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"\x99" * 40)

    assert close(corners(take(given).data), CORNERS)


# --- nothing but the metadata goes -----------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}]
)
def test_a_good_jpeg_keeps_its_very_pixels(options: dict[str, object]) -> None:
    given = saved(
        noise(640, 480),
        "JPEG",
        quality=90,
        exif=exif(gps=True),
        comment=b"SECRET",
        xmp=b"<x:SECRET/>",
        **options,
    )
    result = take(given + b"trailing SECRET")

    assert b"SECRET" in given
    assert b"SECRET" not in result.data
    assert result.format == "jpeg"
    assert opened(result.data).tobytes() == opened(given).tobytes()


def test_the_small_copy_in_a_jpegs_header_is_left_out() -> None:
    given = saved(noise(320, 240), "JPEG")
    head = b"\xff\xe0" + struct.pack(">H", 16 + 3 * 16) + given[6:18] + b"\x04\x04" + b"SECRET" * 8
    extension = b"\xff\xe0" + struct.pack(">H", 2 + 6 + 6) + b"JFXX\x00\x13" + b"SECRET"
    result = take(b"\xff\xd8" + head + extension + given[20:])

    assert result.data == given


def test_a_phone_photograph_with_a_second_picture_in_it_is_one_picture() -> None:
    second = Image.new("RGB", (320, 240), "black")
    given = saved(quarters(), "MPO", save_all=True, append_images=[second])
    result = take(given)

    assert Note.FIRST_FRAME not in result.notes
    assert close(corners(result.data), CORNERS)
    assert len(result.data) < len(given) * 0.7


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_good_png_keeps_its_very_pixels(mode: str) -> None:
    image = quarters().convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    given = saved(image, "PNG", exif=exif(gps=True), icc_profile=srgb_profile())
    at = given.index(b"IDAT") - 4
    given = given[:at] + chunk(b"tEXt", b"Comment\x00SECRET") + given[at:] + b"SECRET"
    result = take(given)

    assert b"SECRET" not in result.data
    assert result.format == "png"
    assert result.had_alpha is (mode == "RGBA")
    assert opened(result.data).tobytes() == image.tobytes()


def test_what_comes_out_goes_in_unchanged() -> None:
    once = take(saved(STORED[6](quarters()), "JPEG", exif=exif(6)))
    twice = take(once.data)

    assert twice.data == once.data
    assert twice.notes == ()


# --- colours ---------------------------------------------------------------------------------------


def test_print_colours_become_rgb() -> None:
    result = take(saved(quarters().convert("CMYK"), "JPEG", quality=95))

    assert close(corners(result.data), CORNERS)
    assert Note.COLOURS in result.notes
    assert result.format == "jpeg"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_colour_profile_is_obeyed_then_removed(form: str) -> None:
    options = {"lossless": True} if form == "WEBP" else {"quality": 95} if form == "JPEG" else {}
    result = take(saved(quarters(), form, icc_profile=swapped_profile(), **options))

    assert Note.COLOURS in result.notes
    assert close(corners(result.data), (GREEN, RED, BLUE, WHITE), by=25)


def test_a_profile_keeps_the_transparency() -> None:
    image = quarters().convert("RGBA")
    image.putalpha(100)
    result = take(saved(image, "PNG", icc_profile=swapped_profile()))

    assert result.had_alpha
    assert opened(result.data).getpixel((0, 0))[3] == 100  # type: ignore[index]


@pytest.mark.parametrize("icc", [b"", b"rubbish", srgb_profile()[:200]])
def test_a_useless_profile_changes_nothing(icc: bytes) -> None:
    result = take(saved(quarters(), "PNG", icc_profile=icc))

    assert corners(result.data) == CORNERS
    assert result.notes == ()


def test_a_profile_of_another_colour_space_is_left_out() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    assert corners(take(saved(quarters(), "PNG", icc_profile=lab)).data) == CORNERS


def test_sixteen_bits_become_eight_and_keep_their_brightness() -> None:
    grey = Image.new("I;16", (320, 240), 0x8000)
    rows = (b"\x00" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 320) * 240
    grey_result, colour_result = take(saved(grey, "PNG")), take(png_of(320, 240, depth=16, rows=rows))

    assert opened(grey_result.data).convert("RGB").getpixel((5, 5)) == (128, 128, 128)
    assert opened(colour_result.data).getpixel((5, 5)) == (255, 128, 0)
    assert colour_result.data[24] == 8


def test_numbers_for_pixels_are_spread_over_the_greys() -> None:
    for mode, values in (("F", (-2.0, 6.0)), ("I", (1000, 90000))):
        image = Image.new(mode, (320, 240), values[0])
        image.paste(values[1], (160, 0, 320, 240))
        result = opened(take(saved(image, "TIFF")).data)

        assert (result.getpixel((5, 5)), result.getpixel((300, 5))) == (0, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "YCbCr", "LAB", "I;16"])
def test_every_mode_is_handled(mode: str) -> None:
    form = "PNG" if mode in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"} else "TIFF"
    source = quarters().convert("P").convert("PA") if mode == "PA" else None
    if source is None:
        source = (
            ImageCms.profileToProfile(
                quarters(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
            )
            if mode == "LAB"
            else quarters().convert("L").convert("I").convert("I;16")
            if mode == "I;16"
            else quarters().convert(mode)
        )
    assert source is not None
    if mode == "PA":
        source = source.convert("LA")
    result = take(saved(source, form))

    assert result.format == "png"
    assert result.had_alpha is False
    if mode in {"RGB", "RGBA", "YCbCr", "LAB"}:
        assert close(corners(result.data), CORNERS)


# --- transparency ----------------------------------------------------------------------------------


def test_a_transparent_colour_of_a_palette_is_kept_as_alpha() -> None:
    image = quarters().quantize(4)
    clear = image.getpixel((5, 5))
    result = take(saved(image, "PNG", transparency=clear))
    out = opened(result.data)

    assert result.had_alpha
    assert out.mode == "RGBA"
    assert out.getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert out.getpixel((315, 5))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_transparent_colour_without_a_palette_is_kept_as_alpha(mode: str) -> None:
    image = Image.new(mode, (320, 240), 0)
    image.paste(255 if mode == "L" else WHITE, (160, 0, 320, 240))
    result = take(saved(image, "PNG", transparency=255 if mode == "L" else WHITE))

    assert result.had_alpha
    assert opened(result.data).getpixel((300, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "AVIF", "HEIC"])
def test_transparency_makes_it_a_png(form: str) -> None:
    image = quarters().convert("RGBA")
    ImageDraw.Draw(image).rectangle((0, 0, 100, 100), (0, 0, 0, 0))
    result = take(heic(image) if form == "HEIC" else saved(image, form))

    assert result.format == "png"
    assert result.had_alpha


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_alpha_channel_that_hides_nothing_is_no_transparency(form: str) -> None:
    assert take(saved(quarters().convert("RGBA"), form)).had_alpha is False


# --- formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "options", "becomes"),
    [
        ("WEBP", {"quality": 90}, "jpeg"),
        ("WEBP", {"lossless": True}, "png"),
        ("AVIF", {}, "jpeg"),
        ("GIF", {}, "png"),
        ("BMP", {}, "png"),
        ("TIFF", {}, "png"),
        ("TIFF", {"compression": "tiff_lzw"}, "png"),
    ],
)
def test_other_formats_are_converted_lossless_ones_to_png(
    form: str, options: dict[str, object], becomes: str
) -> None:
    result = take(saved(quarters(), form, **options))

    assert result.format == becomes
    assert result.mimetype == f"image/{becomes}"
    assert Note.CONVERTED in result.notes
    assert close(corners(result.data), CORNERS)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_of_an_animation_the_first_picture_is_used_and_said(form: str) -> None:
    result = take(animated(form))

    assert Note.FIRST_FRAME in result.notes
    assert close(corners(result.data), (RED,) * 4)
    assert getattr(opened(result.data), "n_frames", 1) == 1


def test_a_tiny_picture_is_said_to_be_tiny() -> None:
    assert take(saved(Image.new("RGB", (1, 1)), "PNG")).notes == (Note.TINY,)
    assert Note.TINY not in take(saved(quarters(256, 10), "PNG")).notes


# --- too large -------------------------------------------------------------------------------------


def test_too_many_pixels_are_scaled_with_the_ratio_kept() -> None:
    result = take(saved(quarters(6000, 4000), "JPEG"))

    assert Note.SCALED in result.notes
    assert result.original == Size(6000, 4000)
    assert result.width * result.height <= LIMITS.max_pixels
    assert (result.width, result.height) == (3527, 2351)
    assert close(corners(result.data), CORNERS)


def test_a_huge_jpeg_is_decoded_at_a_part_of_its_size() -> None:
    given = saved(STORED[6](quarters(9600, 6400)), "JPEG", exif=exif(6), quality=60)
    result = take(given)

    assert result.original == Size(9600, 6400)
    assert result.size == Size(3527, 2351)
    assert close(corners(result.data), CORNERS)


def test_too_long_an_edge_is_scaled() -> None:
    result = take(saved(quarters(7680, 100), "PNG"))

    assert (result.width, result.height) == (3840, 50)
    assert result.format == "png"


def test_a_line_does_not_vanish() -> None:
    assert take(saved(quarters(8000, 2), "PNG")).size == Size(3840, 1)


def test_a_transparent_edge_is_not_darkened_by_scaling() -> None:
    image = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 401, 800))
    result = opened(take(saved(image, "PNG"), Limits(max_edge=300)).data)

    shown = [result.getpixel((x, 100)) for x in range(300)]
    assert all(pixel[:3] == (255, 255, 255) for pixel in shown if pixel[3] > 8)  # type: ignore[index]


def test_a_jpeg_that_grows_when_it_is_turned_is_compressed_harder() -> None:
    given = saved(noise(700, 500), "JPEG", quality=85, exif=exif(6))
    result = take(given, Limits(max_bytes=len(given)))

    assert (result.format, result.size) == ("jpeg", Size(500, 700))
    assert Note.SCALED not in result.notes


def test_a_picture_whose_png_is_too_large_becomes_a_jpeg() -> None:
    given = saved(noise(600, 600), "GIF")
    result = take(given, Limits(max_bytes=len(given)))

    assert (result.format, result.size) == ("jpeg", Size(600, 600))
    assert result.notes == (Note.CONVERTED,)


def test_a_transparent_picture_that_stays_too_large_is_made_smaller() -> None:
    image = noise(600, 600).convert("RGBA")
    image.putalpha(Image.effect_noise((600, 600), 90))
    given = saved(image, "WEBP", lossless=True)
    png = len(saved(image, "PNG"))
    limits = Limits(max_bytes=len(given))
    if png <= limits.max_bytes:
        pytest.skip("this zlib makes PNGs as small as WebP")
    result = take(given, limits)

    assert result.format == "png"
    assert Note.SCALED in result.notes
    assert result.width == 424


def test_what_cannot_be_made_small_enough_is_refused() -> None:
    given = saved(Image.new("RGB", (900, 900)), "WEBP", lossless=True)
    found = refusal(given, Limits(max_bytes=len(given)))

    assert len(given) < 79, "shorter than any PNG or JPEG"
    assert found.refusal == BadSource(SourceReason.TOO_MANY_BYTES, limit=len(given))


# --- refused ---------------------------------------------------------------------------------------

DISGUISES = {
    SourceReason.EMPTY: [b""],
    SourceReason.WEB_PAGE: [
        b"<!DOCTYPE html><html><body>hi</body></html>",
        b"\xef\xbb\xbf \n<HTML><head></head></HTML>",
    ],
    SourceReason.SVG: [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?>\n<!-- made --><svg width='10'/>",
        b"<!DOCTYPE svg PUBLIC 'x'><svg/>",
    ],
    SourceReason.TEXT: [b"hello, I am a picture", "grüße — 絵".encode() * 200, b"\xff\xfeh\x00i\x00", b"{}"],
    SourceReason.PDF: [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", b"\r\n\r\n%PDF-1.4 "],
    SourceReason.VIDEO: [
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64),
        b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(64),
        b"\x1aE\xdf\xa3" + bytes(64),
        b"RIFF\x00\x00\x00\x00AVI LIST",
    ],
    SourceReason.UNSUPPORTED_FORMAT: [
        b"8BPS\x00\x01" + bytes(64),
        b"\xff\x0a" + bytes(64),
        b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(64),
        b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom" + bytes(64),
    ],
    SourceReason.NOT_A_PICTURE: [
        b"PK\x03\x04\x14\x00\x08\x08" + bytes(range(256)),
        bytes(100),
        b"\x7fELF" + bytes(99),
    ],
}


@pytest.mark.parametrize(
    ("data", "expected"), [(data, reason) for reason, all_of in DISGUISES.items() for data in all_of]
)
def test_what_is_no_picture_is_refused_by_what_it_is(data: bytes, expected: SourceReason) -> None:
    assert reason(data) is expected


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "HEIC"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.97])
def test_a_cut_picture_is_refused(form: str, part: float) -> None:
    image = noise(200, 150)
    whole = heic(image) if form == "HEIC" else saved(image, form)

    assert reason(whole[: max(16, int(len(whole) * part))]) in {SourceReason.DAMAGED, SourceReason.VIDEO}


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (20_000, 15_001)])
def test_a_bomb_is_refused_by_its_header(width: int, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_image: ImageFile.ImageFile) -> None:
        pytest.fail("its pixels were read")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    found = refusal(png_of(width, height))

    assert found.refusal.reason is SourceReason.TOO_MANY_PIXELS


def test_a_jpeg_bomb_is_refused_by_its_header() -> None:
    given = bytearray(saved(quarters(), "JPEG"))
    frame = given.index(b"\xff\xc0")
    given[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)

    assert reason(bytes(given)) is SourceReason.TOO_MANY_PIXELS


def test_the_limit_on_pixels_holds_for_heic_before_decoding() -> None:
    found = refusal(heic(quarters()), Limits(max_decoded_pixels=320 * 240 - 1))

    assert found.refusal == BadSource(
        SourceReason.TOO_MANY_PIXELS, width=320, height=240, limit=320 * 240 - 1
    )
    assert take(heic(quarters()), Limits(max_decoded_pixels=320 * 240)).width == 320


def test_the_size_is_checked_before_heic_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pillow_heif.HeifFile.to_pillow")

    assert reason(heic(quarters()), Limits(max_decoded_pixels=10)) is SourceReason.TOO_MANY_PIXELS


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
def test_our_own_limit_on_pixels_holds(form: str) -> None:
    given = saved(quarters(), form)

    assert reason(given, Limits(max_decoded_pixels=320 * 240 - 1)) is SourceReason.TOO_MANY_PIXELS


def test_an_impossible_header_is_damage() -> None:
    assert reason(png_of(0, 10)) is SourceReason.DAMAGED


def test_more_bytes_than_allowed_are_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(saved(quarters(), "PNG"))
    limits = Limits(max_bytes=path.stat().st_size - 1)

    for given in (path, path.read_bytes()):
        with pytest.raises(Unusable) as caught:
            normalise(given, limits=limits)
        assert caught.value.refusal.reason is SourceReason.TOO_MANY_BYTES


def test_a_missing_file_is_the_callers_business(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        normalise(tmp_path / "none", limits=LIMITS)


SAMPLES = [
    *(saved(noise(40, 30), form, exif=exif(6, gps=True)) for form in ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")),
    *(saved(noise(40, 30), form) for form in ("GIF", "BMP")),
    saved(noise(40, 30), "JPEG", icc_profile=swapped_profile(), progressive=True),
    heic(noise(40, 30), exif=exif(6)),
    animated("PNG"),
]


@settings(max_examples=200)
@given_(st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=8))
def test_whatever_is_broken_in_a_file_it_is_used_or_refused(
    data: bytes, hits: list[tuple[float, bytes]]
) -> None:
    broken = bytearray(data)
    for where, what in hits:
        at = int(where * (len(broken) - 1))
        broken[at : at + len(what)] = what
    with suppress(Unusable):
        opened(normalise(bytes(broken), limits=Limits(max_decoded_pixels=1_000_000)).data)


def test_a_file_that_claims_more_than_its_decoder_allows_is_damaged_and_no_lack_of_memory() -> None:
    claims = bytearray(heic(noise(40, 30), exif=exif(6)))
    count = claims.index(b"iloc") + 4 + 4 + 2  # version and flags, the widths of the fields, then the count
    claims[count : count + 2] = (0x0402).to_bytes(2, "big")
    assert reason(bytes(claims)) is SourceReason.DAMAGED


# --- as PNG ----------------------------------------------------------------------------------------


def test_a_jpeg_becomes_png_for_a_mask_with_the_same_pixels() -> None:
    source = take(saved(quarters(), "JPEG", quality=90))
    png = as_png(source.data)

    assert opened(png).format == "PNG"
    assert opened(png).tobytes() == opened(source.data).tobytes()
