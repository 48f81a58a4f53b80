"""Modals and App Homes: opened, pushed, updated, published, and checked as Slack checks them.

Facts: docs reference/views; slack_sdk.models.views (24, 255, 3000 characters, 100 blocks).
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.block_kit import BlockCheck
from sandbox.slack.errors import SlackError
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

    def open(self, user: str, body: Any) -> View:
        view = self._new(user, body, root=None, previous=None)
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
        stack.append(view)
        return view

    def update(self, view: View, body: Any, *, hash_: str | None = None) -> View:
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self._check(body)
        view.body = self._stored(body)
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
        for stack in self._workspace.views.values():
            for view in stack:
                if view.id == view_id or (external_id and view.external_id == external_id):
                    return view
        raise SlackError("not_found")

    def close(self, view: View, *, everything: bool = False) -> None:
        stack = self._workspace.views.get(view.user, [])
        if everything:
            stack.clear()
        elif view in stack:
            stack.remove(view)
        self._recorder.changed("view_closed", user=view.user, view=view.id)

    def _new(self, user: str, body: Any, *, root: str | None, previous: str | None) -> View:
        self._check(body)
        identifier = self._workspace.token("V0")
        external = str(body.get("external_id") or "")
        if external and any(v.external_id == external for s in self._workspace.views.values() for v in s):
            raise SlackError("duplicate_external_id")
        stored = self._stored(body)
        view = View(identifier, user, stored, root or identifier, previous, self._hash(), external)
        view.pings = pings_in_blocks(stored.get("blocks"), groups={})
        self._recorder.changed("view", user=user, view=identifier)
        return view

    def _stored(self, body: Json) -> Json:
        return {**body, "blocks": self._posting.with_ids(body.get("blocks"))}

    def _hash(self) -> str:
        return f"{int(self._workspace.clock())}.{self._workspace.token('', 8)}"

    def _check(self, body: Any) -> None:
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
