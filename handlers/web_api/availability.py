"""Whether Slack's API answers, and whether it takes our token: one log line when that ends, one when it is
back, and what /readyz says."""

from __future__ import annotations

import structlog

from bot.errors import WorkspaceGone
from bot.services.operations.connections import Connections
from handlers.web_api.errors import DISCONNECTED_SECONDS

log = structlog.get_logger(__name__)

PATIENCE = 3
"""So many calls in a row without an answer are an outage."""


class SlackAvailability:
    """One workspace's way to Slack's API. ``connections`` is told what becomes of ``team_id``'s token."""

    def __init__(self, connections: Connections, team_id: str) -> None:
        self._connections = connections
        self._team_id = team_id
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
        """Slack answered, be it with a refusal; the token is good."""
        self._answered()
        self._connections.works(self._team_id)

    def disconnected(self, gone: WorkspaceGone) -> None:
        """Slack answered that the token is not good any more."""
        self._answered()
        self._connections.gone(self._team_id, reason=str(gone), after=gone.after or DISCONNECTED_SECONDS)

    def _answered(self) -> None:
        if self._failures >= PATIENCE:
            log.info("slack_api_back", failures=self._failures)
        self._failures = 0
