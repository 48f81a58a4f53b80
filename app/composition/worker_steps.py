"""Composes the worker's table: which step does which kind of task."""

from __future__ import annotations

from app.clock import jitter
from app.composition.foundation import Foundation
from app.composition.services import Services
from app.composition.slack import Slack
from app.settings.settings import Settings
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.task import TaskKind
from bot.ports import EditSources, ImageProvider, Spool
from bot.services.abilities import MessageAbilities
from bot.services.budget.alerts import Alerts
from bot.services.budget.housekeeping import Housekeeping
from bot.services.delivery.deliver import Deliver
from bot.services.delivery.fetch_results import FetchResults
from bot.services.delivery.previews import Previews
from bot.services.delivery.status_message import UpdateStatus
from bot.services.pipeline.announce import Announce
from bot.services.pipeline.clean_up import CleanUp
from bot.services.pipeline.notify_asker import NotifyAsker
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.place_in_line import PlaceInLine
from bot.services.pipeline.poll import Poll
from bot.services.pipeline.prepare import Prepare
from bot.services.pipeline.settle_unknown import SettleUnknown
from bot.services.pipeline.submit import Submit
from bot.services.requests.approval_requests import ApprovalRequests
from bot.services.steps.take_back import TakeBack
from bot.step_runner import Step


def compose_steps(
    base: Foundation,
    slack: Slack,
    services: Services,
    *,
    provider: ImageProvider,
    edit_sources: EditSources,
    spool: Spool,
) -> dict[TaskKind, Step]:
    """One step for every kind of task."""
    place_in_line = PlaceInLine(base.store, _in_flight(base.settings))
    store, conversation, accounts = base.store, services.conversation, base.accounts
    return {
        **_paid_steps(base, services, provider=provider, spool=spool),
        TaskKind.INTAKE: services.intake,
        TaskKind.PREPARE: Prepare(
            store=store,
            conversation=conversation,
            provider=provider,
            edit_sources=edit_sources,
            accounts=accounts,
            folder=base.settings.data_folder / "spool",
        ),
        TaskKind.ANNOUNCE: Announce(
            store=store,
            conversation=conversation,
            provider=provider,
            accounts=accounts,
            place_in_line=place_in_line,
        ),
        TaskKind.UPDATE_STATUS: UpdateStatus(
            store=store, conversation=conversation, accounts=accounts, place_in_line=place_in_line
        ),
        TaskKind.HOUSEKEEPING: Housekeeping(store=store),
        TaskKind.CLEAN_UP: CleanUp(store=store, edit_sources=edit_sources),
        TaskKind.NOTIFY_ASKER: NotifyAsker(store=store, conversation=conversation),
        TaskKind.ALERT: Alerts(store=store, notifier=slack.notifier, admins=services.admins),
        TaskKind.APPROVAL_REQUEST: ApprovalRequests(
            store=store,
            notifier=slack.notifier,
            admins=services.admins,
            channel=base.settings.imagine_approvals_channel,
        ),
        TaskKind.EXPORT: services.exports,
        TaskKind.SHOW_PICTURE: services.steps.show,
        TaskKind.TAKE_BACK: TakeBack(store=store, conversation=conversation),
        TaskKind.WELCOME: services.welcome,
    }


def _in_flight(settings: Settings) -> InFlight:
    return InFlight(
        settings.imagine_user_in_flight,
        settings.imagine_workspace_in_flight,
        settings.imagine_channel_in_flight,
    )


def _paid_steps(
    base: Foundation, services: Services, *, provider: ImageProvider, spool: Spool
) -> dict[TaskKind, Step]:
    """From the paid call to the pictures in the thread."""
    settings, store, outcome = base.settings, base.store, Outcome(base.accounts)
    fetch = FetchResults(provider=provider, spool=spool, poll_floor=settings.imagine_poll_floor_seconds)
    return {
        TaskKind.SUBMIT: Submit(
            store=store,
            provider=provider,
            accounts=base.accounts,
            outcome=outcome,
            in_flight=_in_flight(settings),
            poll_floor=settings.imagine_poll_floor_seconds,
            jitter=jitter,
        ),
        TaskKind.POLL: Poll(
            store=store,
            provider=provider,
            outcome=outcome,
            floor=settings.imagine_poll_floor_seconds,
            deadline=settings.imagine_job_timeout_seconds,
            jitter=jitter,
        ),
        TaskKind.SETTLE_UNKNOWN: SettleUnknown(store=store, accounts=base.accounts),
        TaskKind.DELIVER: Deliver(
            store=store,
            conversation=services.conversation,
            spool=spool,
            fetch=fetch,
            previews=Previews(spool=spool, fetch=fetch),
            abilities=MessageAbilities(store),
        ),
    }
