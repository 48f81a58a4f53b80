"""What only the asker of a job is told: how it ended, what it cost, and the buttons that help. Pure."""

from __future__ import annotations

from bot.domain.jobs.job import Delivery, Job
from bot.domain.problem import Failure, Problem
from handlers.ids import is_direct
from handlers.messages.block_kit import (
    Json,
    Link,
    Part,
    as_text,
    fallback,
    quote,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.picture_buttons import CHANGE_WORDS, Target, label_price
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.wording import BotNames

RETRY, DRAW_AFTER_ALL, LEAVE = "pic_retry", "pic_redraw", "pic_leave"
IN_MESSAGES = "pic_in_messages"
POST_AGAIN, SEND_TO_ME = "pic_post_again", "pic_send_to_me"
_QUOTED = 150

_OTHER_WORDS = frozenset(
    {Problem.MODERATED, Problem.PROVIDER_REFUSED, Problem.PROCESS_DIED, Problem.NO_SOURCE}
)
"""Problems that other words solve; the others may be gone at the next try."""

_LOST = frozenset({Problem.RESULT_GONE, Problem.RESULT_UNUSABLE})
"""Problems of pictures that are paid: they are fetched again at no further charge."""

_SERVICE = frozenset(
    {
        Problem.PROVIDER_FAILED,
        Problem.PROVIDER_BUSY,
        Problem.NO_PICTURE,
        Problem.SOURCE_UNREACHABLE,
        Problem.INTERNAL,
    }
)


def failure_notice(job: Job, failure: Failure, names: BotNames, *, link: str = "") -> Notice:
    """How the job ended, with the words that were asked for. ``link`` leads to where it was asked, for a
    message that is read elsewhere."""
    said = sentence(failure, names, job=job)
    head: list[Part] = [Link("Your picture", link), ": "] if link else []
    first = said.blocks[0]
    if head:
        first = rich_text(section(head), *first.get("elements", []))
    words = rich_text(quote(shorten(job.request.words, _QUOTED)))
    rows = _rows(job, failure)
    return Notice(fallback(as_text(head) + said.text), [first, words, *rows])


def cancelled_notice(job: Job) -> Notice:
    """To whoever cancelled a job of which nothing was sent."""
    price = label_price(job.estimate)
    blocks = [
        rich_text(section(["Cancelled. Nothing was charged."])),
        actions(_button(DRAW_AFTER_ALL, f"Draw it after all · {price}", job)),
    ]
    return Notice(fallback("Cancelled. Nothing was charged."), blocks)


def withdrawn_notice(job: Job) -> Notice:
    """To whoever cancelled a job that is being drawn."""
    count = "picture comes" if job.request.n == 1 else "pictures come"
    cost = label_price(job.estimate)
    text = f"Cancelled here. The {count} to your messages with me; {cost} may be charged."
    return Notice(fallback(text), [rich_text(section([text]))])


def withdraw_question(job: Job, text: str) -> Notice:
    """For a press of an older button that was free when it was written."""
    row = actions(_button("pic_withdraw", "Cancel all the same", job), _button(LEAVE, "Let it draw", job))
    return Notice(fallback(text), [rich_text(section([text])), row])


def _rows(job: Job, failure: Failure) -> list[Json]:
    price = label_price(job.estimate)
    leave = _button(LEAVE, "Leave it", job)
    if job.delivery is Delivery.UNDELIVERABLE and failure.problem is Problem.DELIVERY_REFUSED:
        return [actions(_button(POST_AGAIN, "Post it again", job), _button(SEND_TO_ME, "Send it to me", job))]
    if failure.problem is Problem.CANNOT_POST and not is_direct(job.place.channel_id):
        here = _button(IN_MESSAGES, f"Draw it in my messages · {price}", job, style="primary")
        return [actions(here, leave)]
    if failure.problem in _LOST:
        fetch = _button(POST_AGAIN, "Fetch it again", job, style="primary")
        return [actions(fetch, _button(RETRY, f"Draw anew · {price}", job), leave)]
    if failure.problem in _OTHER_WORDS:
        return [actions(_button(CHANGE_WORDS, "Change the words…", job, style="primary"), leave)]
    if failure.problem in _SERVICE:
        retry = _button(RETRY, f"Try again · {price}", job, style="primary")
        return [actions(retry, _button(CHANGE_WORDS, "Change the words…", job), leave)]
    if failure.problem is Problem.CANCELLED:
        return [actions(_button(DRAW_AFTER_ALL, f"Draw it after all · {price}", job))]
    return []


def _button(action_id: str, text: str, job: Job, *, style: str | None = None) -> Json:
    return button(action_id, text, Target(job.id, 0).value, style=style)
