"""The composition root: the only file that knows every room. It builds and connects, it never runs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import elapsed, jitter, new_owner_id
from app.composition.budgets import compose_submit
from app.composition.edits import Edits, compose_edits
from app.composition.process_lock import claim
from app.composition.slack import Talk, compose_listeners, compose_talk
from app.composition.worker_steps import compose_steps
from app.settings.settings import Settings
from bot.domain.budget.limits import Limits
from bot.domain.budget.pricing import PriceTable
from bot.errors import TryLater
from bot.imarouter.client import ImaRouter
from bot.media.check_result import inspect
from bot.ports import Clock, Store
from bot.services.budget import housekeeping
from bot.services.budget.accounts import Accounts
from bot.services.budget.clock_guard import ClockGuard
from bot.services.operations.connections import Connections
from bot.services.pipeline.intake import Intake
from bot.worker import Worker
from handlers.bolt.bolt_app import build_app, http_dispatch
from handlers.bolt.register import Listeners
from handlers.bolt.socket_mode import SocketMode
from handlers.parsing import read_message
from handlers.web_api.availability import SlackAvailability
from handlers.web_api.client import SlackApi, new_client, new_session
from handlers.web_api.identity import Identity, OneWorkspace
from handlers.web_api.pacing import Pacing
from handlers.web_api.preflight import preflight
from handlers.web_api.shared_pacing import SharedPacing
from storage.engine import open_store
from storage.migrate import migrate
from storage.repositories.key_values import StoredDialect
from storage.store import SqlStore
from web.app import build_web
from web.media import media_routes
from web.server import Server
from web.slack_gate import SlackGate

log = structlog.get_logger(__name__)

START_RETRY_SECONDS = 5.0
"""How often an unreachable Slack is asked again while the bot starts."""


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs, by name, and how to let it end."""

    duties: Mapping[str, Callable[[], Awaitable[None]]]
    stops: tuple[Callable[[], None], ...]

    async def stop(self) -> None:
        """Stop taking work: the ways in first, then the worker. Safe to repeat."""
        for stop in self.stops:
            stop()


@asynccontextmanager
async def open_database(settings: Settings, clock: Clock) -> AsyncIterator[SqlStore]:
    """The migrated database, closed at the end."""
    await migrate_database(settings)
    store = open_store(settings.imagine_database_url.get_secret_value(), clock=clock)
    try:
        yield store
    finally:
        await store.close()


async def migrate_database(settings: Settings) -> None:
    """Bring the schema up to date. Safe to repeat and from several processes at once."""
    await migrate(settings.imagine_database_url.get_secret_value())


@asynccontextmanager
async def assemble(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """Build the whole bot from ``settings``; everything opened here is closed in reverse order.

    Raises SettingsError for what Slack or the database refuse for good. Waits while Slack is away.
    """
    prices = PriceTable.load(settings.imagine_prices)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_database(settings, clock))
        owner = new_owner_id()
        sockets = await claim(stack, settings, store, owner)
        await store.write(housekeeping.begin)
        guard = ClockGuard(clock=clock, elapsed=elapsed, database_is_a_witness=not settings.is_sqlite)
        edits = compose_edits(stack, settings, store, clock)
        provider = _provider(stack, settings, store, guard)
        client, workspace, identity = await _slack(stack, settings, clock, guard)
        accounts = Accounts(Limits(settings.imagine_budget_workspace, settings.imagine_budget_user), guard)
        woken = asyncio.Event()
        connections = Connections(wake=woken.set)
        connections.welcome(identity.team_id)
        api = _api(settings, store, client, identity, connections)
        talk = await compose_talk(
            stack,
            settings,
            store=store,
            accounts=accounts,
            clock=clock,
            api=api,
            identity=identity,
            prices=prices,
            wake=woken.set,
        )
        worker, listeners = _work(
            settings,
            talk,
            store=store,
            prices=prices,
            accounts=accounts,
            provider=provider,
            edits=edits,
            clock=clock,
            owner=owner,
            woken=woken,
            connections=connections,
        )
        yield _app(
            settings=settings,
            clock=clock,
            store=store,
            client=client,
            workspace=workspace,
            listeners=listeners,
            worker=worker,
            edits=edits,
            api=api,
            provider=provider,
            connections=connections,
            sockets=sockets,
        )


