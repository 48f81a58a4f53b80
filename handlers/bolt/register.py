"""The table of listeners: what Slack can send, and which method answers. The most frequent come first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp

from handlers.budget.forms import DENY_FORM, LIMIT_FORM
from handlers.budget.limit_forms import MORE_FORM, SET_FORM
from handlers.listeners.belonging import Belonging
from handlers.listeners.budget_actions import ACTIONS, BudgetListener
from handlers.listeners.budget_desk import BUTTONS, BudgetDeskListener
from handlers.listeners.command_button import CommandButtonListener
from handlers.listeners.errors import ErrorHandler
from handlers.listeners.form_opening import FormOpening
from handlers.listeners.home import DECISIONS, HomeListener, on_home
from handlers.listeners.library import LibraryListener
from handlers.listeners.live_button import LiveButtonListener
from handlers.listeners.messages import MessageListener
from handlers.listeners.picture_forms import PictureFormsListener
from handlers.listeners.reactions import ReactionListener
from handlers.listeners.request_form import FormListener
from handlers.listeners.run_again import RunAgainListener
from handlers.listeners.slash_command import CommandListener
from handlers.listeners.steps import STEPS, StepsListener
from handlers.listeners.unhandled import Unhandled
from handlers.listeners.welcome import WelcomeListener, on_messages_tab
from handlers.live.blocks import LIVE_BUTTON
from handlers.messages.buttons.command_buttons import CHANGE_BUTTON, COMMAND_BUTTONS, DRAW_BUTTON
from handlers.messages.buttons.picture_buttons import MORE, ORDER_AGAIN
from handlers.messages.replies.picture_settings import BUTTONS as SETTINGS_BUTTONS
from handlers.messages.replies.verb_notices import DELETE_BUTTON
from handlers.views.form_answers import YES
from handlers.views.form_fields import VALUE
from handlers.views.home import EXPORT, NEW, REFRESH
from handlers.views.library import NEWER, OLDER, REUSE
from handlers.views.picture_forms import (
    ALT_FORM,
    DELETE_FORM,
    SHAPES_CHOSEN,
    SHARE_FORM,
    SIZES_FORM,
    SIZES_YES,
)
from handlers.views.request_form import (
    CHANGE_DRAFT,
    CHANGE_WORDS,
    EDIT_PICTURE,
    EDIT_SHORTCUT,
    FORM,
    NEW_SHORTCUT,
)

EDIT_RESULT = "edit_result"
"""The button of messages from before there were several next steps."""

STEP = re.compile(r"(?:use|vary|choose)_(?:1[0-2]|[1-9])")
"""Buttons with the number of a picture."""

ANY = re.compile("")
"""Matches every name."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Everything that answers Slack. ``command`` is the slash command's name, from the settings."""

    command: str
    belonging: Belonging
    on_command: CommandListener
    on_message: MessageListener
    form: FormListener
    form_opening: FormOpening
    unhandled: Unhandled
    error_handler: ErrorHandler
    budget: BudgetListener
    home: HomeListener
    run_again: RunAgainListener
    command_button: CommandButtonListener
    library: LibraryListener
    steps: StepsListener
    picture_forms: PictureFormsListener
    welcome: WelcomeListener
    reactions: ReactionListener
    budget_desk: BudgetDeskListener
    live_button: LiveButtonListener


def register(app: AsyncApp, listeners: Listeners) -> None:
    """Register all listeners with Bolt, which tries them in this order. Each one that is tried before the
    right one takes about 10 us (performance reference 4.1)."""
    app.use(listeners.belonging.note)
    app.command(listeners.command)(listeners.on_command.handle)
    app.event("message")(listeners.on_message.handle)
    app.event("app_mention")(listeners.on_message.handle)
    form, opening = listeners.form, listeners.form_opening
    app.action(VALUE)(form.changed)
    for action in (EDIT_RESULT, EDIT_PICTURE):
        app.action(action)(opening.edit_picture)
    app.action(CHANGE_DRAFT)(opening.change_draft)
    app.action(CHANGE_WORDS)(opening.change_words)
    app.action(ORDER_AGAIN)(listeners.run_again.press)
    app.action(COMMAND_BUTTONS)(listeners.command_button.press)
    for action in (NEWER, OLDER):
        app.action(action)(listeners.library.turned)
    app.action(REUSE)(opening.reuse_words)
    for action in SETTINGS_BUTTONS:
        app.action(action)(listeners.command_button.press)
    app.action(STEP)(listeners.steps.pressed)
    _register_picture_forms(app, listeners.picture_forms)
    for action in STEPS:
        app.action(action)(listeners.steps.pressed)
    app.view(FORM)(form.submit)
    app.view(YES)(form.agreed)
    app.message_shortcut(EDIT_SHORTCUT)(opening.edit_message)
    app.global_shortcut(NEW_SHORTCUT)(opening.new_picture)
    app.event("app_home_opened", matchers=[on_messages_tab])(listeners.welcome.opened)
    app.event("app_home_opened")(listeners.home.opened)
    app.event("member_joined_channel")(listeners.welcome.joined)
    app.event("reaction_added")(listeners.reactions.added)
    for action in (NEW, DRAW_BUTTON, CHANGE_BUTTON):
        app.action(action)(opening.new_picture)
    for action in (REFRESH, EXPORT):
        app.action(action)(listeners.home.pressed)
    for action in DECISIONS:  # before ACTIONS: on the Home there is no message to reply to
        app.action(action, matchers=[on_home])(listeners.home.pressed)
    for action in ACTIONS:
        app.action(action)(listeners.budget.pressed)
    for action in BUTTONS:
        app.action(action)(listeners.budget_desk.pressed)
    app.view(SET_FORM)(listeners.budget_desk.limited)
    app.view(MORE_FORM)(listeners.budget_desk.asked)
    app.action(LIVE_BUTTON)(listeners.live_button.press)
    app.view(DENY_FORM)(listeners.home.denied)
    app.view(LIMIT_FORM)(listeners.home.limited)
    _register_rest(app, listeners.unhandled)
    app.error(listeners.error_handler.handle)


def _register_rest(app: AsyncApp, rest: Unhandled) -> None:
    """What nobody else answers."""
    app.event(ANY)(rest.event)
    app.action(ANY)(rest.interaction)
    app.command(ANY)(rest.other_command)
    app.shortcut(ANY)(rest.interaction)
    app.view(ANY)(rest.interaction)
    app.view_closed(ANY)(rest.interaction)
    app.options(ANY)(rest.options)


def _register_picture_forms(app: AsyncApp, forms: PictureFormsListener) -> None:
    """The menu of a picture and what it opens."""
    app.action(MORE)(forms.menu)
    app.action(DELETE_BUTTON)(forms.delete_pressed)
    app.action(SHAPES_CHOSEN)(forms.sizes_chosen)
    app.view(SIZES_FORM)(forms.sizes)
    app.view(SIZES_YES)(forms.sizes_agreed)
    app.view(ALT_FORM)(forms.alt)
    app.view(SHARE_FORM)(forms.share)
    app.view(DELETE_FORM)(forms.delete)
