"""Composes the services that take asks and look after money, each once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from app.clock import new_job_id
from app.composition.foundation import Foundation
from app.composition.picture_steps import PictureSteps, compose_picture_steps
from app.composition.slack import Slack
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality
from bot.domain.requests.sizes import DEFAULT_SIZE
from bot.media.signed_links import new_source_id
from bot.services.budget.administration import Administration
from bot.services.budget.admins import Admins
from bot.services.budget.desk import BudgetDesk
from bot.services.budget.exports import Exports
from bot.services.intake.intake import Intake
from bot.services.requests.admission import Terms
from bot.services.requests.approvals import Approvals
from bot.services.requests.cancel import Cancel
from bot.services.requests.library import Library
from bot.services.requests.lookup import Lookup
from bot.services.requests.preferences import Preferences
from bot.services.requests.private_place import PrivatePlaces
from bot.services.requests.start_job import StartJob
from bot.services.steps.current import CurrentPictures
from bot.services.welcome import DRAFTS, Welcome
from handlers.commands.budget import BudgetCommands
from handlers.commands.dispatch import CommandDispatcher
from handlers.commands.free_answers import FreeAnswers
from handlers.commands.in_messages import CommandsInMessages
from handlers.commands.picture_settings import PictureSettings
from handlers.commands.scopes import Scopes
from handlers.commands.verbs import VerbAnswers
from handlers.conversation.conversation import SlackConversation
from handlers.conversation.greeter import SlackGreeter
from handlers.conversation.names_in_text import NamesInText, NamesOfPeople
from handlers.conversation.permalinks import Permalinks, permalink
from handlers.conversation.votes import add_votes
from handlers.parsing import read_message
from handlers.parsing.references import goes_on


@dataclass(frozen=True, slots=True)
class Services:
    """What both the listeners and the worker use."""

    admins: Admins
    exports: Exports
    start_job: StartJob
    private_places: PrivatePlaces
    preferences: Preferences
    approvals: Approvals
    commands: CommandDispatcher
    free_answers: FreeAnswers
    conversation: SlackConversation
    intake: Intake
    steps: PictureSteps
    welcome: Welcome
    administration: Administration
    desk: BudgetDesk
    library: Library
    links: Permalinks


def compose_services(base: Foundation, slack: Slack) -> Services:
    settings = base.settings
    admins = Admins(named=settings.imagine_admins, people=slack.people, group=settings.imagine_admin_group)
    administration = Administration(
        store=base.store, accounts=base.accounts, admins=admins, people=slack.people
    )
    exports = Exports(
        store=base.store, administration=administration, notifier=slack.notifier, wake=base.wake
    )
    lookup = Lookup(store=base.store, accounts=base.accounts, people=slack.people)
    library, links = Library(store=base.store), Permalinks(slack.api)
    cancel = Cancel(store=base.store, accounts=base.accounts, admins=admins)
    preferences = Preferences(store=base.store, admins=admins, installation=settings.imagine_mode)
    desk = BudgetDesk(store=base.store, accounts=base.accounts, admins=admins, wake=base.wake)
    commands = CommandDispatcher(
        lookup=lookup,
        cancel=cancel,
        desk=desk,
        links=links,
        names=slack.names,
        budget=_budget_commands(base, slack, administration, exports),
        settings=PictureSettings(preferences),
    )
    conversation = _conversation(base, slack)
    start_job = _start_job(base, slack)
    private_places = PrivatePlaces(conversation)
    steps = compose_picture_steps(base, conversation, start_job, admins, cancel)
    verbs = _verbs(base, slack, steps, private_places, lookup)
    free_answers = FreeAnswers(commands=commands, lookup=lookup, library=library, verbs=verbs)
    others = CommandsInMessages(
        dispatch=commands, free_answers=free_answers, verbs=verbs, api=slack.api, names=slack.names
    )
    return Services(
        admins=admins,
        exports=exports,
        start_job=start_job,
        private_places=private_places,
        preferences=preferences,
        approvals=_approvals(base, start_job, admins),
        commands=commands,
        free_answers=free_answers,
        conversation=conversation,
        steps=steps,
        intake=_intake(
            base,
            slack,
            conversation,
            start_job,
            others=others,
            private_places=private_places,
            preferences=preferences,
        ),
        welcome=_welcome(base, slack),
        administration=administration,
        desk=desk,
        library=library,
        links=links,
    )


def _verbs(
    base: Foundation, slack: Slack, steps: PictureSteps, private_places: PrivatePlaces, lookup: Lookup
) -> VerbAnswers:
    return VerbAnswers(
        private_places=private_places,
        pictures=CurrentPictures(store=base.store),
        next_job=steps.next_job,
        show=steps.show,
        cancel=steps.cancel,
        lookup=lookup,
        link=partial(permalink, slack.api),
        add_votes=partial(add_votes, slack.api),
    )


def _budget_commands(
    base: Foundation, slack: Slack, administration: Administration, exports: Exports
) -> BudgetCommands:
    return BudgetCommands(
        administration=administration,
        exports=exports,
        prices=base.prices,
        scopes=Scopes(slack.directory),
    )


def _conversation(base: Foundation, slack: Slack) -> SlackConversation:
    return SlackConversation(
        api=slack.api,
        upload_client=slack.upload_client,
        clock=base.clock,
        names=slack.names,
        files=slack.files,
        prices=base.prices,
        people=NamesOfPeople(slack.api),
    )


def _intake(
    base: Foundation,
    slack: Slack,
    conversation: SlackConversation,
    start_job: StartJob,
    *,
    others: CommandsInMessages,
    private_places: PrivatePlaces,
    preferences: Preferences,
) -> Intake:
    return Intake(
        store=base.store,
        conversation=conversation,
        other_commands=others,
        start_job=start_job,
        private_places=private_places,
        preferences=preferences,
        read=read_message,
        name_people=NamesInText(slack.api),
        goes_on=goes_on,
        wake=base.wake,
    )


def _welcome(base: Foundation, slack: Slack) -> Welcome:
    drafts = PictureRequest(Kind.GENERATE, "", DEFAULT_SIZE, Quality.LOW, Format.PNG, n=DRAFTS)
    return Welcome(
        store=base.store,
        greeter=SlackGreeter(slack.api, slack.names),
        notifier=slack.notifier,
        price=base.prices.estimate(drafts),
        wake=base.wake,
    )


def _approvals(base: Foundation, start_job: StartJob, admins: Admins) -> Approvals:
    return Approvals(
        store=base.store,
        start_job=start_job,
        accounts=base.accounts,
        admins=admins,
        wake=base.wake,
        self_approval=base.settings.imagine_self_approval,
    )


def _start_job(base: Foundation, slack: Slack) -> StartJob:
    settings = base.settings
    return StartJob(
        store=base.store,
        prices=base.prices,
        accounts=base.accounts,
        new_id=new_job_id,
        new_source_id=new_source_id,
        wake=base.wake,
        terms=Terms(
            settings.imagine_confirm_usd,
            settings.imagine_user_per_minute,
            settings.imagine_channel_per_minute,
            settings.imagine_set_most,
        ),
        people=slack.people,
    )
