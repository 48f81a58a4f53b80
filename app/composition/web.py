"""Composes the ways in: the transport that brings Slack's requests, and what is served over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from app.composition.edits import Edits
from app.composition.foundation import Foundation
from app.composition.slack import Slack
from bot.imarouter.client import ImaRouter
from bot.worker import Worker
from handlers.bolt.bolt_app import build_app, http_dispatch
from handlers.bolt.register import Listeners
from handlers.bolt.socket_mode import SocketMode
from web.app import build_web
from web.health import Probe
from web.media import media_routes
from web.slack_gate import SlackGate, slack_routes


@dataclass(slots=True)
class WaysIn:
    """``duties`` run side by side until ``stops`` are called, and ``close`` when no step needs them any
    more."""

    close: Callable[[], None]
    duties: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    stops: list[Callable[[], None]] = field(default_factory=list)


def compose_web(
    base: Foundation,
    slack: Slack,
    listeners: Listeners,
    *,
    worker: Worker,
    edits: Edits,
    provider: ImaRouter,
) -> WaysIn:
    settings = base.settings
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
    bolt = build_app(
        client=slack.client, authorize=slack.workspace, signing_secret=secret, listeners=listeners
    )
    ways = WaysIn(close=base.server.close)
    probes: dict[str, Probe] = {
        "database": _database_probe(base),
        "worker": worker.ready,
        "slack_api": slack.api.availability.ready,
        "workspaces": base.connections.ready,
        "web": base.server.ready,
    }
    routes = media_routes(links=edits.links, store=base.store, clock=base.clock)
    if settings.transport == "socket":
        assert settings.slack_app_token is not None, "load_settings(to_run=True) has asked"
        app_token = settings.slack_app_token.get_secret_value()
        mode = SocketMode(app=bolt, client=slack.client, app_token=app_token)
        probes["slack"] = mode.ready
        ways.duties["slack"] = mode.run
        ways.stops.append(mode.stop)
    else:
        gate = SlackGate(signing_secret=secret, dispatch=http_dispatch(bolt), clock=base.clock)
        routes += slack_routes(gate)
    site = build_web(readiness=probes, notes={"provider": _provider_probe(provider)})
    site.add_routes(routes)
    ways.duties["web"] = partial(base.server.run, site)
    ways.stops.append(base.server.stop)
    return ways


def _database_probe(base: Foundation) -> Probe:
    async def ready() -> str | None:
        return None if await base.store.is_ready() else "the database does not answer"

    return ready


def _provider_probe(provider: ImaRouter) -> Probe:
    """A note, not a condition: without the image service asks are taken and wait."""

    async def reachable() -> str | None:
        return None if provider.reachable else "the image service does not answer; asks wait for it"

    return reachable