def _work(
    settings: Settings,
    talk: Talk,
    *,
    store: Store,
    prices: PriceTable,
    accounts: Accounts,
    provider: ImaRouter,
    edits: Edits,
    clock: Clock,
    owner: str,
    woken: asyncio.Event,
    connections: Connections,
) -> tuple[Worker, Listeners]:
    """What takes asks and what carries them out, over one way of submitting."""
    submit_over = partial(compose_submit, settings, talk.budgeting, prices=prices, accounts=accounts)
    hear_over = partial(Intake, conversation=talk.conversation, read=read_message, wake=woken.set)
    submit = submit_over(store=talk.desk)
    steps = compose_steps(
        settings,
        store=store,
        conversation=talk.conversation,
        provider=provider,
        accounts=accounts,
        edit_sources=edits.edit_sources,
        intake=hear_over(store=store, submit=submit_over(store=store)),
    )
    worker = Worker(
        store=store,
        steps={**steps, **talk.budgeting.steps},
        owner=owner,
        jitter=jitter,
        woken=woken,
        connections=connections,
    )
    intake = hear_over(store=talk.desk, submit=submit)
    listeners = compose_listeners(
        settings, talk, submit=submit, accounts=accounts, intake=intake, clock=clock
    )
    return worker, listeners


async def _slack(
    stack: AsyncExitStack, settings: Settings, clock: Clock, guard: ClockGuard
) -> tuple[AsyncWebClient, OneWorkspace, Identity]:
    """The one client and session of the process, and who we are."""
    session = new_session(heard=partial(guard.heard, "slack"))
    stack.push_async_callback(session.close)
    assert settings.slack_bot_token is not None
    client = new_client(
        settings.slack_bot_token.get_secret_value(),
        session=session,
        base_url=settings.imagine_slack_api_url,
    )
    workspace = OneWorkspace(client)
    return client, workspace, await _identity(settings, workspace, client, clock)


def _api(
    settings: Settings, store: Store, client: AsyncWebClient, identity: Identity, connections: Connections
) -> SlackApi:
    """How the worker calls Slack, at the pace that Slack allows; replicas share it."""
    availability = SlackAvailability(connections, identity.team_id)
    pacing = Pacing() if settings.is_sqlite else SharedPacing(store, identity.team_id)
    return SlackApi(client, identity.bot_user_id, identity.bot_id, pacing=pacing, availability=availability)


async def _identity(
    settings: Settings, workspace: OneWorkspace, client: AsyncWebClient, clock: Clock
) -> Identity:
    """Who we are in Slack. A refused token ends the start; an outage is waited for, said once."""
    app_token = settings.slack_app_token if settings.transport == "socket" else None
    token = app_token.get_secret_value() if app_token else None
    said = False
    while True:
        try:
            return await preflight(workspace, client=client, app_token=token)
        except TryLater as away:
            if not said:
                log.error("slack_unreachable", reason=str(away))
                said = True
            await clock.sleep(away.after or START_RETRY_SECONDS)


def _provider(stack: AsyncExitStack, settings: Settings, store: Store, guard: ClockGuard) -> ImaRouter:
    assert settings.imarouter_api_key is not None
    provider = ImaRouter(
        base_url=settings.imarouter_base_url,
        api_key=settings.imarouter_api_key,
        api=settings.imarouter_api,
        model=settings.imarouter_model,
        memory=StoredDialect(store),
        inspect=inspect,
        trusted_hosts=settings.imagine_trusted_hosts,
        heard=partial(guard.heard, "provider"),
    )
    stack.push_async_callback(provider.aclose)
    return provider


def _app(
    *,
    settings: Settings,
    clock: Clock,
    store: SqlStore,
    client: AsyncWebClient,
    workspace: OneWorkspace,
    listeners: Listeners,
    worker: Worker,
    edits: Edits,
    api: SlackApi,
    provider: ImaRouter,
    connections: Connections,
    sockets: Sequence[socket.socket],
) -> App:
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
    bolt = build_app(client=client, authorize=workspace, signing_secret=secret, listeners=listeners)

    async def database_ready() -> str | None:
        return None if await store.is_ready() else "the database does not answer"

    async def provider_reachable() -> str | None:
        return None if provider.reachable else "the image service does not answer; asks wait for it"

    probes = {
        "database": database_ready,
        "worker": worker.ready,
        "slack_api": api.availability.ready,
        "workspaces": connections.ready,
    }
    duties: dict[str, Callable[[], Awaitable[None]]] = {}
    stops: list[Callable[[], None]] = []
    gate = None
    if settings.transport == "socket":
        assert settings.slack_app_token is not None
        mode = SocketMode(app=bolt, client=client, app_token=settings.slack_app_token.get_secret_value())
        probes["slack"] = mode.ready
        duties["slack"] = mode.run
        stops.append(mode.stop)
    else:
        gate = SlackGate(signing_secret=secret, dispatch=http_dispatch(bolt), clock=clock)
    site = build_web(readiness=probes, notes={"provider": provider_reachable}, slack=gate)
    site.add_routes(media_routes(links=edits.links, shelf=edits.shelf, clock=clock))
    server = Server(site, host=settings.imagine_host, port=settings.imagine_port, sockets=sockets)
    duties |= {"web": server.run, "worker": worker.run}
    return App(duties=duties, stops=(*stops, server.stop, worker.stop))
