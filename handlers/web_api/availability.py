"""Whether Slack's API answers, and whether it takes our token: one log line when that ends, one when it is
back, and what /readyz says."""

from __future__ import annotations

from bot.availability import Availability
from bot.errors import WorkspaceGone
from bot.services.operations.connections import Connections
from handlers.web_api.errors import DISCONNECTED_SECONDS

PATIENCE = 3
"""So many calls in a row without an answer are an outage."""


class SlackAvailability:
    """Whether one workspace's calls are answered. ``connections`` is told what becomes of ``team_id``'s
    token."""

    def __init__(self, connections: Connections, team_id: str) -> None:
        self._connections = connections
        self._team_id = team_id
        self._outage = Availability(gone="slack_api_unreachable", back="slack_api_back", patience=PATIENCE)

    async def ready(self) -> str | None:
        """None while calls are answered, else why not: a probe for ``/readyz``."""
        return "Slack's API does not answer" if self._outage.ongoing else None

    def failed(self, why: str) -> None:
        """A call was not answered, or by something that is not Slack."""
        self._outage.failed(reason=why)

    def worked(self) -> None:
        """Slack answered, be it with a refusal; the token is good."""
        self._outage.worked()
        self._connections.works(self._team_id)

    def disconnected(self, gone: WorkspaceGone) -> None:
        """Slack answered that the token is not good any more."""
        self._outage.worked()
        self._connections.gone(self._team_id, reason=str(gone), after=gone.after or DISCONNECTED_SECONDS)
