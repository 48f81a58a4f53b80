"""Composes the Slack side: what speaks there, and what listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
from httpx_aiohttp import AiohttpTransport

from app.composition.budgets import (
    Budgeting,
    compose_approvals,
    compose_budget_listener,
    compose_budgeting,
)
from app.settings.settings import Settings
from bot.domain.budget.pricing import PriceTable
from bot.ports import Clock, Store
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.intake import Intake
from bot.services.requests.cancel import Cancel
from bot.services.requests.cancel_deleted import CancelDeleted
from bot.services.requests.edit_target import Origins
from bot.services.requests.home import Home
from bot.services.requests.lookup import Lookup
from bot.services.requests.run_again import RunAgain
from bot.services.requests.start_job import StartJob
from handlers.bolt.register import Listeners
from handlers.commands.dispatch import CommandDispatcher
from handlers.conversation.conversation import SlackConversation
from handlers.conversation.downloads import SlackFiles, through
from handlers.listeners.budget_forms import BudgetFormListener
from handlers.listeners.errors import Failures
from handlers.listeners.home import HomeListener
from handlers.listeners.messages import MessageListener
from handlers.listeners.request_form import FormListener
from handlers.listeners.run_again import RunAgainListener
from handlers.listeners.slash_command import CommandListener
from handlers.listeners.unhandled import Unhandled
from handlers.messages.status_message import Voice
from handlers.web_api.client import INTERACTIVE, ApiFor, SlackApi, new_client, new_session, one_workspace
from handlers.web_api.identity import Identity
from handlers.web_api.uploads import UploadClient
from storage.store import Desk, SqlStore

PERSON_SECONDS = 1.5
"""How long the database is waited for while a person waits: Slack wants its answer within 3 s, and finding
out who asks may have taken 1 s of them (``handlers.conversation.people.WAIT_SECONDS``)."""


@dataclass(frozen=True, slots=True)
class Talk:
    """``interactive`` is for calls to Slack and ``desk`` for the database while a person waits: both end
    within Slack's three seconds."""

    desk: Store
    conversation: SlackConversation
    interactive: ApiFor
    answers: CommandDispatcher
    voice: Voice
    upload_client: UploadClient
    budgeting: Budgeting


async def compose_talk(
    stack: AsyncExitStack,
    settings: Settings,
    *,
    store: SqlStore,
    accounts: Accounts,
    clock: Clock,
    api: SlackApi,
    identity: Identity,
    prices: PriceTable,
    wake: Callable[[], None],
) -> Talk:
    """Everything opened here is closed by ``stack``."""
    desk = Desk(store, patience=PERSON_SECONDS)
    http = await stack.enter_async_context(httpx.AsyncClient(transport=AiohttpTransport()))
    session = new_session(INTERACTIVE)
    stack.push_async_callback(session.close)
    quick = new_client(api.client.token or "", session=session, base_url=settings.imagine_slack_api_url)
    voice = Voice(command=settings.imagine_command, bot_name=f"@{identity.bot_name}")
    api_for = one_workspace(api)
    interactive = one_workspace(SlackApi(quick, identity.bot_user_id, identity.bot_id))
    upload_client = UploadClient(http=http, trusted_hosts=settings.imagine_trusted_hosts)
    budgeting = compose_budgeting(
        settings,
        store=store,
        desk=desk,
        accounts=accounts,
        prices=prices,
        api_for=api_for,
        interactive=interactive,
        upload_client=upload_client,
        wake=wake,
    )
    answers = CommandDispatcher(
        lookup=Lookup(store=desk, accounts=accounts, people=budgeting.people),
        cancel=Cancel(store=desk, accounts=accounts, admins=budgeting.admins),
        voice=voice,
        budget=budgeting.commands,
    )
    info, token_for = through(api_for)
    files = SlackFiles(
        info=info,
        token_for=token_for,
        http=http,
        folder=settings.data_folder / "incoming",
        sleep=asyncio.sleep,
        trusted_hosts=settings.imagine_trusted_hosts,
    )
    conversation = SlackConversation(
        api_for=api_for,
        upload_client=upload_client,
        clock=clock,
        voice=voice,
        files=files,
        answers=answers,
    )
    return Talk(desk, conversation, interactive, answers, voice, upload_client, budgeting)


def compose_listeners(
    settings: Settings,
    talk: Talk,
    *,
    submit: StartJob,
    accounts: Accounts,
    intake: Intake,
    clock: Clock,
) -> Listeners:
    store = talk.desk
    form = FormListener(
        submit=submit, origins=Origins(store=store), api_for=talk.interactive, voice=talk.voice
    )
    unhandled = Unhandled(command=settings.imagine_command)
    approvals = compose_approvals(settings, talk.budgeting, store=store, submit=submit, accounts=accounts)
    forms = BudgetFormListener(approvals=approvals, api_for=talk.interactive, voice=talk.voice)
    return Listeners(
        command=settings.imagine_command,
        on_command=CommandListener(submit=submit, answers=talk.answers, form=form),
        on_message=MessageListener(
            intake=intake,
            withdraw=CancelDeleted(store=store, accounts=accounts, wake=talk.budgeting.wake),
            api_for=talk.interactive,
            clock=clock,
            unhandled=unhandled,
        ),
        form=form,
        unhandled=unhandled,
        failures=Failures(voice=talk.voice),
        home=HomeListener(
            home=Home(
                store=store,
                accounts=accounts,
                people=talk.budgeting.people,
                admins=talk.budgeting.admins,
                self_approval=settings.imagine_self_approval,
            ),
            approvals=approvals,
            forms=forms,
            exports=talk.budgeting.exports,
            api_for=talk.interactive,
            voice=talk.voice,
        ),
        budget=compose_budget_listener(
            talk.budgeting,
            store=store,
            submit=submit,
            approvals=approvals,
            forms=forms,
            upload_client=talk.upload_client,
            api_for=talk.interactive,
            voice=talk.voice,
        ),
        budget_forms=forms,
        run_again=RunAgainListener(
            run_again=RunAgain(store=store, submit=submit, admins=talk.budgeting.admins),
            api_for=talk.interactive,
            voice=talk.voice,
        ),
    )
