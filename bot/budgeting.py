"""Composes team budgets: who may decide, what they can say, and what the worker tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.clock import new_job_id
from bot.domain.pricing import PriceTable
from bot.domain.task import TaskKind
from bot.media.links import new_source_id
from bot.ports import Store
from bot.services.administration import Administration
from bot.services.admins import Admins
from bot.services.admission import Terms
from bot.services.alerts import Alerts
from bot.services.approvals import Approvals
from bot.services.budgets import Budgets
from bot.services.decide import Decide
from bot.services.exports import Exports
from bot.services.petitions import Petitions
from bot.services.submit import Submit
from bot.settings import Settings
from bot.worker import Step
from handlers.blocks import Voice
from handlers.budget_commands import BudgetCommands
from handlers.budget_scopes import Scopes
from handlers.directory import Directory
from handlers.listeners.budget import BudgetListener
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.people import SlackOffice, SlackPeople
from handlers.slack_api import ApiFor
from handlers.upload import Wire


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
    budgets: Budgets,
    prices: PriceTable,
    api_for: ApiFor,
    interactive: ApiFor,
    wire: Wire,
    wake: Callable[[], None],
) -> Budgeting:
    people = SlackPeople(interactive)
    office = SlackOffice(api_for, wire)
    admins = Admins(named=settings.imagine_admins, people=people, group=settings.imagine_admin_group)
    administer = partial(Administration, budgets=budgets, admins=admins, people=people)
    administration = administer(store=desk)
    export_over = partial(Exports, office=office, wake=wake)
    exports = export_over(store=desk, administration=administration)
    return Budgeting(
        people=people,
        admins=admins,
        commands=BudgetCommands(
            administration=administration,
            exports=exports,
            prices=prices,
            scopes=Scopes(Directory(api_for)),
        ),
        exports=exports,
        steps={
            TaskKind.ALERT: Alerts(store=store, office=office, admins=admins),
            TaskKind.PETITION: Petitions(
                store=store, office=office, admins=admins, channel=settings.imagine_approvals_channel
            ),
            TaskKind.EXPORT: export_over(store=store, administration=administer(store=store)),
        },
        wake=wake,
    )


def compose_submit(
    settings: Settings, made: Budgeting, *, store: Store, prices: PriceTable, budgets: Budgets
) -> Submit:
    return Submit(
        store=store,
        prices=prices,
        budgets=budgets,
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
    settings: Settings, made: Budgeting, *, store: Store, submit: Submit, budgets: Budgets
) -> Approvals:
    return Approvals(
        store=store,
        submit=submit,
        budgets=budgets,
        admins=made.admins,
        wake=made.wake,
        self_approval=settings.imagine_self_approval,
    )


def compose_budget_listener(
    made: Budgeting,
    *,
    store: Store,
    submit: Submit,
    approvals: Approvals,
    forms: BudgetFormListener,
    wire: Wire,
    api_for: ApiFor,
    voice: Voice,
) -> BudgetListener:
    return BudgetListener(
        decide=Decide(store=store, submit=submit, wake=made.wake),
        approvals=approvals,
        forms=forms,
        wire=wire,
        api_for=api_for,
        voice=voice,
    )
