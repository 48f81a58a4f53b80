"""The composition root: builds the whole bot from its settings, part by part. It never runs anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from app.clock import elapsed, jitter
from app.composition.decoder import compose_decoder, compose_spool
from app.composition.edits import compose_edits
from app.composition.foundation import Foundation, compose_foundation
from app.composition.listeners import compose_listeners
from app.composition.provider import compose_provider
from app.composition.services import compose_services
from app.composition.slack import compose_slack
from app.composition.web import compose_web
from app.composition.worker_steps import compose_steps
from app.settings.settings import Settings
from bot.ports import Clock
from bot.services.operations.heartbeat import AloneOnItsFile, AmongReplicas, Heartbeat
from bot.services.pipeline.give_up import GiveUp
from bot.step_runner import StepRunner
from bot.worker import Worker


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
async def assemble(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """Build the whole bot from ``settings``; everything opened here is closed in reverse order.

    Raises SettingsError for what Slack or the database refuse for good. Waits while Slack is away.
    """
    async with AsyncExitStack() as stack:
        base = await compose_foundation(stack, settings, clock)
        decoder = compose_decoder(settings)
        spool = await compose_spool(settings, base.store, decoder)
        edits = compose_edits(settings, base.store, clock, decoder)
        provider = compose_provider(stack, base, decoder)
        slack = await compose_slack(stack, base)
        services = compose_services(base, slack)
        runner = StepRunner(
            store=base.store,
            steps=compose_steps(
                base, slack, services, provider=provider, edit_sources=edits.edit_sources, spool=spool
            ),
            jitter=jitter,
            connections=base.connections,
            give_up=GiveUp(base.accounts),
        )
        worker = Worker(
            store=base.store,
            runner=runner,
            owner=base.owner,
            woken=base.woken,
            connections=base.connections,
            heartbeat=_heartbeat(base),
        )
        listeners = compose_listeners(stack, base, slack, services)
        ways = compose_web(base, slack, listeners, worker=worker, edits=edits, provider=provider)

        async def work() -> None:
            """HTTP is served to its end: the image API may be fetching the sources of a step in hand."""
            try:
                await worker.run()
            finally:
                ways.close()

        yield App(
            duties={**ways.duties, "worker": work},
            stops=(*ways.stops, worker.stop),
        )


def _heartbeat(base: Foundation) -> Heartbeat:
    if base.settings.is_sqlite:
        return AloneOnItsFile()
    return AmongReplicas(store=base.store, owner=base.owner, now=elapsed)
