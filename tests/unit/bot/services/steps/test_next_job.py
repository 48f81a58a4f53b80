"""A paid step from a picture: which job it starts, and that one press is one job."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.jobs.job import Job, SetMember, Status
from bot.domain.jobs.shown import SHEET
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, FineEnough, PictureGone, Unconfirmed, WhichOfThese
from bot.domain.requests.request import Kind, Manner, Quality, Size
from bot.domain.requests.steps import Step, varied
from bot.services.requests.admission import Terms
from bot.services.steps.next_job import SAME_PRESS_SECONDS, NextJob, Wish
from storage.store import SqlStore
from tests.support.databases import SetClock
from tests.unit.bot.services.steps.steps_kit import THREAD, a_request, a_start_job, an_act, drawn


def steps(store: SqlStore, **terms: Any) -> NextJob:
    return NextJob(store=store, start_job=a_start_job(store, Terms(**terms)))


async def started(store: SqlStore, step: Step, number: int = 3, size: str | None = None, **act: Any) -> Job:
    return (await steps(store)(Wish(step, an_act(number, **act), size))).job


async def sources(store: SqlStore, job: Job) -> list[tuple[str | None, str | None]]:
    found = await store.read(lambda tx: tx.sources.of_job(job.id))
    return [(one.file_id, one.picture_id) for one in found]


async def test_a_variation_is_an_edit_of_our_copy_in_the_thread_and_knows_its_parent(store: SqlStore) -> None:
    await drawn(store)

    job = await started(store, Step.VARY, user="U2")

    assert (job.request.n, job.request.quality, job.request.kind) == (4, Quality.LOW, Kind.EDIT)
    assert job.request.manner is Manner.VARIATION
    assert (job.parent_id, job.parent_picture) == ("J1", 3)
    assert (job.place, job.user_id, job.ask_ts) == (THREAD, "U2", None)
    assert await sources(store, job) == [("FJ13", "PJ13")]
    hold = await store.read(lambda tx: tx.ledger.hold(job.id))
    assert hold is not None
    assert hold.estimate == Money(80_000)


async def test_finishing_is_one_final_and_what_is_high_becomes_4k(store: SqlStore) -> None:
    await drawn(store)
    await drawn(store, "J2", n=1, request=a_request(quality=Quality.HIGH))
    await drawn(store, "J3", n=1, request=a_request(quality=Quality.HIGH, size=Size(2880, 2880)))

    final = await started(store, Step.FINISH)
    larger = await started(store, Step.FINISH, SHEET, job="J2")
    right_away = await started(store, Step.FINISH, 2, "4k")

    assert (final.request.quality, final.request.n, final.request.size) == (
        Quality.HIGH, 1, Size(1024, 1024),
    )  # fmt: skip
    assert larger.request.size == right_away.request.size == Size(2880, 2880)
    with pytest.raises(AskRefused) as refused:
        await started(store, Step.FINISH, 1, job="J3")
    assert refused.value.refusal == FineEnough()


async def test_another_shape_and_the_same_in_more_pixels(store: SqlStore) -> None:
    await drawn(store)

    wide = await started(store, Step.RESHAPE, 1, "16:9")
    larger = await started(store, Step.RESHAPE, 1, "2k", key="another")

    assert (wide.request.size, wide.request.manner) == (Size(1536, 864), Manner.EXTENDED)
    assert (larger.request.size, larger.request.quality) == (Size(2048, 2048), Quality.LOW)
    with pytest.raises(AskRefused) as refused:
        await started(store, Step.RESHAPE, 1, "1k")
    assert refused.value.refusal == FineEnough()


@pytest.mark.parametrize(
    ("step", "named", "size"),
    [
        (Step.FINISH, "16:9", Size(1536, 864)),
        (Step.FINISH, "portrait", Size(1024, 1536)),
        (Step.FINISH, "2048x1152", Size(2048, 1152)),
        (Step.AGAIN, "2048x1152", Size(2048, 1152)),
        (Step.RESHAPE, "2048x1152", Size(2048, 1152)),
        (Step.AGAIN, "tall", Size(1024, 1536)),
    ],
)
async def test_a_size_that_is_named_is_the_one_that_is_drawn(
    store: SqlStore, step: Step, named: str, size: Size
) -> None:
    await drawn(store)

    job = await started(store, step, 2, named)

    assert job.request.size == size
    assert (job.request.quality is Quality.HIGH) == (step is Step.FINISH)
    assert job.request.manner is (Manner.PLAIN if step is Step.AGAIN else Manner.EXTENDED)


async def test_a_final_of_the_same_shape_is_no_extension_and_never_the_same_once_more(
    store: SqlStore,
) -> None:
    await drawn(store)

    final = await started(store, Step.FINISH, 2, "square")

    assert (final.request.size, final.request.manner) == (Size(1024, 1024), Manner.FINISHED)
    await drawn(store, "J2", n=1, request=a_request(quality=Quality.HIGH))
    with pytest.raises(AskRefused) as refused:
        await started(store, Step.FINISH, 1, "1024x1024", job="J2")
    assert refused.value.refusal == FineEnough()


async def test_again_is_the_same_order_with_its_sources_and_its_own_parent(store: SqlStore) -> None:
    await drawn(store)
    edit = await started(store, Step.VARY)

    again = await started(store, Step.AGAIN, SHEET, job=edit.id)

    assert again.request == edit.request
    assert (again.parent_id, again.parent_picture) == ("J1", 3)
    assert await sources(store, again) == [("FJ13", "PJ13")]
    assert again.id != edit.id


async def test_again_needs_no_picture_and_may_have_another_shape(store: SqlStore) -> None:
    await drawn(store, is_there=False, status=Status.FAILED)

    plain = await started(store, Step.AGAIN, SHEET)
    wide = await started(store, Step.AGAIN, SHEET, "wider", key="other")

    assert (plain.request.n, plain.request.size) == (4, Size(1024, 1024))
    assert (wide.request.n, wide.request.size, wide.request.kind) == (4, Size(1536, 864), Kind.GENERATE)


@pytest.mark.parametrize("step", [Step.VARY, Step.FINISH, Step.RESHAPE])
async def test_of_several_one_has_to_be_chosen_at_a_price(store: SqlStore, step: Step) -> None:
    await drawn(store, missing=[2])
    size = "16:9" if step is Step.RESHAPE else None

    with pytest.raises(AskRefused) as refused:
        await started(store, step, SHEET, size)

    asked = refused.value.refusal
    assert isinstance(asked, WhichOfThese)
    assert (asked.job_id, asked.step, asked.numbers, asked.size) == ("J1", step, (1, 3, 4), size)
    assert asked.price is not None
    assert len(await store.read(lambda tx: tx.jobs.newest())) == 1


async def test_what_is_gone_starts_nothing(store: SqlStore) -> None:
    await drawn(store, missing=[2])

    for act in (an_act(2), an_act(1, job="J9"), an_act(1, team_id="T2")):
        with pytest.raises(AskRefused) as refused:
            await steps(store)(Wish(Step.VARY, act))
        assert isinstance(refused.value.refusal, PictureGone)
    assert await store.read(lambda tx: tx.ledger.entries()) == []


@pytest.mark.parametrize("began", [0.0, 5.0, 9.5])
async def test_a_double_click_is_one_job_and_a_later_press_another(
    store: SqlStore, clock: SetClock, began: float
) -> None:
    await drawn(store)
    clock.move(began)
    press = Wish(Step.AGAIN, an_act(SHEET))
    first = await steps(store)(press)
    clock.move(SAME_PRESS_SECONDS - 1)
    second = await steps(store)(press)
    clock.move(2)
    third = await steps(store)(press)

    assert (first.is_new, second.is_new, third.is_new) == (True, False, True)
    assert second.job.id == first.job.id
    assert third.job.id != first.job.id


async def test_two_people_who_press_are_two_jobs(store: SqlStore) -> None:
    await drawn(store)

    mine = await started(store, Step.AGAIN, SHEET)
    theirs = await started(store, Step.AGAIN, SHEET, user="U2")

    assert (mine.user_id, theirs.user_id) == ("U1", "U2")
    assert mine.id != theirs.id


async def test_a_message_is_one_job_however_late_it_is_delivered_again(
    store: SqlStore, clock: SetClock
) -> None:
    await drawn(store)
    wish = Wish(Step.AGAIN, an_act(SHEET, key="T1:C1:5.0"), is_press=False, ask_ts="5.0")
    first = await steps(store)(wish)
    clock.move(3600)
    second = await steps(store)(wish)

    assert second.job.id == first.job.id
    assert (first.job.request_key, first.job.ask_ts) == ("T1:C1:5.0", "5.0")


async def test_a_question_is_asked_once_for_a_double_click(store: SqlStore, clock: SetClock) -> None:
    await drawn(store)
    typed = steps(store, confirm_above=Money(10_000))
    pending = []
    for _ in range(2):
        with pytest.raises(Unconfirmed) as asked:
            await typed(Wish(Step.VARY, an_act(1)))
        pending.append(asked.value.refusal.pending.ref)
        clock.move(1)

    assert pending[0] == pending[1]


async def test_a_price_that_was_seen_is_a_yes(store: SqlStore) -> None:
    await drawn(store)
    price = PriceTable.load().estimate(varied(a_request()))

    accepted = await steps(store, confirm_above=Money(10_000))(Wish(Step.VARY, an_act(1), agreed=price))

    assert accepted.is_new


async def test_from_a_shared_picture_it_goes_on_where_it_was_shared(store: SqlStore) -> None:
    await drawn(store)
    elsewhere = Place("T1", "C2", "8.0")

    job = await started(store, Step.VARY, 1, place=elsewhere)

    assert job.place == elsewhere


async def the_set(store: SqlStore, lead: Job) -> list[Job]:
    return list(await store.read(lambda tx: tx.jobs.in_set(lead.id)))


async def test_several_sizes_are_one_set_of_edits_in_the_pictures_thread(store: SqlStore) -> None:
    await drawn(store)
    wish = Wish(
        Step.RESHAPE, an_act(3), sizes=("story", "2k"), is_press=False, agreed=Money(1_000_000)
    )  # the form said so much

    lead = (await steps(store)(wish)).job
    again = (await steps(store)(wish)).job

    jobs = await the_set(store, lead)
    assert again.id == lead.id
    assert [one.member.label for one in jobs if one.member] == ["story", "2k"]
    assert [str(one.request.size) for one in jobs] == ["864x1536", "2048x2048"]
    assert {(one.request.kind, one.request.n, one.parent_id, one.parent_picture) for one in jobs} == {
        (Kind.EDIT, 1, "J1", 3)
    }
    assert {one.place for one in jobs} == {THREAD}
    assert [await sources(store, one) for one in jobs] == [[("FJ13", "PJ13")]] * 2


async def test_one_size_of_the_form_is_an_ordinary_job(store: SqlStore) -> None:
    await drawn(store)

    job = (await steps(store)(Wish(Step.RESHAPE, an_act(3), sizes=("story",), is_press=False))).job

    assert (str(job.request.size), job.member) == ("864x1536", None)


async def two_colours(store: SqlStore) -> None:
    """A set of two jobs with two pictures each, J1 and J2."""
    for at, colour in enumerate(("red", "blue"), start=1):
        await drawn(
            store,
            f"J{at}",
            n=2,
            member=SetMember("J1", at, 2, colour, "a {red,blue} fox"),
            request=a_request(n=2, prompt=f"a {colour} fox"),
        )


async def test_again_under_a_set_orders_all_of_it_anew(store: SqlStore) -> None:
    await two_colours(store)
    agreed = Wish(Step.AGAIN, an_act(SHEET), agreed=Money(1_000_000))

    jobs = await the_set(store, (await steps(store)(agreed)).job)

    assert [one.request.prompt for one in jobs] == ["a red fox", "a blue fox"]
    assert [(one.member.label, one.member.words) for one in jobs if one.member] == [
        ("red", "a {red,blue} fox"),
        ("blue", "a {red,blue} fox"),
    ]
    assert {one.request.n for one in jobs} == {2}
    assert "J1" not in {one.id for one in jobs}


async def test_again_in_words_under_a_set_is_asked_and_in_another_shape_all_of_it_is(store: SqlStore) -> None:
    await two_colours(store)

    with pytest.raises(Unconfirmed) as asked:
        await steps(store)(Wish(Step.AGAIN, an_act(SHEET), "16:9", is_press=False))

    ask = asked.value.refusal.pending.ask
    assert [str(one.request.size) for one in ask.variations] == ["1536x864"] * 2
    assert (ask.request.prompt, ask.request.n) == ("a {red,blue} fox", 4)


async def test_again_under_one_picture_of_a_set_is_its_own_order(store: SqlStore) -> None:
    await two_colours(store)

    job = await started(store, Step.AGAIN, 3)

    assert (job.request.prompt, job.request.n, job.member) == ("a blue fox", 2, None)
