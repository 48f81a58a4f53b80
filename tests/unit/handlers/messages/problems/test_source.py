"""Every reason why a picture cannot be used has a kind sentence of its own, in both ways that it travels."""

from __future__ import annotations

import pytest

from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused, naming
from bot.domain.requests.source_refusals import (
    AddressReason,
    BadMask,
    BadSource,
    MaskReason,
    NoPublicAddress,
    SourceReason,
    SourceRefusal,
    kept_text,
)
from handlers.messages.problems.error_message import sentence
from handlers.messages.problems.source import ADDRESS_WORDS, MASK_WORDS, SOURCE_WORDS
from handlers.messages.wording import BotNames

EVERY: list[BadSource | BadMask | NoPublicAddress] = [
    *map(BadSource, SourceReason),
    *map(BadMask, MaskReason),
    *map(NoPublicAddress, AddressReason),
]


def text_of(error: SourceRefusal | Failure) -> str:
    return sentence(error, BotNames()).text


def kept(refusal: SourceRefusal) -> Failure:
    """As a job that failed keeps it."""
    return Failure(refusal.code, kept_text(refusal))


def test_no_reason_is_forgotten_and_no_two_sound_alike() -> None:
    assert set(SOURCE_WORDS) == set(SourceReason)
    assert set(MASK_WORDS) == set(MaskReason)
    assert set(ADDRESS_WORDS) == set(AddressReason)
    texts = [text_of(refusal) for refusal in EVERY]
    assert len(set(texts)) == len(EVERY)


@pytest.mark.parametrize("refusal", EVERY, ids=repr)
def test_it_says_what_that_nothing_was_charged_and_what_to_do(
    refusal: BadSource | BadMask | NoPublicAddress,
) -> None:
    direct = text_of(refusal)
    later = text_of(Failure(refusal.code, str(refusal.reason)))

    assert direct == later
    before, _, after = direct.partition("Nothing was charged.")
    assert len(before) > 10
    assert len(after) > 10
    assert len(direct) < 300
    assert "_" not in direct.replace("IMAGINE_", "")


@pytest.mark.parametrize("problem", [Problem.BAD_SOURCE, Problem.BAD_MASK, Problem.NO_PUBLIC_ADDRESS])
@pytest.mark.parametrize("reason", ["", "brand_new", "<!here>"])
def test_an_unknown_reason_still_has_words_and_is_not_repeated(problem: Problem, reason: str) -> None:
    text = text_of(Failure(problem, reason))

    assert "Nothing was charged." in text
    assert not reason or reason not in text
    assert "here>" not in text


@pytest.mark.parametrize("refusal", [BadSource(), BadMask()])
def test_a_refusal_without_a_reason_has_words(refusal: SourceRefusal) -> None:
    assert "Nothing was charged." in text_of(refusal)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (BadSource(SourceReason.TOO_MANY, most=1), "takes 1 picture at once."),
        (BadSource(SourceReason.TOO_MANY, most=16), "takes 16 pictures at once."),
        (BadSource(SourceReason.TOO_MANY_BYTES, limit=50_000_000), "50 MB"),
        (
            BadSource(SourceReason.TOO_BIG, width=6400, height=6240, needs=833_017_492, limit=640_000_000),
            "Its 6,400 × 6,240 pixels need 834 MB, more than 640 MB.",
        ),
        (
            BadSource(SourceReason.TOO_BIG, width=640, height=480, limit=640_000_000),
            "Its 640 × 480 pixels need more than 640 MB",
        ),
        (BadSource(SourceReason.TOO_BIG, limit=640_000_000), "too large to open"),
        (BadSource(SourceReason.TOO_SLOW, limit=20), "takes more than 20 s to open"),
        (BadSource(SourceReason.DAMAGED, reference="0a1b2c"), "damaged or was cut off. Nothing"),
        (BadSource(SourceReason.UNSUPPORTED_FORMAT, format="Photoshop"), "Photoshop"),
        (
            BadMask(MaskReason.SIZE, mask_size="2x2", source_size="3x4"),
            "(2x2) has another shape than the picture (3x4)",
        ),
        (BadSource(SourceReason.EMPTY, name="my logo (2).png"), "my logo (2).png: That file is empty."),
    ],
)
def test_facts_make_it_exact_at_once_and_from_a_job(refusal: SourceRefusal, words: str) -> None:
    assert words in text_of(refusal)
    assert text_of(kept(refusal)) == text_of(refusal)


def test_what_is_said_to_work_is_not_what_was_just_refused() -> None:
    of_ours = NoPublicAddress(AddressReason.NONE_SET, own=True)

    assert "their changes" in text_of(NoPublicAddress(AddressReason.NONE_SET))
    assert "their changes" not in text_of(of_ours)
    assert text_of(kept(of_ours)) == text_of(of_ours)


def test_a_refusal_within_says_which_of_several_files_it_is_about() -> None:
    with pytest.raises(AskRefused) as alone, naming("a.png", of=1):
        raise AskRefused(BadSource(SourceReason.EMPTY))
    with pytest.raises(AskRefused) as one_of_two, naming("a.png", of=2):
        raise AskRefused(BadSource(SourceReason.EMPTY))

    assert alone.value.refusal == BadSource(SourceReason.EMPTY)
    assert one_of_two.value.refusal == BadSource(SourceReason.EMPTY, name="a.png")
