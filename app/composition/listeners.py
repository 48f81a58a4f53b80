"""Composes the table of listeners: which part answers which kind of request from Slack."""

from __future__ import annotations

from contextlib import AsyncExitStack

from app.composition.foundation import Foundation
from app.composition.picture_steps import PictureSteps
from app.composition.services import Services
from app.composition.slack import Slack
from bot.services.operations.press_marks import PressMarks
from bot.services.requests.ask_first import AskFirst
from bot.services.requests.cancel_deleted import CancelDeleted
from bot.services.requests.confirm import Confirm
from bot.services.requests.edit_target import EditTargets
from bot.services.requests.form_start import FormStarts
from bot.services.requests.home import Home
from bot.services.requests.run_again import RunAgain
from handlers.bolt.register import Listeners
from handlers.listeners.belonging import Belonging
from handlers.listeners.budget_actions import BudgetListener
from handlers.listeners.budget_desk import BudgetDeskListener
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.listeners.command_button import CommandButtonListener
from handlers.listeners.errors import ErrorHandler
from handlers.listeners.form_opening import FormOpening
from handlers.listeners.form_places import FormPlaces
from handlers.listeners.home import HomeListener
from handlers.listeners.late_answers import LateAnswers
from handlers.listeners.library import LibraryListener
from handlers.listeners.live_button import LiveButtonListener
from handlers.listeners.messages import MessageListener
from handlers.listeners.modal_opening import ModalOpening
from handlers.listeners.picture_forms import PictureFormsListener
from handlers.listeners.reaction_questions import ReactionQuestions
from handlers.listeners.reactions import ReactionListener
from handlers.listeners.request_form import FormListener
from handlers.listeners.run_again import RunAgainListener
from handlers.listeners.slash_command import CommandListener
from handlers.listeners.steps import StepsListener
from handlers.listeners.unhandled import Unhandled
from handlers.listeners.welcome import WelcomeListener


def compose_listeners(stack: AsyncExitStack, base: Foundation, slack: Slack, services: Services) -> Listeners:
    """``stack`` waits for the answers under way before it closes what they are sent with."""
    command, api, names = base.settings.imagine_command, slack.api, slack.names
    confirm = Confirm(store=base.store, start_job=services.start_job, wake=base.wake)
    starts = FormStarts(
        store=base.store, accounts=base.accounts, people=slack.people, preferences=services.preferences
    )
    modals = ModalOpening(api=api, names=names)
    stack.push_async_callback(modals.finish)
    opening = FormOpening(starts=starts, modals=modals, prices=base.prices, api=api, names=names)
    library = LibraryListener(
        library=services.library, links=services.links, modals=modals, api=api, names=names
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
            private_places=services.private_places,
            preferences=services.preferences,
            commands=services.commands,
            free_answers=services.free_answers,
            form=opening,
            library=library,
            late_answers=late_answers,
        ),
        command_button=CommandButtonListener(
            commands=services.commands, library=library, api=api, names=names
        ),
        library=library,
        on_message=_messages(base, slack, services, belonging, unhandled),
        form=_form(base, slack, services, confirm, starts),
        form_opening=opening,
        unhandled=unhandled,
        error_handler=errors,
        home=_home(base, slack, services, forms),
        budget=_budget(base, slack, services, confirm, forms),
        picture_forms=_picture_forms(base, slack, services.steps),
        steps=_steps(slack, services),
        run_again=RunAgainListener(run_again=run_again, api=api, names=names),
        welcome=WelcomeListener(welcome=services.welcome, belonging=belonging, unhandled=unhandled),
        budget_desk=BudgetDeskListener(
            administration=services.administration, desk=services.desk, api=api, names=names
        ),
        reactions=ReactionListener(
            handle=ReactionQuestions(by_message=services.steps.by_message, admins=services.admins, api=api),
            belonging=belonging,
            unhandled=unhandled,
        ),
        live_button=LiveButtonListener(presses=PressMarks(base.store)),
    )


def _messages(
    base: Foundation, slack: Slack, services: Services, belonging: Belonging, unhandled: Unhandled
) -> MessageListener:
    return MessageListener(
        intake=services.intake,
        cancel_deleted=CancelDeleted(store=base.store, accounts=base.accounts, wake=base.wake),
        api=slack.api,
        clock=base.clock,
        belonging=belonging,
        unhandled=unhandled,
    )


def _form(
    base: Foundation, slack: Slack, services: Services, confirm: Confirm, starts: FormStarts
) -> FormListener:
    return FormListener(
        start_job=services.start_job,
        ask_first=AskFirst(store=base.store, start_job=services.start_job),
        confirm=confirm,
        starts=starts,
        places=FormPlaces(
            edit_targets=EditTargets(store=base.store), private_places=services.private_places, api=slack.api
        ),
        prices=base.prices,
        api=slack.api,
        names=slack.names,
    )


def _budget(
    base: Foundation, slack: Slack, services: Services, confirm: Confirm, forms: BudgetFormListener
) -> BudgetListener:
    return BudgetListener(
        confirm=confirm,
        approvals=services.approvals,
        forms=forms,
        upload_client=slack.upload_client,
        api=slack.api,
        names=slack.names,
        admins=services.admins,
        approvals_channel=base.settings.imagine_approvals_channel,
    )


def _picture_forms(base: Foundation, slack: Slack, steps: PictureSteps) -> PictureFormsListener:
    return PictureFormsListener(
        pictures=steps.pictures,
        next_job=steps.next_job,
        show=steps.show,
        describe=steps.describe,
        delete=steps.delete,
        prices=base.prices,
        api=slack.api,
        names=slack.names,
    )


def _steps(slack: Slack, services: Services) -> StepsListener:
    steps = services.steps
    return StepsListener(
        private_places=services.private_places,
        next_job=steps.next_job,
        show=steps.show,
        cancel=steps.cancel,
        withdraw=steps.withdraw,
        deliver=steps.deliver,
        upload_client=slack.upload_client,
        api=slack.api,
        names=slack.names,
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
