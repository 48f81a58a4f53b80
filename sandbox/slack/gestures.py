"""Clicks, shortcuts and forms: the interactive payloads, and what their acknowledgements do.

Facts: docs interactivity/handling-user-interaction, reference/interaction-payloads; not retried
(python-slack-sdk#1940); ``response_action`` of view submissions: surfaces/modals.
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.core import Core
from sandbox.slack.delivery import Outcome, Parcel
from sandbox.slack.errors import ImpossibleActError, SlackError
from sandbox.slack.form_values import form_values, missing_inputs, wrong_inputs
from sandbox.slack.payloads import message_json, view_json
from sandbox.slack.people import People
from sandbox.slack.pressing import check_told, chosen_option, container, enterprise, pick, with_choice
from sandbox.slack.workspace import APP_ID, Channel, Ephemeral, Json, Message, User, View


class Gestures:
    """What people do with what the bot has shown them."""

    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people
        self._workspace = core.workspace

    async def action(self, act: Json) -> Json:
        """Press a button or choose from a menu: on a message, an ephemeral message, a modal or the Home."""
        if act.get("view_id") or not act.get("message_ts"):
            return await self._view_action(act)
        person, channel = self._people.place(act["user"], act["channel"])
        source = self._source(channel, person, str(act["message_ts"]))
        block, element = pick(source.blocks, act)
        check_told(block, element, act)
        if _thought_better(element, act):
            return {"delivered": False}
        values = form_values(source.blocks, with_choice(block, element, act), self._workspace)
        body = self._base("block_actions", person, channel.id) | {
            "container": container(source),
            "channel": self._named(channel),
            "state": {"values": values},
            "response_url": self._core.responses.url(channel, person.id, source),
            "actions": [self._action_json(block, element, act, values)],
        }
        if isinstance(source, Message):
            body["message"] = message_json(self._workspace, source)
        if isinstance(source, Message) and source.files and not self._core.options.file_buttons:
            return self._told(Outcome(acked=False, ms=0.0, error="button_lost"), channel, person)
        return await self._deliver(body, person, channel)

    async def shortcut(self, act: Json) -> Json:
        """Use a message shortcut, or a global one when no message is named."""
        if not act.get("message_ts"):
            person = self._person(act)
            return await self._deliver(self._shortcut_base("shortcut", person, act), person, None)
        person, channel = self._people.place(act["user"], act["channel"])
        message = self._workspace.find(channel.id, str(act["message_ts"]))
        if message is None:
            raise ImpossibleActError("no such message")
        body = self._shortcut_base("message_action", person, act) | {
            "channel": self._named(channel),
            "message_ts": message.ts,
            "message": message_json(self._workspace, message),
            "response_url": self._core.responses.url(channel, person.id, message),
        }
        return await self._deliver(body, person, channel)

    async def submit(self, act: Json) -> Json:
        """Fill in and send a modal; Slack itself stops an empty required field."""
        view = self._view(act)
        values = self._core.views.values(view, act.get("values") or {})
        missing = missing_inputs(view.body["blocks"], values)
        if missing:
            raise ImpossibleActError(f"Slack asks for {', '.join(missing)} first")
        if wrong := wrong_inputs(view.body["blocks"], values):
            raise ImpossibleActError(f"Slack does not send this: {', '.join(wrong)}")
        view.values = values
        person = self._person(act)
        body = self._base("view_submission", person) | {
            "view": view_json(self._workspace, view, values=values),
            "response_urls": self._response_urls(view, values, person),
        }
        outcome = await self._core.delivery.once(Parcel("interactive", body, wants_answer=True))
        answer = self._told(outcome, None, person)
        if outcome.acked:
            answer["view"] = self._respond(view, outcome.payload)
        return answer

    async def close(self, act: Json) -> Json:
        """Dismiss a modal; the app hears of it only with ``notify_on_close``."""
        view = self._view(act)
        everything = bool(act.get("all", False)) or bool(view.body.get("clear_on_close"))
        self._core.views.close(view, everything=everything)
        if not view.body.get("notify_on_close"):
            return {"delivered": False}
        person = self._person(act)
        body = self._base("view_closed", person) | {
            "view": view_json(self._workspace, view),
            "is_cleared": everything,
        }
        return await self._deliver(body, person, None)

    async def _view_action(self, act: Json) -> Json:
        person = self._person(act)
        home = self._workspace.homes.get(person.id)
        view = (
            self._workspace.view(str(act["view_id"])) if act.get("view_id") else home.view if home else None
        )
        if view is None or view.user != person.id:
            raise ImpossibleActError("no such view of theirs")
        block, element = pick(view.body["blocks"], act)
        check_told(block, element, act)
        if _thought_better(element, act):
            return {"delivered": False}
        values = self._core.views.values(view, with_choice(block, element, act))
        view.values = values
        body = self._base("block_actions", person, view.place) | {
            "container": {"type": "view", "view_id": view.id},
            "view": view_json(self._workspace, view, values=values),
            "actions": [self._action_json(block, element, act, values)],
        }
        return await self._deliver(body, person, None)

    async def _deliver(self, body: Json, person: User, channel: Channel | None) -> Json:
        outcome = await self._core.delivery.once(Parcel("interactive", body))
        if outcome.acked and outcome.payload:
            self._core.recorder.violation(
                "ack", "ignored_payload", f"{body['type']} takes no answer in its ack"
            )
        return self._told(outcome, channel, person) | {"trigger_id": body["trigger_id"]}

    def _told(self, outcome: Outcome, channel: Channel | None, person: User) -> Json:
        """What the person learns: nothing, or a warning sign when nobody answered."""
        if not outcome.acked:
            place = channel or self._workspace.direct(person.id)
            self._core.posting.note(
                place,
                person.id,
                str(outcome.error),
                f"This didn't work: {outcome.error}. Give it another try?",
            )
        return {
            "delivered": outcome.reason != "connection_failed",
            "acked": outcome.acked,
            "ack_ms": outcome.ms,
            "ack": outcome.payload,
            "note": None if outcome.acked else outcome.error,
        }

    def _respond(self, view: View, answer: Any) -> Json | None:
        """Errors stay in the form; update and push show another; clear and nothing close."""
        action = answer.get("response_action") if isinstance(answer, dict) else None
        try:
            if action == "errors":
                return self._refuse(view, answer.get("errors") or {})
            if action == "update":
                return view_json(self._workspace, self._core.views.update(view, answer.get("view")))
            if action == "push":
                return view_json(self._workspace, self._core.views.push(view.user, answer.get("view")))
        except SlackError as refused:
            self._core.recorder.violation(
                "ack", "invalid_view", f"{refused.code}: {'; '.join(refused.messages)}"
            )
            return None
        if action not in {None, "clear"}:
            self._core.recorder.violation("ack", "response_action", f"there is no {action}")
        self._core.views.close(view, everything=action == "clear")
        return None

    def _refuse(self, view: View, errors: Json) -> Json:
        inputs = {b.get("block_id") for b in view.body["blocks"] if b.get("type") == "input"}
        for block_id in sorted(set(errors) - {str(i) for i in inputs}):
            self._core.recorder.violation(
                "ack", "unknown_block_id", f"errors names {block_id}, no input block"
            )
        view.errors = errors
        self._core.recorder.changed("view", user=view.user, view=view.id)
        return view_json(self._workspace, view) | {"errors": errors}

    def _base(self, kind: str, person: User, place: str | None = None) -> Json:
        team = {"id": self._workspace.team.id, "domain": self._workspace.team.domain}
        user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}
        return {
            "type": kind,
            "team": team,
            "user": user,
            "api_app_id": APP_ID,
            "token": "sandbox",
            "trigger_id": self._core.responses.trigger(person.id, place),
            "enterprise": enterprise(self._core.options.enterprise_id),
            "is_enterprise_install": False,
        }

    def _shortcut_base(self, kind: str, person: User, act: Json) -> Json:
        extra = {"callback_id": str(act["callback_id"]), "action_ts": self._workspace.ts()}
        return self._base(kind, person, act.get("channel")) | extra

    def _action_json(self, block: Json, element: Json, act: Json, values: Json) -> Json:
        action: Json = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self._workspace.ts(),
        }
        if element["type"] == "button":
            action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        elif element["type"] == "overflow":
            action["selected_option"] = chosen_option(element, act)
        else:
            action |= values.get(block["block_id"], {}).get(element["action_id"], {})
        if "confirm" in element:
            action["confirm"] = element["confirm"]
        return action

    def _response_urls(self, view: View, values: Json, person: User) -> list[Json]:
        """One for each conversation select with ``response_url_enabled``."""
        urls = []
        for block in view.body["blocks"]:
            element = block.get("element") or {}
            chosen = values.get(block.get("block_id"), {}).get(element.get("action_id"), {})
            place = self._workspace.channels.get(str(chosen.get("selected_conversation")))
            if element.get("response_url_enabled") and place:
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": place.id,
                        "response_url": self._core.responses.url(place, person.id),
                    }
                )
        return urls

    def _named(self, channel: Channel) -> Json:
        names = {"im": "directmessage", "group": "privategroup"}
        return {"id": channel.id, "name": names.get(channel.kind, channel.name)}

    def _source(self, channel: Channel, person: User, ts: str) -> Message | Ephemeral:
        found = self._workspace.find(channel.id, ts) or self._workspace.find_ephemeral(channel.id, ts)
        if found is None or (isinstance(found, Ephemeral) and found.user != person.id):
            raise ImpossibleActError(f"{person.id} sees no message {ts}")
        return found

    def _person(self, act: Json) -> User:
        person = self._workspace.users.get(str(act["user"]))
        if person is None:
            raise ImpossibleActError(f"nobody is called {act['user']}")
        return person

    def _view(self, act: Json) -> View:
        stack = self._workspace.views.get(str(act["user"]), [])
        found = stack[-1] if stack and not act.get("view_id") else None
        found = found or next((view for view in stack if view.id == act.get("view_id")), None)
        if found is None:
            raise ImpossibleActError("no such open form of theirs")
        return found


def _thought_better(element: Json, act: Json) -> bool:
    """Whether somebody pressed the other button of the element's own question; ``confirmed`` says so."""
    return "confirm" in element and not act.get("confirmed", True)
