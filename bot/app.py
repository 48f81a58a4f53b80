"""The composition root: the only file that knows every room. It builds and connects, it never runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import jitter, new_job_id, new_owner_id
from bot.domain.pricing import PriceTable
from bot.domain.task import TaskKind
from bot.errors import SettingsError, TryLater
from bot.imarouter.client import ImaRouter
from bot.media.inspect import inspect
from bot.media.spool import DiskSpool
from bot.ports import Clock, Conversation, ImageProvider, Store
from bot.services.announce import Announce
from bot.services.budgets import Budgets, Limits
from bot.services.cancel import Cancel
from bot.services.deliver import Deliver
from bot.services.dispatch import Dispatch, InFlight
from bot.services.lookup import Lookup
from bot.services.outcome import Outcome
from bot.services.poll import Poll
from bot.services.reckon import Reckon
from bot.services.report import Report
from bot.services.submit import Submit
from bot.services.tell import Tell
from bot.settings import Settings
from bot.worker import Step, Worker
from handlers.authorize import Identity, OneWorkspace
from handlers.blocks import Voice
from handlers.bolt_app import build_app, http_dispatch
from handlers.delivery import SlackConversation
from handlers.listeners.command import CommandListener
from handlers.listeners.failures import Failures
from handlers.listeners.unhandled import Unhandled
from handlers.preflight import preflight
from handlers.register import Listeners
from handlers.slack_api import SlackApi, new_client, new_session, one_workspace
from handlers.socket import SocketMode
from handlers.upload import Wire
from storage.engine import open_store
from storage.lock import DatabaseLock
from storage.migrate import migrate
from storage.store import SqlStore
from web.app import build_web
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
        await _take_over(stack, settings, store, owner)
        session = new_session()
        stack.push_async_callback(session.close)
        assert settings.slack_bot_token is not None
        client = new_client(
            settings.slack_bot_token.get_secret_value(),
            session=session,
            base_url=settings.imagine_slack_api_url,
        )
        workspace = OneWorkspace(client)
        identity = await _identity(settings, workspace, client, clock)
        voice = Voice(command=settings.imagine_command, bot_name=f"@{identity.bot_name}")
        conversation = await _conversation(
            stack, settings=settings, clock=clock, client=client, identity=identity, voice=voice
        )
        provider = _provider(settings, store)
        stack.push_async_callback(provider.aclose)
        budgets = Budgets(Limits(settings.imagine_budget_workspace, settings.imagine_budget_user))
        worker = Worker(
            store=store,
            steps=_steps(settings, store, conversation, provider, budgets),
            owner=owner,
            jitter=jitter,
        )
        listeners = _listeners(
            settings=settings, store=store, prices=prices, budgets=budgets, voice=voice, worker=worker
        )
        yield _app(
            settings=settings,
            clock=clock,
            store=store,
            client=client,
            workspace=workspace,
            listeners=listeners,
            worker=worker,
        )


async def _take_over(stack: AsyncExitStack, settings: Settings, store: SqlStore, owner: str) -> None:
    """On SQLite one process serves a file: what earlier processes leased is due at once."""
    lock = DatabaseLock.beside(settings.imagine_database_url.get_secret_value())
    if lock is None:
        return
    if not lock.acquire():
        raise SettingsError(
            ["IMAGINE_DATABASE_URL: another bot already runs on this file; several need PostgreSQL."]
        )
    stack.callback(lock.release)
    freed = await store.write(lambda tx: tx.tasks.release_leases_of_others(owner))
    if freed:
        log.info("leases_taken_over", count=freed)


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


async def _conversation(
    stack: AsyncExitStack,
    *,
    settings: Settings,
    clock: Clock,
    client: AsyncWebClient,
    identity: Identity,
    voice: Voice,
) -> SlackConversation:
    http = await stack.enter_async_context(httpx.AsyncClient(transport=AiohttpTransport()))
    api = SlackApi(client, identity.bot_user_id, identity.bot_id)
    return SlackConversation(
        api_for=one_workspace(api),
        wire=Wire(http=http, trusted_hosts=settings.imagine_trusted_hosts),
        clock=clock,
        voice=voice,
    )


def _provider(settings: Settings, store: Store) -> ImaRouter:
    assert settings.imarouter_api_key is not None
    return ImaRouter(
        base_url=settings.imarouter_base_url,
        api_key=settings.imarouter_api_key,
        api=settings.imarouter_api,
        model=settings.imarouter_model,
        memory=_Memory(store),
        inspect=inspect,
        trusted_hosts=settings.imagine_trusted_hosts,
    )


class _Memory:
    """The dialect that the provider was seen to speak, kept in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self) -> str | None:
        return await self._store.read(lambda tx: tx.memos.get("dialect"))

    async def save(self, dialect: str) -> None:
        await self._store.write(lambda tx: tx.memos.put("dialect", dialect))


