"""Answers to verbs that need one: which picture, whether really, why not. Pure."""

from __future__ import annotations

from bot.domain.jobs.job import Job
from handlers.messages.block_kit import Link, fallback, rich_text, section, shorten
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.picture_buttons import AGAIN, Target, label_price
from handlers.messages.job.job_private import IN_MESSAGES
from handlers.messages.problems.error_message import Notice, notice

DELETE_BUTTON = "pic_delete"


def nothing_to_cancel() -> Notice:
    return notice(["Nothing of yours is being drawn here."])


def nothing_before() -> Notice:
    return notice(["There is no earlier picture here."])


def unclear() -> Notice:
    """For a verb with words that it does not take: undo 2, delete both."""
    return notice(["That is not clear. Name one picture, or none."])


def used_already(link: str) -> Notice:
    """Where the picture is that somebody has picked before; ``link`` is empty while that is not known."""
    if not link:
        return notice(["That picture is in this thread already."])
    return notice(["That picture is here already: ", Link("Jump", link), "."])


def delete_question(job_id: str, number: int) -> Notice:
    """Whether to delete, with the button that does it."""
    text = "Delete this picture for everyone? What it cost stays spent."
    row = actions(button(DELETE_BUTTON, "Delete", Target(job_id, number).value, style="danger"))
    return Notice(fallback(text), [rich_text(section([text])), row])


def no_sheet() -> Notice:
    return notice(["There is nothing to choose from here."])


def last_picture(job: Job, link: str, *, is_private: bool) -> Notice:
    """For a verb outside a thread: the newest picture here, and Again, which draws in the person's direct
    messages if ``is_private``."""
    words = shorten(job.request.words, 80)
    title = "Your last picture here"
    parts = [Link(title, link) if link else title, ": ", words]
    action, label = IN_MESSAGES if is_private else AGAIN, f"Again · {label_price(job.estimate)}"
    row = actions(button(action, label, Target(job.id, 0).value))
    return Notice(fallback(f"{title}: {words}"), [rich_text(section(parts)), row])
