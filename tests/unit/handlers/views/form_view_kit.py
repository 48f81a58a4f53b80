"""Forms as they are opened and sent, made without Slack."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.shown import Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.change import Change
from bot.domain.requests.choices import Choices
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.services.requests.form_start import FormStart
from handlers.incoming.form_input import to_price
from handlers.views.form_prefill import prefilled
from handlers.views.form_state import Start
from handlers.views.request_form import form_view
from tests.unit.handlers.delivery_kit import a_job

PRICES = PriceTable.load()
CHANNEL, THREAD = Place("T1", "C1", None, is_private=False), Place("T1", "C1", "1.1", is_private=False)
FILE = {"id": "F9", "name": "n.png", "mimetype": "image/png", "mode": "hosted", "url_private": "https://f/1"}


def a_request(**changes: Any) -> PictureRequest:
    request = PictureRequest(Kind.GENERATE, "a red fox", Size(1024, 1024), Quality.LOW, Format.PNG, 4)
    return replace(request, **changes)


def pictures(count: int, *, form: str = "png") -> dict[int, Picture]:
    return {
        i: Picture(f"P{i}", "J1", "S1", i - 1, PictureState.SHARED, "", format=form, file_id=f"F{i}")
        for i in range(1, count + 1)
    }


def of_job(number: int = 3, count: int = 4, **changes: Any) -> FormStart:
    job: Job = a_job(id="J1", request=a_request(n=count))
    found = FormStart(
        place=THREAD, request=job.request, job=job, pictures=pictures(count), number=number, sources=1,
        left=Money(4_100_000),
    )  # fmt: skip
    return replace(found, **changes)


def sheet(number: int = 0) -> Preview:
    return Preview("J1", number, PictureState.SHARED, "0", 1, 1, 1, file_id=f"FP{number}")


STARTS: dict[str, tuple[Start, FormStart]] = {
    "command": (Start(channel_id="C1"), FormStart(CHANNEL)),
    "global": (Start(), FormStart()),
    "direct": (Start(channel_id="D1"), FormStart(Place("T1", "D1"))),
    "files": (Start("C1", "1.1", ("F7",), is_edit=True), FormStart(THREAD, sources=1)),
    "no files": (Start("C1", "1.1", is_edit=True), FormStart(THREAD)),
    "one": (Start(job_id="J1", is_edit=True), of_job(1, 1)),
    "third": (Start(job_id="J1", which=3, is_edit=True), of_job(last=Change("bluer", "the moon"))),
    "sheet": (Start(job_id="J1", is_edit=True), of_job(0, previews=(sheet(),))),
    "no sheet": (Start(job_id="J1", is_edit=True), of_job(0)),
    "words": (Start(job_id="J1", is_words=True), FormStart(CHANNEL, a_request())),
    "words of an edit": (Start(job_id="J1", is_words=True), FormStart(THREAD, a_request(), sources=1)),
    "draft": (Start(draft="d1.2"), FormStart(CHANNEL, a_request(), sources=2, has_mask=True)),
    "last time": (
        Start(channel_id="C1"),
        FormStart(CHANNEL, new=Choices(Quality.HIGH, 2, Format.WEBP, Size(1008, 1008))),
    ),
}
"""Every way in which a form is opened."""


def opened(name: str, **changes: Any) -> dict[str, Any]:
    """The form, with some of its fields chosen otherwise."""
    start, found = STARTS[name]
    form = prefilled(start, found)
    chosen = replace(form.chosen, **changes)
    return form_view(form.start, form.seen, chosen, to_price(form.start, chosen), PRICES)


def sent(name: str, view: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """The form as Slack sends it: with what its fields begin with, and these ``values`` in place of some."""
    view = view or opened(name)
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            state[block["block_id"]] = {"value": _begins(block["element"])}
    for block_id, value in values.items():
        kind = state.setdefault(block_id, {"value": {}})["value"]
        kind.update(_held(block_id, value))
    return {**view, "id": "V1", "hash": "h1", "state": {"values": state}}


def element(view: dict[str, Any], block_id: str) -> dict[str, Any] | None:
    found = [block for block in view["blocks"] if block.get("block_id") == block_id]
    return found[0] if found else None


def fields(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def _begins(shown: dict[str, Any]) -> dict[str, Any]:
    keys = {
        "initial_value": "value", "initial_option": "selected_option",
        "initial_conversation": "selected_conversation",
    }  # fmt: skip
    return {to: shown[key] for key, to in keys.items() if key in shown}


def _held(block_id: str, value: Any) -> dict[str, Any]:
    match block_id:
        case "pictures" | "mask":
            return {"files": value}
        case "change" | "keep" | "prompt" | "custom":
            return {"value": value}
        case _:
            return {"selected_option": {"value": value}}
