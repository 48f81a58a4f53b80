"""How the files of a result are titled and announced."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.jobs.job import PictureState
from bot.domain.jobs.shown import Preview
from bot.domain.requests.request import Quality
from handlers.messages.job.result_files import arrival, titles
from tests.unit.handlers.delivery_kit import NASTY, a_job, a_picture, a_request, a_submission, a_view

COMING = PictureState.UPLOADED


def preview(number: int, state: PictureState = COMING) -> Preview:
    return Preview("k3f9q2ab", number, state, "0" * 64, 10, 10, 10, file_id=f"FP{number}")


def test_the_sheet_comes_first_and_what_is_shared_already_not_at_all() -> None:
    job = a_job(request=a_request(prompt="a fox", n=3, quality=Quality.LOW))
    pictures = [a_picture(0, state=COMING), a_picture(1), a_picture(2, state=COMING)]
    view = a_view(job, *pictures, submissions=[a_submission(0, n=3)], previews=[preview(0), preview(3)])

    assert list(titles(view).items()) == [
        ("FP0", "All 3 · a fox"),
        ("FP3", "Preview of 3 · a fox"),
        ("F0", "1 of 3 · A fox. Drawn by AI from these words."),
        ("F2", "3 of 3 · A fox. Drawn by AI from these words."),
    ]


def test_one_picture_needs_no_number_and_titles_are_harmless_and_short() -> None:
    job = a_job(request=a_request(prompt=NASTY + " word" * 500))
    (title,) = titles(a_view(job, a_picture(state=COMING), submissions=[a_submission()])).values()

    assert len(title) <= 250
    assert "<!" not in title
    assert "@here" not in title


def test_the_asker_is_called_once_with_what_came() -> None:
    job = a_job(request=a_request(n=4, quality=Quality.LOW))
    came = [a_picture(index, state=COMING) for index in range(4)]

    assert arrival(a_view(job, *came)) == "<@U0ALICE> 4 drafts, full size"
    lost = [replace(came[0], state=PictureState.LOST), *came[1:]]
    assert arrival(a_view(job, *lost)) == "<@U0ALICE> 3 drafts, full size"
    assert arrival(a_view(a_job(), came[0])) == "<@U0ALICE> 1 final, full size"
