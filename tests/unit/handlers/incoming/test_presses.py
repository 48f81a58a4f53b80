"""The press of a button under a picture: which picture, who, where, at what price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.jobs.job import Delivery, PictureState, Status
from bot.domain.jobs.shown import Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.request import Quality, Size
from handlers.incoming.presses import act_of, seen_price
from handlers.messages.job.job_message import job_message
from tests.unit.handlers.delivery_kit import PRICES, a_job, a_picture, a_request, a_submission, a_view

Json = dict[str, Any]


def press(action: Json, **message: Any) -> Json:
    return {
        "user": {"id": "U0BOB"},
        "channel": {"id": "C1", "name": "design"},
        "container": {"type": "message", "message_ts": "2.2", "channel_id": "C1"},
        "message": {"ts": "2.2", **message},
        "actions": [action],
    }


def button(text: str = "Use 3", action_id: str = "use_3", value: str = "k3f9.3") -> Json:
    return {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": {"type": "plain_text", "text": text},
    }


def test_who_does_what_to_which_picture_and_where() -> None:
    act = act_of(press(button(), thread_ts="1.1"), "T1")

    assert (act.team_id, act.job_id, act.number, act.user_id) == ("T1", "k3f9", 3, "U0BOB")
    assert act.place == Place("T1", "C1", "1.1")


def test_on_a_message_that_is_no_reply_its_own_thread_is_meant() -> None:
    assert act_of(press(button()), "T1").place.thread_ts == "2.2"


def test_without_a_conversation_the_persons_own_messages_are_meant() -> None:
    body = press(button())
    del body["channel"], body["container"], body["message"]

    assert act_of(body, "T1").place == Place("T1", "U0BOB")


def test_older_buttons_name_the_job_alone() -> None:
    act = act_of(press(button(action_id="edit_result", value="k3f9")), "T1")

    assert (act.job_id, act.number) == ("k3f9", 0)


def test_a_key_tells_person_message_and_button_apart_and_nothing_else() -> None:
    def key(body: Json) -> str:
        return act_of(body, "T1").key

    other_person = press(button()) | {"user": {"id": "U0EVE"}}
    every = {
        key(press(button())),
        key(other_person),
        key(press(button(), ts="3.3")),
        key(press(button(action_id="vary_3"))),
        key(press(button(value="k3f9.2"))),
    }

    assert len(every) == 5
    assert key(press(button())) == key(press(button("Use 3 · other words")))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Vary ×4 · $0.08", Money(80_000)),
        ("Finish · $1.23", Money(1_230_000)),
        ("Again · under $0.01", Money(10_000)),
        ("3 · $0.02", Money(20_000)),
        ("Use 3", None),
    ],
)
def test_the_price_on_a_button_was_seen(text: str, wanted: Money | None) -> None:
    assert seen_price(press(button(text))) == wanted


def a_sheet(prompt: str = "a fox") -> list[Json]:
    request = a_request(prompt=prompt, n=4, quality=Quality.LOW, size=Size(1024, 1024))
    job = a_job(
        request=request,
        status=Status.SUCCEEDED,
        delivery=Delivery.DELIVERED,
        status_ts="2.2",
        cost=Money(40_000),
    )
    sheet = Preview(job.id, 0, PictureState.SHARED, "0" * 64, 1, 1, 1, file_id="FP")
    view = a_view(
        job, *(a_picture(n) for n in range(4)), submissions=[a_submission(0, n=4)], previews=[sheet]
    )
    return job_message(view, PRICES).blocks


@pytest.mark.parametrize("prompt", ["a fox", "Vary: four new takes on one, $0.00"])
def test_the_price_in_the_line_above_a_row_was_seen_whatever_the_words_are(prompt: str) -> None:
    vary = button("Vary 2", "vary_2", "k3f9.2")

    assert seen_price(press(vary, blocks=a_sheet(prompt))) == Money(80_000)


def test_where_pictures_are_missing_the_price_was_seen_too() -> None:
    view = a_view(
        replace(
            a_job(request=a_request(n=4, quality=Quality.LOW, size=Size(1024, 1024)), status_ts="2.2"),
            status=Status.SUCCEEDED, delivery=Delivery.DELIVERED, cost=Money(20_000),
        ),
        a_picture(0), a_picture(1), submissions=[a_submission(0, n=4)],
    )  # fmt: skip

    assert seen_price(press(button("Vary 2"), blocks=job_message(view, PRICES).blocks)) == Money(80_000)


def test_without_a_price_in_sight_none_was_seen() -> None:
    assert seen_price(press(button("Vary 2"))) is None
    assert seen_price(press(button("Vary 2"), blocks=[{"type": "context", "elements": []}])) is None
    assert seen_price(press({"type": "overflow", "action_id": "pic_more"})) is None
