"""The simulated Slack workspace as a server: in a test's own loop, or alone in a process."""

from __future__ import annotations

import asyncio
import random as random_module
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.slack.byte_routes import ByteRoutes
from sandbox.slack.control import Control
from sandbox.slack.core import Core
from sandbox.slack.options import Limits, Options
from sandbox.slack.reference import Reference
from sandbox.slack.web_api import WebApi

MOST_BYTES = 1 << 30


class SandboxSlack:
    """One workspace; ``core`` is its inside, ``control`` the acts of its people."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        random: random_module.Random | None = None,
        options: Options | None = None,
    ) -> None:
        self.options = options or Options()
        self.core = Core(clock=clock, random=random or random_module.Random(), options=self.options)
        self.reference = Reference(self.options.reference, self.core.recorder)
        self.reference.check_scopes(self.options.scopes)
        self.control = Control(self.core, self.reference)
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Where it listens, without a trailing slash; the Web API is at ``<base_url>/api/``."""
        return self.core.workspace.base_url

    async def start(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        routes: Iterable[web.AbstractRouteDef] = (),
        middlewares: Iterable[Middleware] = (),
    ) -> str:
        """Listen; returns the base URL. ``routes`` are served on the same port, such as the browser page."""
        app = web.Application(client_max_size=MOST_BYTES, middlewares=list(middlewares))
        app.add_routes(routes)
        app.add_routes(WebApi(self.core, self.reference).routes())
        app.add_routes(ByteRoutes(self.core).routes())
        app.add_routes(self.control.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.core.workspace.base_url = f"http://{host}:{bound}"
        return self.base_url

    async def reset(self) -> None:
        """Forget what was said, called and armed; options and open connections stay."""
        await self.core.reset()

    async def stop(self) -> None:
        """Close every connection; nothing is kept."""
        await self.core.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


def find_reference(start: Path | None = None) -> Path | None:
    """The folder ``shared/slack-reference`` beside the repository, where there is one."""
    here = start or Path(__file__).resolve().parents[2]
    folder = here.parent / "shared" / "slack-reference"
    return folder if folder.is_dir() else None


async def serve(host: str = "127.0.0.1", port: int = 0, *, options: Options | None = None) -> None:
    """Run alone until SIGTERM or SIGINT; the first line on stdout says where, and which tokens to use."""
    options = options or Options(limits=Limits(), reference=find_reference())
    sandbox = SandboxSlack(options=options)
    url = await sandbox.start(host, port)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    sys.stdout.write(
        f"{url} SLACK_BOT_TOKEN={options.bot_token} SLACK_APP_TOKEN={options.app_token} "
        f"SLACK_SIGNING_SECRET={options.signing_secret} IMAGINE_SLACK_API_URL={url}/api/\n"
    )
    sys.stdout.flush()
    try:
        await over.wait()
    finally:
        await sandbox.stop()
