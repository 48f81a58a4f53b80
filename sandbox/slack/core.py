"""The simulated workspace as a whole: every part, built once and handed to those who need it."""

from __future__ import annotations

import random as random_module
from collections.abc import Callable

from sandbox.faults import Faults
from sandbox.slack.access import Access
from sandbox.slack.delivery import Delivery
from sandbox.slack.events import Events
from sandbox.slack.file_desk import FileDesk
from sandbox.slack.http_push import HttpPush
from sandbox.slack.limits import Limiter
from sandbox.slack.options import Options
from sandbox.slack.posting import Posting
from sandbox.slack.recorder import Recorder
from sandbox.slack.responses import Responses
from sandbox.slack.sockets import Sockets
from sandbox.slack.view_desk import ViewDesk
from sandbox.slack.workspace import Workspace


class Core:
    """Construction only; the parts do the work."""

    def __init__(self, *, clock: Callable[[], float], random: random_module.Random, options: Options) -> None:
        self.clock = clock
        self.options = options
        self.recorder = Recorder(clock)
        self.faults = Faults(changed=lambda: self.recorder.changed("faults"))
        self.limiter = Limiter(options=options, clock=clock)
        self.workspace = Workspace(clock=clock, random=random)
        self.sockets = Sockets(options=options, recorder=self.recorder, random=random)
        self.http = HttpPush(options=options, clock=clock)
        self.delivery = Delivery(
            options=options,
            recorder=self.recorder,
            faults=self.faults,
            sockets=self.sockets,
            http=self.http,
        )
        self.events = Events(workspace=self.workspace, options=options, delivery=self.delivery)
        self.access = Access(workspace=self.workspace, options=options)
        self.posting = Posting(
            workspace=self.workspace,
            options=options,
            access=self.access,
            events=self.events,
            recorder=self.recorder,
        )
        self.files = FileDesk(
            workspace=self.workspace, options=options, posting=self.posting, recorder=self.recorder
        )
        self.views = ViewDesk(
            workspace=self.workspace, options=options, posting=self.posting, recorder=self.recorder
        )
        self.responses = Responses(workspace=self.workspace, options=options, posting=self.posting)
        self.token_error: str | None = None
        """``token_revoked`` or ``account_inactive`` once the installation is taken back."""

    async def reset(self) -> None:
        """The workspace of the beginning, to the apps that are connected; options stay."""
        await self.files.stop()
        await self.delivery.stop()
        self.faults.clear()
        self.recorder.reset()
        self.limiter.reset()
        self.workspace.reset()
        self.token_error = None

    async def stop(self) -> None:
        await self.files.stop()
        await self.delivery.stop()
        await self.sockets.stop()
        await self.http.stop()
