"""Modals and App Homes: opened, pushed, updated, published, and checked as Slack checks them.

Facts: docs reference/views; slack_sdk.models.views (24, 255, 3000 characters, 100 blocks).
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.errors import SlackError
from sandbox.slack.form_values import form_values
from sandbox.slack.markup import pings_in_blocks
from sandbox.slack.options import Options
from sandbox.slack.posting import Posting
from sandbox.slack.recorder import Recorder
from sandbox.slack.workspace import Home, Json, View, Workspace

_KEYS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip


class ViewDesk:
    """Each person's stack of modals, and their Home."""

    def __init__(
        self, *, workspace: Workspace, options: Options, posting: Posting, recorder: Recorder
    ) -> None:
        self._workspace = workspace
        self._options = options
        self._posting = posting
        self._recorder = recorder

    def open(self, user: str, body: Any, *, place: str | None = None) -> View:
        """A new modal in place of all others of this person; ``place`` is where they were."""
        view = self._new(user, body, root=None, previous=None)
        view.place = place
        self._workspace.views[user] = [view]
        return view

    def push(self, user: str, body: Any) -> View:
        """At most three views on a stack (docs: surfaces/modals)."""
        stack = self._workspace.views.setdefault(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= 3:
            raise SlackError("push_limit_reached")
        view = self._new(user, body, root=stack[0].id, previous=stack[-1].id)
        view.place = stack[0].place
        stack.append(view)
        return view

    def update(self, view: View, body: Any, *, hash_: str | None = None) -> View:
        """Another content for a view that is there. Fields that keep their ``block_id`` and ``action_id``
        keep what they held, whatever ``initial_value`` now says (docs: surfaces/modals)."""
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self._check(body, user=view.user)
        held = self.values(view, {})
        self._claim(view, body)
        view.body = self._stored(body)
        view.values = held
        if not self._options.update_keeps_uploads:
            view.values = _without_uploads(held)
        view.values = self.values(view, {})
        view.pings += pings_in_blocks(view.body.get("blocks"), groups={})
        view.hash, view.errors = self._hash(), {}
        self._recorder.changed("view", user=view.user, view=view.id)
        return view

    def publish(self, user: str, body: Any, *, hash_: str | None = None) -> View:
        """What the person's Home shows from now on."""
        if not self._options.home_tab:
            raise SlackError("not_enabled")
        home = self._workspace.homes.get(user)
        if home is None:
            view = self._new(user, body, root=None, previous=None)
            self._workspace.homes[user] = Home(view)
            return view
        home.published += 1
        return self.update(home.view, body, hash_=hash_)

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """An open modal or a published Home by either name; ``not_found``."""
        for view in self._all():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def values(self, view: View, given: Json) -> Json:
        """What the fields of a view hold once ``given`` is filled in, in the shape of ``state.values``."""
        blocks = view.body.get("blocks") or []
        return form_values(blocks, given, self._workspace, kept=view.values, place=view.place)

    def _all(self) -> list[View]:
        homes = [home.view for home in self._workspace.homes.values()]
        return [*(view for stack in self._workspace.views.values() for view in stack), *homes]

    def _claim(self, view: View, body: Json) -> None:
        """An external_id belongs to one view of the workspace."""
        external = str(body.get("external_id") or "")
        if external and any(other.external_id == external for other in self._all() if other is not view):
            raise SlackError("duplicate_external_id")
        view.external_id = external or view.external_id

    def close(self, view: View, *, everything: bool = False) -> None:
        stack = self._workspace.views.get(view.user, [])
        if everything:
            stack.clear()
        elif view in stack:
            stack.remove(view)
        self._recorder.changed("view_closed", user=view.user, view=view.id)

    def _new(self, user: str, body: Any, *, root: str | None, previous: str | None) -> View:
        self._check(body, user=user)
        identifier = self._workspace.token("V0")
        stored = self._stored(body)
        view = View(identifier, user, stored, root or identifier, previous, self._hash())
        self._claim(view, body)
        view.pings = pings_in_blocks(stored.get("blocks"), groups={})
        self._recorder.changed("view", user=user, view=identifier)
        return view

    def _stored(self, body: Json) -> Json:
        return {**body, "blocks": self._posting.with_ids(body.get("blocks"))}

    def _hash(self) -> str:
        return f"{int(self._workspace.clock())}.{self._workspace.token('', 8)}"

    def _check(self, body: Any, *, user: str) -> None:
        """``invalid_arguments`` with pointers into the view, ``view_too_large`` above 250 kB."""
        if not isinstance(body, dict):
            raise SlackError("invalid_arguments", messages=["[ERROR] must be an object [json-pointer:/view]"])
        if len(str(body)) > 250_000:
            raise SlackError("view_too_large")
        errors = [
            f"[ERROR] invalid additional property: {key} [json-pointer:/view]"
            for key in sorted(set(body) - _KEYS)
        ]
        kind = str(body.get("type"))
        if kind not in {"modal", "home"}:
            errors.append("[ERROR] unsupported type [json-pointer:/view/type]")
        check = BlockCheck(
            surface=kind,
            find_file=self._posting.visibility.find,
            needs_share=self._options.slack_file_needs_share,
        )
        if not isinstance(body.get("blocks"), list):
            errors.append("[ERROR] missing required field: blocks [json-pointer:/view]")
        else:
            check.blocks(body["blocks"], "/view/blocks")
        self._check_frame(body, kind, check)
        errors += check.errors
        if self._options.views_need_access:
            hidden = self._posting.visibility.pictures(body.get("blocks"), [user])
            errors += [
                "[ERROR] invalid slack file [json-pointer:/view/blocks]" for p in hidden if not p["visible"]
            ]
        if errors:
            raise SlackError("invalid_arguments", messages=errors)

    def _check_frame(self, body: Json, kind: str, check: BlockCheck) -> None:
        if kind == "modal":
            has_inputs = any(block.get("type") == "input" for block in body.get("blocks") or [])
            for key, needed in (("title", True), ("submit", has_inputs), ("close", False)):
                if body.get(key):
                    check.text(body[key], f"/view/{key}", longest=24, plain=True)
                elif needed:
                    check.errors.append(f"[ERROR] missing required field: {key} [json-pointer:/view]")
        for key, longest in (("callback_id", 255), ("private_metadata", 3000), ("external_id", 255)):
            if len(str(body.get(key) or "")) > longest:
                check.errors.append(
                    f"[ERROR] must be less than {longest + 1} characters [json-pointer:/view/{key}]"
                )


def _without_uploads(values: Json) -> Json:
    return {
        block: {action: state for action, state in fields.items() if state["type"] != "file_input"}
        for block, fields in values.items()
    }
