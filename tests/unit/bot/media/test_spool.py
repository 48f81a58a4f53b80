"""Pictures on disk between download and upload (bot.media.spool), with a real decoder's process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.jobs.job import ORDINALS
from bot.domain.jobs.shown import SHEET
from bot.domain.requests.request import Format
from bot.media.decoder_process import DecoderProcess
from bot.media.limits import Limits
from bot.media.spool import DiskSpool
from bot.ports import Spool
from tests.contract.samples import a_job, a_picture
from tests.unit.bot.media.pictures import opened, quarters, saved

WEBP_JOB = a_job(request=replace(a_job().request, format=Format.WEBP, n=3))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    decoder = DecoderProcess(folder=tmp_path / "decoding", limits=Limits(), seconds=60.0)
    return DiskSpool(
        tmp_path / "spool", inspect=decoder.inspect, sheet=decoder.sheet, preview=decoder.preview
    )


def test_previews_have_places_of_their_own(spool: Spool, tmp_path: Path) -> None:
    """Ordinals and numbers of pictures are the same numbers, and both may be PNG."""
    job = a_job()
    pictures = [a_picture(ordinal=ordinal) for ordinal in (0, 1, ORDINALS)]

    places = [spool.path(job, picture) for picture in pictures]
    places += [spool.preview_path(job, number) for number in (SHEET, 1, 2)]

    assert len(set(places)) == 6
    assert {place.parent for place in places} == {tmp_path / "spool" / job.id}
    assert (tmp_path / "spool" / job.id).is_dir()


async def test_the_sheet_shows_the_pictures_in_their_order(spool: Spool) -> None:
    """Two tasks of the provider made them, and the second picture was lost."""
    first, third = a_picture("P1", ordinal=0), a_picture("P3", ordinal=ORDINALS)
    spool.path(WEBP_JOB, first).write_bytes(saved(quarters(), "WEBP"))
    spool.path(WEBP_JOB, third).write_bytes(saved(quarters().rotate(180), "WEBP"))

    facts = await spool.sheet(WEBP_JOB, [first, None, third])

    path = spool.preview_path(WEBP_JOB, SHEET)
    assert await spool.inspect(path) == facts
    sheet = opened(path.read_bytes())
    assert sheet.size == (1600, 1204)
    assert _is_reddish(sheet.getpixel((300, 100))), "red is at the top left of the first"
    assert _is_reddish(sheet.getpixel((600, 1100))), "and at the bottom right of the third, as it is turned"
    assert sheet.getpixel((900, 50)) == (0xD0, 0xD0, 0xD0)


async def test_a_preview_shows_one_picture(spool: Spool) -> None:
    picture = a_picture(ordinal=1)
    spool.path(WEBP_JOB, picture).write_bytes(saved(quarters(), "WEBP", lossless=True))

    facts = await spool.preview(WEBP_JOB, 2, picture)

    path = spool.preview_path(WEBP_JOB, 2)
    assert await spool.inspect(path) == facts
    assert opened(path.read_bytes()).convert("RGB").tobytes() == quarters().tobytes()


async def test_previews_are_forgotten_with_their_job(spool: Spool) -> None:
    picture = a_picture()
    spool.path(WEBP_JOB, picture).write_bytes(saved(quarters(), "WEBP"))
    await spool.sheet(WEBP_JOB, [picture, None])
    folder = spool.preview_path(WEBP_JOB, SHEET).parent

    spool.forget(WEBP_JOB)

    assert not folder.exists()


def _is_reddish(pixel: object) -> bool:
    return isinstance(pixel, tuple) and pixel[0] > 190 and pixel[1] < 70 and pixel[2] < 70
