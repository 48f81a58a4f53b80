"""Forms that change while they are filled in: hash, kept fields, dispatching, stacks, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.client import SandboxRefusedError, upload
from tests.unit.sandbox.slack_kit import Json, Room, bolt, picture, room


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[Json]:
    return [{"text": words(value), "value": value} for value in values]


def field(block_id: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": words(block_id), "element": element, **more}


CHANGE = field("change", {"type": "plain_text_input", "action_id": "v", "max_length": 20}, optional=True)
MODE = field(
    "mode",
    {
        "type": "radio_buttons",
        "action_id": "v",
        "options": options("change", "anew"),
        "initial_option": options("change")[0],
    },
    dispatch_action=True,
)
SIZES = field(
    "sizes", {"type": "checkboxes", "action_id": "v", "options": options("2k", "4k")}, optional=True
)
WHERE = field(
    "where",
    {"type": "conversations_select", "action_id": "v", "default_to_current_conversation": True},
    optional=True,
)
PICTURES = field("pictures", {"type": "file_input", "action_id": "v", "max_files": 9}, optional=True)
SEARCH = field("search", {"type": "plain_text_input", "action_id": "v"}, dispatch_action=True, optional=True)
MORE = {
    "type": "actions",
    "block_id": "more",
    "elements": [
        {"type": "overflow", "action_id": "menu", "options": options("one", "two")},
        {
            "type": "button",
            "action_id": "drop",
            "text": words("Drop"),
            "value": "7",
            "confirm": {
                "title": words("Sure?"), "text": words("Gone."),
                "confirm": words("Drop"), "deny": words("Keep"),
            },
        },
    ],
}  # fmt: skip


def form(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [CHANGE, MODE, SIZES, WHERE, PICTURES, SEARCH, MORE]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": words("Change"),
        "submit": words("Draw"),
        "blocks": shown,
        **more,
    }


class Forms:
    """A room whose /imagine opens a form, and everything that the app hears of it."""

    def __init__(self, here: Room, heard: list[Json], answers: list[Json]) -> None:
        self.here = here
        self.heard = heard
        self.answers = answers
        """What the next submissions are answered with."""

    async def open(self, channel: str = "C0DESIGN") -> Json:
        await self.here.people.command("U0ALICE", channel, "")
        return (await self.here.people.views("U0ALICE"))[-1]

    async def press(self, action_id: str, **more: Any) -> Json:
        return await self.here.people.view_action("U0ALICE", action_id, **more)

    async def values(self) -> Json:
        """Fields of the top form as Slack knows them, without their types."""
        view = (await self.here.people.views("U0ALICE"))[-1]
        return {name: next(iter(fields.values())) for name, fields in view["state"]["values"].items()}


@asynccontextmanager
async def forms(view: Json | None = None, **settings: Any) -> AsyncIterator[Forms]:
    heard: list[Json] = []
    answers: list[Json] = []

    def register(app: AsyncApp) -> None:
        @app.command("/imagine")
        async def show(ack: Any, body: Json, client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=view or form())
            await ack()

        @app.view("form")
        async def take(ack: Any, body: Json) -> None:
            heard.append(body)
            await ack(**(answers.pop(0) if answers else {}))

        async def press(ack: Any, body: Json) -> None:
            heard.append(body)
            await ack()

        for action in ("v", "menu", "drop"):
            app.action(action)(press)

    async with room(**settings) as here, bolt(here, register):
        yield Forms(here, heard, answers)


async def test_a_change_that_dispatches_carries_the_whole_view_and_no_message() -> None:
    async with forms() as desk:
        view = await desk.open()
        given = {"change": {"v": "make it pink"}, "sizes": {"v": ["4k"]}}
        await desk.press("v", view_id=view["id"], block_id="mode", selected_option="anew", values=given)

    (body,) = desk.heard
    assert (body["container"], "message" in body) == ({"type": "view", "view_id": view["id"]}, False)
    assert [body["view"][key] for key in ("id", "hash", "root_view_id")] == [
        view["id"], view["hash"], view["id"]
    ]  # fmt: skip
    assert body["actions"][0]["selected_option"]["value"] == "anew"
    held = body["view"]["state"]["values"]
    assert held["mode"]["v"]["selected_option"]["value"] == "anew"
    assert held["change"]["v"] == {"type": "plain_text_input", "value": "make it pink"}
    assert [option["value"] for option in held["sizes"]["v"]["selected_options"]] == ["4k"]
    assert held["where"]["v"]["selected_conversation"] == "C0DESIGN"


async def test_fields_that_do_not_dispatch_tell_nobody() -> None:
    async with forms() as desk:
        view = await desk.open()
        for block, more in (("change", {"value": "x"}), ("search", {"trigger": "on_character_entered"})):
            with pytest.raises(SandboxRefusedError, match="tells the app nothing"):
                await desk.press("v", view_id=view["id"], block_id=block, **more)
        await desk.press("v", view_id=view["id"], block_id="search", value="fox", trigger="on_enter_pressed")

    assert [body["actions"][0]["value"] for body in desk.heard] == ["fox"]


async def test_an_update_keeps_what_was_typed_in_fields_of_the_same_name() -> None:
    """And ignores their new initial values; another name begins anew; a choice that is gone is dropped."""
    async with forms() as desk:
        view = await desk.open()
        file_id = (await desk.here.people.act("upload", user="U0ALICE", **upload("m.png", picture())))["id"]
        given = {"change": {"v": "pink"}, "sizes": {"v": ["4k"]}, "pictures": {"v": [file_id]}}
        await desk.press("v", view_id=view["id"], block_id="mode", selected_option="anew", values=given)
        changed = form(
            field("change", {**CHANGE["element"], "initial_value": "blue"}),
            field("other", {**CHANGE["element"], "initial_value": "blue"}),
            field("mode", {**MODE["element"], "initial_option": options("change")[0]}, dispatch_action=True),
            field("sizes", {**SIZES["element"], "options": options("2k")}, optional=True),
            PICTURES,
        )
        answer = await desk.here.web.views_update(view_id=view["id"], hash=view["hash"], view=changed)
        held = await desk.values()
        await desk.here.people.submit_view("U0ALICE")

    assert answer["view"]["hash"] != view["hash"]
    assert (held["change"]["value"], held["other"]["value"]) == ("pink", "blue")
    assert held["mode"]["selected_option"]["value"] == "anew"
    assert held["sizes"]["selected_options"] == []
    assert [file["id"] for file in held["pictures"]["files"]] == [file_id]
    assert desk.heard[-1]["view"]["state"]["values"]["change"]["v"]["value"] == "pink"


async def test_a_kept_choice_has_the_words_of_the_updated_form() -> None:
    """Prices stand in the labels: the value stays, the label is the new one."""
    async with forms() as desk:
        view = await desk.open()
        await desk.press("v", view_id=view["id"], block_id="mode", selected_option="anew")
        priced = [{"text": words(f"{value} · $0.07"), "value": value} for value in ("change", "anew")]
        mode = {"type": "radio_buttons", "action_id": "v", "options": priced}
        await desk.here.web.views_update(
            view_id=view["id"], view=form(field("mode", mode, dispatch_action=True))
        )
        held = await desk.values()

    assert held["mode"]["selected_option"] == priced[1]


async def test_an_update_loses_uploads_by_order() -> None:
    async with forms(update_keeps_uploads=False) as desk:
        view = await desk.open()
        file_id = (await desk.here.people.act("upload", user="U0ALICE", **upload("m.png", picture())))["id"]
        given = {"pictures": {"v": [file_id]}, "change": {"v": "pink"}}
        await desk.press("v", view_id=view["id"], block_id="mode", selected_option="anew", values=given)
        await desk.here.web.views_update(view_id=view["id"], view=form())
        held = await desk.values()

    assert (held["pictures"]["files"], held["change"]["value"]) == ([], "pink")


async def test_update_by_an_old_hash_or_an_unknown_name_is_refused() -> None:
    async with forms(form(external_id="draft-1")) as desk:
        view = await desk.open()
        update = desk.here.web.views_update
        await update(external_id="draft-1", hash=view["hash"], view=form(CHANGE, external_id="draft-1"))
        late = update(view_id=view["id"], hash=view["hash"], view=form())
        unknown = update(view_id="V0NONE", view=form())
        refusals = [await desk.here.refused(call) for call in (late, unknown)]
        (shown,) = await desk.here.people.views("U0ALICE")

    assert refusals == ["hash_conflict", "not_found"]
    assert [block["block_id"] for block in shown["blocks"]] == ["change"]


async def test_an_external_id_belongs_to_one_view() -> None:
    async with forms(form(external_id="draft-1")) as desk:
        await desk.open()
        home = {"type": "home", "blocks": [], "external_id": "draft-1"}
        taken = desk.here.web.views_publish(user_id="U0BOB", view=home)

        assert await desk.here.refused(taken) == "duplicate_external_id"


async def test_submissions_are_answered_with_errors_update_push_and_clear() -> None:
    async with forms() as desk:
        first = await desk.open()
        desk.answers += [
            {"response_action": "errors", "errors": {"change": "Say what."}},
            {"response_action": "update", "view": form(CHANGE)},
            {"response_action": "push", "view": form(SIZES)},
            {"response_action": "clear"},
        ]
        stacks = []
        for _ in range(4):
            await desk.here.people.submit_view("U0ALICE", values={})
            stacks.append(await desk.here.people.views("U0ALICE"))

    assert stacks[0][0]["errors"] == {"change": "Say what."}
    assert (len(stacks[1]), len(stacks[1][0]["blocks"]), stacks[1][0]["errors"]) == (1, 1, {})
    assert [view["root_view_id"] for view in stacks[2]] == [first["id"]] * 2
    assert stacks[2][1]["previous_view_id"] == first["id"]
    assert stacks[3] == []


async def test_texts_longer_than_the_field_are_not_sent() -> None:
    async with forms() as desk:
        await desk.open()
        with pytest.raises(SandboxRefusedError, match="0 to 20 characters"):
            await desk.here.people.submit_view("U0ALICE", values={"change": {"v": "x" * 21}})

    assert desk.heard == []


async def test_a_form_begins_in_the_conversation_that_its_filter_lets_in() -> None:
    public = {**WHERE["element"], "filter": {"include": ["public"]}}
    async with forms(form(WHERE, field("public", public, optional=True))) as desk:
        await desk.open("im")
        await desk.here.people.submit_view("U0ALICE")

    held = desk.heard[-1]["view"]["state"]["values"]
    assert held["where"]["v"]["selected_conversation"] == "D0ALICE"
    assert held["public"]["v"]["selected_conversation"] is None


async def test_menus_carry_their_option_and_a_question_that_is_denied_tells_nobody() -> None:
    async with forms() as desk:
        view = await desk.open()
        await desk.press("menu", view_id=view["id"], selected_option="two")
        kept = await desk.press("drop", view_id=view["id"], confirmed=False)
        await desk.press("drop", view_id=view["id"])
        with pytest.raises(SandboxRefusedError, match="offers no three"):
            await desk.press("menu", view_id=view["id"], selected_option="three")

    assert kept["delivered"] is False
    menu, drop = (body["actions"][0] for body in desk.heard)
    assert menu["selected_option"] == {"text": words("two"), "value": "two"}
    assert (drop["value"], drop["confirm"]["deny"]) == ("7", words("Keep"))


def actions(element: Json) -> Json:
    return {"type": "actions", "elements": [{"action_id": "a", **element}]}


SELECT = {"type": "static_select", "placeholder": words("Choose")}


@pytest.mark.parametrize(
    ("block", "where"),
    [
        (
            actions({"type": "overflow", "options": []}),
            "at least 1 item [json-pointer:/blocks/0/elements/0/options]",
        ),
        (actions({"type": "overflow", "options": options(*"abcdef")}), "no more than 5 items allowed"),
        (actions({"type": "overflow", "options": [{"text": words("a")}]}), "missing required field: value"),
        (actions({"type": "overflow", "options": options("x" * 151)}), "must be less than 151 characters"),
        (actions(SELECT), "exactly one of options and option_groups is required"),
        (actions({**SELECT, "option_groups": [{"options": options("a")}]}), "must be a text object"),
        (
            actions({**SELECT, "options": options("a"), "initial_option": options("b")[0]}),
            "must be one of the",
        ),
        (
            actions({"type": "checkboxes", "options": options(*"abcdefghijk")}),
            "no more than 10 items allowed",
        ),
        (
            actions({"type": "radio_buttons", "options": options("a"), "initial_option": options("b")[0]}),
            "one of",
        ),
        (actions({"type": "button", "text": words("x"), "action_id": "x" * 256}), "must be less than 256"),
        (actions({"type": "button", "text": words("x"), "confirm": {}}), "missing required field: title"),
        ({"type": "divider", "block_id": "x" * 256}, "must be less than 256 characters"),
        ({"type": "divider", "block_id": ""}, "at least 1 character"),
        (field("f", {"type": "file_input", "action_id": "v", "max_files": 11}), "must be between 1 and 10"),
        (
            field("f", {"type": "plain_text_input", "action_id": "v", "max_length": 3001}),
            "between 1 and 3000",
        ),
        (
            field(
                "f",
                {
                    "type": "plain_text_input",
                    "action_id": "v",
                    "dispatch_action_config": {"trigger_actions_on": ["on_blur"]},
                },
            ),
            "must be some of: on_enter_pressed, on_character_entered",
        ),
    ],
)
def test_what_slack_refuses_in_an_element(block: Json, where: str) -> None:
    errors = BlockCheck(surface="modal", find_file=lambda _: None).blocks([block])

    assert any(where in error for error in errors), errors


def test_the_form_of_these_tests_is_good() -> None:
    assert BlockCheck(surface="modal", find_file=lambda _: None).blocks(form()["blocks"]) == []
