"""Composes the worker's table: which step does which kind of task."""

from __future__ import annotations

from app.clock import jitter
from app.settings.settings import Settings
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.task import TaskKind
from bot.media.spool import DiskSpool
from bot.ports import Conversation, ImageProvider, Store, Studio
from bot.services.budget.accounts import Budgets
from bot.services.budget.housekeeping import Housekeeping
from bot.services.pipeline.announce import Announce
from bot.services.pipeline.clean_up import Clean
from bot.services.pipeline.deliver import Deliver
from bot.services.pipeline.intake import Hear
from bot.services.pipeline.notify_asker import Tell
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.poll import Poll
from bot.services.pipeline.prepare import Prepare
from bot.services.pipeline.settle_unknown import Reckon
from bot.services.pipeline.status_message import Report
from bot.services.pipeline.submit import Dispatch
from bot.worker import Step


def compose_steps(
    settings: Settings,
    *,
    store: Store,
    conversation: Conversation,
    provider: ImageProvider,
    budgets: Budgets,
    studio: Studio,
    hear: Hear,
) -> dict[TaskKind, Step]:
    """One step for every kind of task."""
    outcome = Outcome(budgets)
    floor = settings.imagine_poll_floor_seconds
    spool = DiskSpool(settings.data_folder / "spool")
    prepare = Prepare(
        store=store,
        conversation=conversation,
        provider=provider,
        studio=studio,
        budgets=budgets,
        folder=settings.data_folder / "spool",
    )
    return {
        TaskKind.HEAR: hear,
        TaskKind.PREPARE: prepare,
        TaskKind.ANNOUNCE: Announce(
            store=store, conversation=conversation, provider=provider, budgets=budgets
        ),
        TaskKind.SUBMIT: Dispatch(
            store=store,
            provider=provider,
            budgets=budgets,
            outcome=outcome,
            in_flight=InFlight(
                settings.imagine_user_in_flight,
                settings.imagine_workspace_in_flight,
                settings.imagine_channel_in_flight,
            ),
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
        TaskKind.DELIVER: Deliver(
            store=store, conversation=conversation, provider=provider, spool=spool, poll_floor=floor
        ),
        TaskKind.REPORT: Report(store=store, conversation=conversation),
        TaskKind.TIDY: Housekeeping(store=store),
        TaskKind.RECKON: Reckon(store=store, budgets=budgets),
        TaskKind.CLEAN: Clean(store=store, studio=studio),
        TaskKind.TELL: Tell(store=store, conversation=conversation),
    }
