"""Composes team budgets: who may decide, what they can say, and what the worker tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from app.clock import new_job_id
from app.settings.settings import Settings
from bot.domain.budget.pricing import PriceTable
from bot.domain.jobs.task import TaskKind
from bot.media.signed_links import new_source_id
from bot.ports import Store
from bot.services.budget.accounts import Accounts
from bot.services.budget.administration import Administration
from bot.services.budget.admins import Admins
from bot.services.budget.alerts import Alerts
from bot.services.budget.exports import Exports
from bot.services.requests.admission import Terms
from bot.services.requests.approval_requests import ApprovalRequests
from bot.services.requests.approvals import Approvals
from bot.services.requests.confirm import Confirm
from bot.services.requests.start_job import StartJob
from bot.worker import Step
from handlers.commands.budget import BudgetCommands
from handlers.commands.scopes import Scopes
from handlers.conversation.notifier import SlackNotifier
from handlers.conversation.people import SlackPeople
from handlers.listeners.budget_actions import BudgetListener
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.messages.status_message import Voice
from handlers.web_api.client import ApiFor
from handlers.web_api.people_directory import PeopleDirectory
from handlers.web_api.uploads import UploadClient


@dataclass(frozen=True, slots=True)
class Budgeting:
    people: SlackPeople
    admins: Admins
    commands: BudgetCommands
    exports: Exports
    steps: Mapping[TaskKind, Step]
    wake: Callable[[], None]


def compose_budgeting(
    settings: Settings,
    *,
    store: Store,
    desk: Store,
    accounts: Accounts,
    prices: PriceTable,
    api_for: ApiFor,
    interactive: ApiFor,
    upload_client: UploadClient,
    wake: Callable[[], None],
) -> Budgeting:
    people = SlackPeople(interactive)
    notifier = SlackNotifier(api_for, upload_client)
    admins = Admins(named=settings.imagine_admins, people=people, group=settings.imagine_admin_group)
    administer = partial(Administration, accounts=accounts, admins=admins, people=people)
    administration = administer(store=desk)
    export_over = partial(Exports, notifier=notifier, wake=wake)
    exports = export_over(store=desk, administration=administration)
    return Budgeting(
        people=people,
        admins=admins,
        commands=BudgetCommands(
            administration=administration,
            exports=exports,
            prices=prices,
            scopes=Scopes(PeopleDirectory(api_for)),
        ),
        exports=exports,
        steps={
            TaskKind.ALERT: Alerts(store=store, notifier=notifier, admins=admins),
            TaskKind.APPROVAL_REQUEST: ApprovalRequests(
                store=store, notifier=notifier, admins=admins, channel=settings.imagine_approvals_channel
            ),
            TaskKind.EXPORT: export_over(store=store, administration=administer(store=store)),
        },
        wake=wake,
    )


def compose_submit(
    settings: Settings, made: Budgeting, *, store: Store, prices: PriceTable, accounts: Accounts
) -> StartJob:
    return StartJob(
        store=store,
        prices=prices,
        accounts=accounts,
        new_id=new_job_id,
        new_source_id=new_source_id,
        wake=made.wake,
        terms=Terms(
            settings.imagine_confirm_usd,
            settings.imagine_user_per_minute,
            settings.imagine_channel_per_minute,
        ),
        people=made.people,
    )


def compose_approvals(
    settings: Settings, made: Budgeting, *, store: Store, submit: StartJob, accounts: Accounts
) -> Approvals:
    return Approvals(
        store=store,
        submit=submit,
        accounts=accounts,
        admins=made.admins,
        wake=made.wake,
        self_approval=settings.imagine_self_approval,
    )


def compose_budget_listener(
    made: Budgeting,
    *,
    store: Store,
    submit: StartJob,
    approvals: Approvals,
    forms: BudgetFormListener,
    upload_client: UploadClient,
    api_for: ApiFor,
    voice: Voice,
) -> BudgetListener:
    return BudgetListener(
        decide=Confirm(store=store, submit=submit, wake=made.wake),
        approvals=approvals,
        forms=forms,
        upload_client=upload_client,
        api_for=api_for,
        voice=voice,
    )
