"""Every reason why a picture cannot be used has a kind sentence of its own, in both ways that it travels."""

from __future__ import annotations

import pytest

from bot.domain.problem import Failure, Problem
from bot.errors import AskRefused, detail_of, naming
from bot.media.codes import AddressReason, MaskReason, SourceReason
from handlers.messages.error_message import sentence
from handlers.messages.source_problems import ADDRESS_WORDS, MASK_WORDS, SOURCE_WORDS

EVERY = [
    *((Problem.BAD_SOURCE, reason) for reason in SourceReason),
    *((Problem.BAD_MASK, reason) for reason in MaskReason),
    *((Problem.NO_PUBLIC_ADDRESS, reason) for reason in AddressReason),
    (Problem.BAD_SOURCE, "too_many"),
]


def test_no_reason_is_forgotten_and_no_two_sound_alike() -> None:
    assert set(SOURCE_WORDS) == set(SourceReason)
    assert set(MASK_WORDS) == set(MaskReason)
    assert set(ADDRESS_WORDS) == set(AddressReason)
    texts = [sentence(AskRefused(problem, reason=reason)).text for problem, reason in EVERY]
    assert len(set(texts)) == len(EVERY)


@pytest.mark.parametrize(("problem", "reason"), EVERY, ids=str)
def test_it_says_what_that_nothing_was_spent_and_what_to_do(problem: Problem, reason: str) -> None:
    direct = sentence(AskRefused(problem, reason=reason)).text
    later = sentence(Failure(problem, str(reason))).text

    assert direct == later
    before, _, after = direct.partition("Nothing was spent.")
    assert len(before) > 10
    assert len(after) > 10
    assert len(direct) < 300
    assert "_" not in direct.replace("IMAGINE_", "")


@pytest.mark.parametrize("problem", [Problem.BAD_SOURCE, Problem.BAD_MASK, Problem.NO_PUBLIC_ADDRESS])
@pytest.mark.parametrize("reason", [None, "", "brand_new", "<!here>"])
def test_an_unknown_reason_still_has_words_and_is_not_repeated(problem: Problem, reason: str | None) -> None:
    text = sentence(AskRefused(problem, reason=reason)).text

    assert "Nothing was spent." in text
    assert not reason or reason not in text
    assert "here>" not in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AskRefused(Problem.BAD_SOURCE, reason="too_many", most=1), "It takes 1 picture."),
        (AskRefused(Problem.BAD_SOURCE, reason="too_many", most=16), "It takes 16 pictures."),
        (AskRefused(Problem.BAD_SOURCE, reason=SourceReason.TOO_MANY_BYTES, limit=50_000_000), "50 MB"),
        (
            AskRefused(Problem.BAD_SOURCE, reason=SourceReason.UNSUPPORTED_FORMAT, format="Photoshop"),
            "Photoshop",
        ),
        (
            AskRefused(Problem.BAD_MASK, reason=MaskReason.SIZE, mask_size="2x2", source_size="3x4"),
            "(2x2) has another shape than the picture (3x4)",
        ),
        (
            AskRefused(Problem.BAD_SOURCE, reason=SourceReason.EMPTY, name="my logo (2).png"),
            "my logo (2).png: That file is empty.",
        ),
    ],
)
def test_facts_make_it_exact_at_once_and_from_a_job(error: AskRefused, words: str) -> None:
    kept = Failure(error.problem, detail_of(error))

    assert words in sentence(error).text
    assert sentence(kept).text == sentence(error).text


def test_what_is_said_to_work_is_not_what_was_just_refused() -> None:
    of_ours = AskRefused(Problem.NO_PUBLIC_ADDRESS, reason=AddressReason.NONE_SET, own="yes")
    kept = Failure(of_ours.problem, detail_of(of_ours))

    assert "pictures that I made" in sentence(AskRefused(Problem.NO_PUBLIC_ADDRESS, reason="none_set")).text
    assert "pictures that I made" not in sentence(of_ours).text
    assert sentence(kept).text == sentence(of_ours).text


def test_a_refusal_within_says_which_of_several_files_it_is_about() -> None:
    with pytest.raises(AskRefused) as alone, naming("a.png", of=1):
        raise AskRefused(Problem.BAD_SOURCE, reason=SourceReason.EMPTY)
    with pytest.raises(AskRefused) as one_of_two, naming("a.png", of=2):
        raise AskRefused(Problem.BAD_SOURCE, reason=SourceReason.EMPTY)

    assert "name" not in alone.value.facts
    assert one_of_two.value.facts == {"reason": SourceReason.EMPTY, "name": "a.png"}
