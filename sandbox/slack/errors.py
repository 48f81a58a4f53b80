"""The one way a simulated Slack call says no: ``{"ok": false, "error": code}``."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's error code; ``extra`` is merged into the answer (needed, provided, messages)."""

    def __init__(self, code: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra: dict[str, Any] = extra
        self.messages = messages or []

    def body(self) -> dict[str, Any]:
        """The JSON that Slack answers, with HTTP 200."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


class ImpossibleActError(Exception):
    """A person cannot do this in Slack (write where they are no member, submit a closed form, ...)."""