def _steps(
    settings: Settings,
    store: Store,
    conversation: Conversation,
    provider: ImageProvider,
    budgets: Budgets,
) -> dict[TaskKind, Step]:
    outcome = Outcome(budgets)
    floor = settings.imagine_poll_floor_seconds
    spool = DiskSpool(settings.data_folder / "spool")
    return {
        TaskKind.ANNOUNCE: Announce(
            store=store, conversation=conversation, provider=provider, budgets=budgets
        ),
        TaskKind.SUBMIT: Dispatch(
            store=store,
            provider=provider,
            budgets=budgets,
            outcome=outcome,
            in_flight=InFlight(settings.imagine_user_in_flight, settings.imagine_workspace_in_flight),
            poll_floor=floor,
            jitter=jitter,
        ),
        TaskKind.POLL: Poll(
            store=store,
            provider=provider,
            outcome=outcome,
            floor=floor,
            deadline=settings.imagine_job_timeout_seconds,
            jitter=jitter,
        ),
        TaskKind.DELIVER: Deliver(store=store, conversation=conversation, provider=provider, spool=spool),
        TaskKind.REPORT: Report(store=store, conversation=conversation),
        TaskKind.RECKON: Reckon(store=store, budgets=budgets),
        TaskKind.TELL: Tell(store=store, conversation=conversation),
    }


def _listeners(
    *,
    settings: Settings,
    store: Store,
    prices: PriceTable,
    budgets: Budgets,
    voice: Voice,
    worker: Worker,
) -> Listeners:
    submit = Submit(store=store, prices=prices, budgets=budgets, new_id=new_job_id, wake=worker.wake)
    return Listeners(
        command=settings.imagine_command,
        on_command=CommandListener(
            submit=submit,
            lookup=Lookup(store=store, budgets=budgets),
            cancel=Cancel(store=store, budgets=budgets),
            voice=voice,
        ),
        unhandled=Unhandled(command=settings.imagine_command),
        failures=Failures(voice=voice),
    )


def _app(
    *,
    settings: Settings,
    clock: Clock,
    store: SqlStore,
    client: AsyncWebClient,
    workspace: OneWorkspace,
    listeners: Listeners,
    worker: Worker,
) -> App:
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
    bolt = build_app(client=client, authorize=workspace, signing_secret=secret, listeners=listeners)

    async def database_ready() -> str | None:
        return None if await store.is_ready() else "the database does not answer"

    probes = {"database": database_ready, "worker": worker.ready}
    duties: dict[str, Callable[[], Awaitable[None]]] = {}
    stops: list[Callable[[], None]] = []
    gate = None
    if settings.transport == "socket":
        assert settings.slack_app_token is not None
        socket = SocketMode(app=bolt, client=client, app_token=settings.slack_app_token.get_secret_value())
        probes["slack"] = socket.ready
        duties["slack"] = socket.run
        stops.append(socket.stop)
    else:
        gate = SlackGate(signing_secret=secret, dispatch=http_dispatch(bolt), clock=clock)
    server = Server(
        build_web(readiness=probes, slack=gate), host=settings.imagine_host, port=settings.imagine_port
    )
    duties |= {"web": server.run, "worker": worker.run}
    return App(duties=duties, stops=(*stops, server.stop, worker.stop))
