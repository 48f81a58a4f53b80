"""Composes the worker's table: which step does which kind of task."""

from __future__ import annotations

from app.clock import jitter
from app.settings.settings import Settings
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.task import TaskKind
from bot.media.spool import DiskSpool
from bot.ports import Conversation, EditSources, ImageProvider, Store
from bot.services.budget.accounts import Accounts
from bot.services.budget.housekeeping import Housekeeping
from bot.services.pipeline.announce import Announce
from bot.services.pipeline.clean_up import CleanUp
from bot.services.pipeline.deliver import Deliver
from bot.services.pipeline.intake import Intake
from bot.services.pipeline.notify_asker import NotifyAsker
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.poll import Poll
from bot.services.pipeline.prepare import Prepare
from bot.services.pipeline.settle_unknown import SettleUnknown
from bot.services.pipeline.status_message import UpdateStatus
from bot.services.pipeline.submit import Submit
from bot.worker import Step


def compose_steps(
    settings: Settings,
    *,
    store: Store,
    conversation: Conversation,
    provider: ImageProvider,
    accounts: Accounts,
    edit_sources: EditSources,
    intake: Intake,
) -> dict[TaskKind, Step]:
    """One step for every kind of task."""
    outcome = Outcome(accounts)
    floor = settings.imagine_poll_floor_seconds
    spool = DiskSpool(settings.data_folder / "spool")
    prepare = Prepare(
        store=store,
        conversation=conversation,
        provider=provider,
        edit_sources=edit_sources,
        accounts=accounts,
        folder=settings.data_folder / "spool",
    )
    return {
        TaskKind.INTAKE: intake,
        TaskKind.PREPARE: prepare,
        TaskKind.ANNOUNCE: Announce(
            store=store, conversation=conversation, provider=provider, accounts=accounts
        ),
        TaskKind.SUBMIT: Submit(
            store=store,
            provider=provider,
            accounts=accounts,
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
        TaskKind.UPDATE_STATUS: UpdateStatus(store=store, conversation=conversation),
        TaskKind.HOUSEKEEPING: Housekeeping(store=store),
        TaskKind.SETTLE_UNKNOWN: SettleUnknown(store=store, accounts=accounts),
        TaskKind.CLEAN_UP: CleanUp(store=store, edit_sources=edit_sources),
        TaskKind.NOTIFY_ASKER: NotifyAsker(store=store, conversation=conversation),
    }
