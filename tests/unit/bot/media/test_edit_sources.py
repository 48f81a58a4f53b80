"""Sources made ready together: what is said names the file that it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source import SourceRole
from bot.domain.requests.source_refusals import MaskReason, SourceReason
from bot.media.decoder_process import DecoderProcess
from bot.media.edit_sources import MediaEditSources
from bot.media.limits import Limits
from bot.media.publish import Publisher
from bot.ports import FetchedSource
from tests.unit.bot.media.decoding.test_mask import holes
from tests.unit.bot.media.pictures import quarters, saved


@pytest.fixture
def edit_sources(tmp_path: Path) -> MediaEditSources:
    decoder = DecoderProcess(folder=tmp_path / "decoding", limits=Limits(), seconds=60.0)
    return MediaEditSources(decoder=decoder, publisher=cast("Publisher", None))


def found(folder: Path, *files: tuple[str, bytes]) -> list[FetchedSource]:
    made = []
    for number, (name, data) in enumerate(files):
        path = folder / str(number)
        path.write_bytes(data)
        made.append(FetchedSource(path, name, SourceRole.PICTURE))
    return made


def sent(folder: Path, *files: tuple[str, bytes]) -> list[FetchedSource]:
    """As they come with a message: nobody said which one is a mask."""
    return [replace(file, role=SourceRole.AUTO) for file in found(folder, *files)]


BMP = saved(quarters(), "BMP")


async def test_notes_name_the_file(edit_sources: MediaEditSources, tmp_path: Path) -> None:
    a, b = await edit_sources.prepare(found(tmp_path, ("logo.bmp", BMP), ("fox.bmp", BMP)))

    assert a.notes == ("logo.bmp was converted from BMP to PNG.",)
    assert b.notes == ("fox.bmp was converted from BMP to PNG.",)


async def test_files_of_one_name_are_told_apart_by_their_place(
    edit_sources: MediaEditSources, tmp_path: Path
) -> None:
    files = found(tmp_path, ("image.bmp", BMP), ("image.bmp", BMP), ("", BMP))

    notes = [ready.notes for ready in await edit_sources.prepare(files)]

    assert [note.split(" was")[0] for (note,) in notes] == ["Picture 1", "Picture 2", "Picture 3"]
    (alone,) = await edit_sources.prepare(files[2:])
    assert alone.notes == ("The picture was converted from BMP to PNG.",)


async def test_of_several_files_the_one_that_cannot_be_used_is_named(
    edit_sources: MediaEditSources, tmp_path: Path
) -> None:
    with pytest.raises(AskRefused) as refused:
        await edit_sources.prepare(
            found(tmp_path, ("fox.bmp", BMP), ("notes.txt", b"milk, eggs and bread\n" * 9))
        )

    assert refused.value.problem is Problem.BAD_SOURCE
    assert refused.value.refusal.reason is SourceReason.TEXT
    assert refused.value.refusal.name == "notes.txt"


PICTURE, HOLES = SourceRole.PICTURE, SourceRole.MASK


@pytest.mark.parametrize(
    ("names", "holed", "roles"),
    [
        (["a.png", "mask.png"], [1], [PICTURE, HOLES]),
        (["mask.png", "a.png"], [0], [HOLES, PICTURE]),
        (["a.png", "b.png", " Mask (1).PNG"], [2], [PICTURE, PICTURE, HOLES]),
        (["a.png", "b.png"], [1], [PICTURE, HOLES]),
        (["b.png", "a.png"], [0], [PICTURE, PICTURE]),
        (["a.png", "unmasked.png"], [], [PICTURE, PICTURE]),
        (["mask.png"], [0], [PICTURE]),
        (["a.png", "maskA.png"], [1], [PICTURE, HOLES]),
        (["Maskenball.png", "a.png"], [], [PICTURE, PICTURE]),
    ],
    ids=[
        "second",
        "first",
        "third",
        "only by its holes",
        "holes in the first",
        "no mask",
        "alone",
        "prefix",
        "a masked ball",
    ],
)
async def test_which_file_is_the_mask(
    edit_sources: MediaEditSources,
    tmp_path: Path,
    names: list[str],
    holed: list[int],
    roles: list[SourceRole],
) -> None:
    files = [(name, saved(holes() if i in holed else quarters(), "PNG")) for i, name in enumerate(names)]

    assert [ready.role for ready in await edit_sources.prepare(sent(tmp_path, *files))] == roles


async def test_of_two_masks_none_is_chosen(edit_sources: MediaEditSources, tmp_path: Path) -> None:
    hole = saved(holes(), "PNG")
    files = sent(tmp_path, ("a.png", saved(quarters(), "PNG")), ("mask1.png", hole), ("mask2.png", hole))

    with pytest.raises(AskRefused) as refused:
        await edit_sources.prepare(files)

    assert (refused.value.problem, refused.value.refusal.reason) == (Problem.BAD_MASK, MaskReason.SEVERAL)


async def test_a_mask_without_a_picture_is_refused(edit_sources: MediaEditSources, tmp_path: Path) -> None:
    (file,) = sent(tmp_path, ("mask.png", saved(holes(), "PNG")))

    with pytest.raises(AskRefused) as refused:
        await edit_sources.prepare([replace(file, role=SourceRole.MASK)])

    assert (refused.value.problem, refused.value.refusal.reason) == (Problem.BAD_MASK, MaskReason.ALONE)
