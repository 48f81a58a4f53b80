"""What may break a rule of voice, each with its reason; and what buttons do (loop reference 12)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.messages.buttons import budget_buttons, command_buttons, picture_buttons, question_buttons
from handlers.messages.job import job_private
from handlers.views import home, library

MAY_BE_LONG = {
    "help": "it teaches, once; at most 900 characters",
    "channel welcome": "it teaches, once; its words are the design's",
    "inviter welcome": "as the channel's",
    "budget": "a list, a line for each budget",
    "settings": "a list, a line for each choice",
    "history": "a list, a line for each picture",
    "status": "a list, a line for each picture",
    "UnknownName full": "a list, of people of one name",
    "who": "a list, a line for each person",
    "waiting": "a list of cards",
    "change": "a list, a line for each change",
    "admins digest": "the whole week in one message",
    "set": "three facts where a limit is odd: that it only warns, is used up, and is overruled",
    "all about": "everything about a picture, for whoever asks by its id",
    "details": "everything about a picture",
    "form": "fields and their hints",
    "home": "a page of lists",
    "told": "a form's answer is a refusal, which is counted itself",
    "over budget": "as told",
    "sizes": "a list of shapes",
    "library": "a list of pictures",
    "limit": "fields and their hints",
    "more": "fields and their hints",
    "decline": "fields and their hints",
}
"""By what a name begins with. Their single sentences are short all the same."""

MAY_TYPE = {
    "help": "where commands are taught",
    "channel welcome": "teaches the first one, beside a button",
    "inviter welcome": "as the channel's",
    "failed cannot_post not_in_channel": "Slack lets no button invite a bot",
    "undelivered delivery_refused not_in_channel": "as above",
    "all about": "shows the same refusals",
    "error CannotPost": "as above",
    "error WorkspaceGone": "as above",
    "cannot post": "as above",
    "PostingRefused": "as above",
    "told": "shows the same refusals",
    "over budget": "shows the same refusals",
}

MAY_HAVE: Mapping[str, Mapping[str, str]] = {
    "an id": {
        "all about": "asked for by that id; the log and the command line know the picture by it",
        "details": "as above",
    },
    "a time zone": {"change of zone": "somebody chose it"},
}

MAY_SAY_I = {
    "Still waiting for the image service · I'll post it when it comes": "a promise",
    "Still waiting: I'll post it when it comes.": "a promise",
    "I'll try again within two minutes.": "a promise",
    "I don't know whether the order went through.": "the design's: the one doubt that people pay for",
    "I draw and change pictures.": "the bot says who it is: the design's welcome",
    "I draw pictures here.": "as above",
    "I draw pictures in a channel.": "as above",
    "I draw pictures": "as above",
}

MAY_SAY_NOT_CHARGED = {
    "public": "of a picture that was ordered",
    "told": "as above",
    "details": "as above",
    "refusals": "of pictures that were sent to be changed, and what broke off on the way",
}
"""By group. Elsewhere nothing was ordered, but for these."""
MAY_SAY_NOT_CHARGED_TOO = ("cancelled", "history", "status", "home", "told")

PUBLIC_TROUBLE = {
    r"\d of \d .*(?:was|were) refused, not charged": "a picture of four is missing; the design's line",
    r"\d of \d .*failed, not charged": "as above",
    r"The image service cannot take an order back: \$": "read by whoever presses Cancel, before it cancels",
}

NO_VERBS = {
    "Again": "the design's, as people type it", "4K": "the design's: finish at that size",
    "Sizes,": "the design's menu", "Details": "the design's menu", "Alt": "the design's menu",
    "My": "the design's", "Budget": "the design's", "What": "the design's question", "Help": "the design's",
    "Newer": "the design's: turns the page", "Older": "as above",
    "Limits": "the design's", "Requests": "the design's, with their number",
}  # fmt: skip
VERBS = frozenset({
    "add", "approve", "ask", "attach", "back", "cancel", "change", "choose", "close", "decline", "delete",
    "done", "draw", "edit", "export", "fetch", "finish", "follow", "give", "go", "jump", "leave", "let",
    "open", "order",
    "pause", "post", "raise", "refresh", "resume", "save", "send", "set", "share", "try", "use", "vary",
})  # fmt: skip

FORM_OPENS = {
    picture_buttons.EDIT, picture_buttons.CHANGE_WORDS, picture_buttons.SIZES, picture_buttons.DETAILS,
    picture_buttons.ALT, picture_buttons.SHARE, picture_buttons.DELETE, command_buttons.DRAW_BUTTON,
    command_buttons.CHANGE_BUTTON, question_buttons.CHANGE_ASK, question_buttons.CHANGE,
    question_buttons.DENY, budget_buttons.MORE, budget_buttons.LIMITS, home.NEW,
    library.REUSE,
}  # fmt: skip
BUYS = {
    picture_buttons.VARY, picture_buttons.FINISH, picture_buttons.AGAIN, picture_buttons.ORDER_AGAIN,
    question_buttons.RUN, question_buttons.CHEAPER, job_private.RETRY, job_private.DRAW_AFTER_ALL,
    job_private.IN_MESSAGES, *question_buttons.PICK,
}  # fmt: skip
GIVES_MONEY = {budget_buttons.GIVE, budget_buttons.ADD}
"""Their amounts are no prices."""
CHOOSES = re.compile(rf"{picture_buttons.CHOOSE}_\d+")
"""Buys, but where the step is free."""
