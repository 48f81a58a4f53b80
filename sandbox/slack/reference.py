"""Holds every call against Slack's reference as data, where its folder is at hand; misfits are violations."""

from __future__ import annotations

import json
from pathlib import Path

from sandbox.slack.recorder import Recorder
from sandbox.slack.workspace import Json

UNDOCUMENTED = {"files.completeUploadExternal": frozenset({"channels"}), "api.test": frozenset({"*"})}


class Reference:
    """The method pages; without the folder nothing is checked."""

    def __init__(self, folder: Path | None, recorder: Recorder) -> None:
        self._recorder = recorder
        self._methods: dict[str, Json] = {}
        self.scopes: set[str] = set()
        methods = folder / "methods" if folder else None
        for path in sorted(methods.glob("[a-z]*.json")) if methods and methods.is_dir() else []:
            self._methods[path.stem] = json.loads(path.read_text("utf-8"))
        events = methods / "_events.json" if methods else None
        if events and events.is_file():
            for event in json.loads(events.read_text("utf-8")):
                self.scopes |= {
                    scope.replace("app_mentions.read", "app_mentions:read")
                    for scope in event.get("scopes", [])
                }
        for page in self._methods.values():
            self.scopes |= {scope for kind in page.get("scope", {}).values() for scope in kind}

    def check(self, method: str, args: Json, *, content_type: str) -> None:
        """Unknown and missing arguments, and a body of the wrong kind."""
        page = self._methods.get(method)
        if page is None:
            return
        known = set(page["args"].get("properties", {})) | {"token"} | UNDOCUMENTED.get(method, frozenset())
        for name in sorted(set(args) - known) if "*" not in known else []:
            self._recorder.violation(method, "unknown_argument", name)
        for name in page["args"].get("required", []):
            if name != "token" and args.get(name) in (None, ""):
                self._recorder.violation(method, "missing_argument", name)
        if content_type == "application/json" and not page.get("json_input_supported"):
            self._recorder.violation(method, "json_body", "this method takes no JSON body")

    def check_scopes(self, scopes: tuple[str, ...]) -> None:
        """Scopes that no page knows."""
        known = self.scopes | {"commands", "channels:join", "chat:write.public", "chat:write.customize"}
        for scope in scopes if self._methods else ():
            if scope not in known:
                self._recorder.violation("scopes", "unknown_scope", scope)
