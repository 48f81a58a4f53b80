"""Composes the table of listeners: which part answers which kind of request from Slack."""

from __future__ import annotations

from contextlib import AsyncExitStack

from app.composition.foundation import Foundation
from app.composition.services import Services
from app.composition.slack import Slack
from bot.services.operations.press_marks import PressMarks
from bot.services.operations.retry_jobs import RetryJobs
from bot.services.requests.cancel_deleted import CancelDeleted
from bot.services.requests.confirm import Confirm
from bot.services.requests.edit_target import EditTargets
from bot.services.requests.home import Home
from bot.services.requests.run_again import RunAgain
from bot.services.steps.delete_picture import DeletePicture
from bot.services.steps.deliver_anew import DeliverAnew
from bot.services.steps.describe_picture import DescribePicture
from bot.services.steps.pictures import Pictures
from handlers.bolt.register import Listeners
from handlers.listeners.belonging import Belonging
from handlers.listeners.budget_actions import BudgetListener
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.listeners.command_button import CommandButtonListener
from handlers.listeners.errors import ErrorHandler
from handlers.listeners.home import HomeListener
from handlers.listeners.late_answers import LateAnswers
from handlers.listeners.live_button import LiveButtonListener
from handlers.listeners.messages import MessageListener
from handlers.listeners.picture_forms import PictureFormsListener
from handlers.listeners.request_form import FormListener
from handlers.listeners.run_again import RunAgainListener
from handlers.listeners.slash_command import CommandListener
from handlers.listeners.steps import StepsListener
from handlers.listeners.unhandled import Unhandled


def compose_listeners(stack: AsyncExitStack, base: Foundation, slack: Slack, services: Services) -> Listeners:
    """``stack`` waits for the answers under way before it closes what they are sent with."""
    command, api, names = base.settings.imagine_command, slack.api, slack.names
    form = FormListener(
        start_job=services.start_job, edit_targets=EditTargets(store=base.store), api=api, names=names
    )
    unhandled = Unhandled(command=command)
    forms = BudgetFormListener(approvals=services.approvals, api=api, names=names)
    run_again = RunAgain(store=base.store, start_job=services.start_job, admins=services.admins)
    belonging = Belonging(slack.people)
    errors = ErrorHandler(names=names)
    late_answers = LateAnswers(upload_client=slack.upload_client, errors=errors)
    stack.push_async_callback(late_answers.finish)
    return Listeners(
        command=command,
        belonging=belonging,
        on_command=CommandListener(
            start_job=services.start_job,
            preferences=services.preferences,
            commands=services.commands,
            free_answers=services.free_answers,
            form=form,
            late_answers=late_answers,
        ),
        command_button=CommandButtonListener(commands=services.commands, api=api, names=names),
        on_message=MessageListener(
            intake=services.intake,
            cancel_deleted=CancelDeleted(store=base.store, accounts=base.accounts, wake=base.wake),
            api=api,
            clock=base.clock,
            belonging=belonging,
            unhandled=unhandled,
        ),
        form=form,
        unhandled=unhandled,
        error_handler=errors,
        home=_home(base, slack, services, forms),
        budget=BudgetListener(
            confirm=Confirm(store=base.store, start_job=services.start_job, wake=base.wake),
            approvals=services.approvals,
            forms=forms,
            upload_client=slack.upload_client,
            api=api,
            names=names,
        ),
        picture_forms=PictureFormsListener(
            pictures=Pictures(store=base.store),
            next_job=services.next_job,
            show=services.show,
            describe=DescribePicture(store=base.store, admins=services.admins, wake=base.wake),
            delete=DeletePicture(store=base.store, admins=services.admins, wake=base.wake),
            prices=base.prices,
            api=api,
            names=names,
        ),
        steps=StepsListener(
            next_job=services.next_job,
            show=services.show,
            cancel=services.cancel,
            withdraw=services.withdraw,
            deliver=DeliverAnew(
                store=base.store,
                conversation=services.conversation,
                admins=services.admins,
                retry=RetryJobs(base.store),
                wake=base.wake,
            ),
            upload_client=slack.upload_client,
            api=api,
            names=names,
        ),
        run_again=RunAgainListener(run_again=run_again, api=api, names=names),
        live_button=LiveButtonListener(presses=PressMarks(base.store)),
    )


def _home(base: Foundation, slack: Slack, services: Services, forms: BudgetFormListener) -> HomeListener:
    return HomeListener(
        home=Home(
            store=base.store,
            accounts=base.accounts,
            people=slack.people,
            admins=services.admins,
            self_approval=base.settings.imagine_self_approval,
        ),
        approvals=services.approvals,
        forms=forms,
        exports=services.exports,
        api=slack.api,
        names=slack.names,
    )
