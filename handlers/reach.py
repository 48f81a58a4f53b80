"""Whether Slack's API answers: one log line when it goes, one when it is back, and what /readyz says."""

from __future__ import annotations

import structlog

log = structlog.get_logger(__name__)

PATIENCE = 3
"""So many calls in a row without an answer are an outage."""


class Reach:
    """One workspace's way to Slack's API."""

    def __init__(self) -> None:
        self._failures = 0

    async def ready(self) -> str | None:
        """None while calls are answered, else why not: a probe for ``/readyz``."""
        return "Slack's API does not answer" if self._failures >= PATIENCE else None

    def failed(self, why: str) -> None:
        """A call was not answered, or by something that is not Slack."""
        self._failures += 1
        if self._failures == PATIENCE:
            log.error("slack_api_unreachable", reason=why)

    def worked(self) -> None:
        """Slack answered, be it with a refusal."""
        if self._failures >= PATIENCE:
            log.info("slack_api_back", failures=self._failures)
        self._failures = 0
