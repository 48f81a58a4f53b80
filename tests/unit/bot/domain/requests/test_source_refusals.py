"""How a refusal is kept with a job: the texts of every version so far, written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.problem import Problem
from bot.domain.requests.source_refusals import (
    AddressReason,
    BadMask,
    BadSource,
    MaskReason,
    NoPublicAddress,
    NoSource,
    SourceReason,
    SourceRefusal,
    kept_text,
    read_kept,
)

KEPT: list[tuple[SourceRefusal, str]] = [
    (BadSource(SourceReason.TOO_MANY, most=16), "too_many most=16"),
    (BadSource(SourceReason.UNSUPPORTED_FORMAT, format="JPEG XL"), "unsupported_format format=JPEG%20XL"),
    (BadSource(SourceReason.EMPTY, name="my logo (2).png"), "empty name=my%20logo%20%282%29.png"),
    (BadSource(SourceReason.EMPTY, name="a/ü.png", own=True), "empty name=a/%C3%BC.png own=yes"),
    (BadSource(SourceReason.TOO_MANY_BYTES, limit=50_000_000), "too_many_bytes limit=50000000"),
    (
        BadSource(SourceReason.TOO_MANY_PIXELS, width=3, height=4, limit=5),
        "too_many_pixels height=4 limit=5 width=3",
    ),
    (
        BadSource(SourceReason.TOO_BIG, width=3, height=4, needs=6, limit=5),
        "too_big height=4 limit=5 needs=6 width=3",
    ),
    (BadSource(SourceReason.DAMAGED, reference="0a1b"), "damaged reference=0a1b"),
    (
        BadSource(SourceReason.NOT_VISIBLE, detail="files.info: no access"),
        "not_visible detail=files.info%3A%20no%20access",
    ),
    (BadMask(MaskReason.UNREADABLE, why=SourceReason.EMPTY), "unreadable why=empty"),
    (
        BadMask(MaskReason.SIZE, mask_size="2x2", source_size="3x4", own=True),
        "size mask_size=2x2 own=yes source_size=3x4",
    ),
    (BadMask(MaskReason.ALONE), "alone"),
    (NoPublicAddress(AddressReason.NONE_SET, own=True), "none_set own=yes"),
    (NoPublicAddress(AddressReason.NOT_HTTPS), "not_https"),
    (NoSource(), ""),
    (NoSource(is_unread=True), "unread"),
]


@pytest.mark.parametrize(("refusal", "text"), KEPT, ids=str)
def test_the_same_text_is_written_and_read(refusal: SourceRefusal, text: str) -> None:
    assert kept_text(refusal) == text
    assert read_kept(refusal.code, text) == refusal


def test_no_text_is_longer_than_what_is_kept() -> None:
    assert len(kept_text(BadSource(SourceReason.EMPTY, name="ü" * 500))) == 500


@given(st.sampled_from(list(Problem)), st.text())
def test_any_text_can_be_read(problem: Problem, text: str) -> None:
    read = read_kept(problem, text)

    kinds = {Problem.BAD_SOURCE, Problem.BAD_MASK, Problem.NO_PUBLIC_ADDRESS, Problem.NO_SOURCE}
    assert (read is not None) == (problem in kinds)
    assert read is None or read.code is problem
