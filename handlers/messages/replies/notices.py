"""Private notices for when all is well: the receipt of a request, the help, the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.jobs.job import Delivery, Job, Status
from bot.domain.money import Money
from bot.ports import JobView
from handlers.messages.block_kit import (
    Bold,
    Code,
    Json,
    Link,
    Part,
    as_text,
    bullets,
    context,
    fallback,
    preformatted,
    rich_text,
    section,
    shorten,
)
from handlers.messages.buttons.button import actions
from handlers.messages.buttons.command_buttons import command_button, draw_button
from handlers.messages.job.job_outcome import is_tried_again
from handlers.messages.money.amounts import drawn
from handlers.messages.money.remaining import left_text
from handlers.messages.money.scope_text import capital
from handlers.messages.problems.error_message import Notice, notice
from handlers.messages.status_text import duration, job_price, price
from handlers.messages.wording import BotNames

_MOST_LINES = 10
NO_LINKS: Mapping[str, str] = MappingProxyType({})

READING = notice(
    [
        "Slack shows this thread only bit by bit. ",
        "Ask again with the picture attached, or wait 3 minutes.",
    ]
)
"""Said while a thread is read in parts."""


def ack_text(estimate: Money, standings: Sequence[ScopePeriod]) -> str:
    """``About $0.17 · you have $3.20 left, this channel has $11.40 · resets 1 Dec``, for the two tightest."""
    shown = price(estimate, exact=False)
    return f"{capital(shown)} · {left_text(standings)}"


def ack_notice(
    job: Job, standings: Sequence[ScopePeriod], *, is_new: bool = True, thread: bool = False
) -> Notice:
    """That a private question led to a job, where it cannot simply go away. ``standings`` are read after the
    job's money was set aside."""
    began = f"Drawing {drawn(job.request)}" if is_new else "That is being drawn already, and is paid for once"
    where = "in the thread" if thread else "in the channel"
    return notice([f"{began}, {where}."], small=[ack_text(job.estimate, standings)])


def help_notice(names: BotNames, standings: Sequence[ScopePeriod] = ()) -> Notice:
    """Three examples to copy, the flags, what to say in a thread, what is left; at most 900 characters."""
    command = names.command
    examples = "\n".join(
        (
            f"{command} a lighthouse at dusk",
            f"{command} app icon of a fox --q high",
            f"{command} jazz poster --ar 2:3",
        )
    )
    flags: tuple[Part, ...] = (
        "Shape ", Code("--ar 16:9"), ", quality ", Code("--q low"), " to ", Code("high"),
        ", number ", Code("--n 4"), ", file ", Code("--format webp"), ", only for you ", Code("--private"),
        ". Several at once: ",
        Code("a {red,blue} fox"), ", ", Code("--sizes square,story"), ".",
    )  # fmt: skip
    thread: list[Part] = [f"In a picture's thread, mention me ({names.bot_name}): "]
    for number, words in enumerate(("again", "vary 2", "make the third one blue", "finish", "undo")):
        thread += [", "] if number else []
        thread.append(Code(words))
    thread.append(". Or reply there with a picture and say what to change.")
    left = f"{capital(left_text(standings))}." if standings else ""
    blocks = [
        rich_text(preformatted(examples)),
        rich_text(section(flags)),
        rich_text(section(thread)),
        *([context(left)] if left else []),
        actions(
            draw_button(style="primary"),
            command_button("My pictures", "history"),
            command_button("Budget", "budget"),
        ),
    ]
    spoken = [examples, as_text(flags), as_text(thread), left]
    return Notice(fallback("\n".join(line for line in spoken if line)), blocks)


def history_notice(
    views: Sequence[JobView], links: Mapping[str, str] = NO_LINKS, *, words: str = ""
) -> Notice:
    """One line a job, newest first, each with a link to its message. ``words`` are what they were looked for
    by; ``links`` are by job id."""
    if not views:
        said = (
            notice([f"No pictures with “{shorten(words, 200)}” yet."])
            if words
            else notice(["You have not drawn anything yet."])
        )
        return Notice(said.text, [*said.blocks, actions(draw_button())])
    lines = [_line(view, links.get(view.job.id)) for view in views[:_MOST_LINES]]
    title: tuple[Part, ...] = (
        Bold(f"Pictures with “{shorten(words, 200)}”" if words else "Your latest pictures"),
    )
    blocks: list[Json] = [rich_text(section(title), bullets(lines))]
    return Notice(fallback("\n".join([as_text(title), *map(as_text, lines)])), blocks)


def _line(view: JobView, link: str | None) -> tuple[Part, ...]:
    job = view.job
    facts = [state_word(view), job_price(job), ago((view.now - job.created_at).total_seconds())]
    row = f"{shorten(job.request.prompt, 80)} · {' · '.join(facts)}"
    return (row, " · ", Link("Jump", link)) if link else (row,)


def ago(seconds: float) -> str:
    """``5 min ago``."""
    if seconds < 60:
        return "just now"
    if seconds > 48 * 3600:
        return f"{int(seconds // 86400)} days ago"
    return f"{' '.join(duration(seconds).split(' ')[:2])} ago"


def state_word(view: JobView) -> str:
    """One or two words for where a job stands."""
    job = view.job
    if job.delivery is Delivery.UNDELIVERABLE:
        return "not posted"
    if job.status is Status.SUCCEEDED:
        came = len(view.arrived)
        partial = f"{came} of {job.request.n}" if came < job.request.n else "done"
        return partial if view.is_delivered else "posting"
    if is_tried_again(view):
        return "trying again"
    return _STATES[job.status]


_STATES = {
    Status.QUEUED: "queued",
    Status.SUBMITTING: "drawing",
    Status.RUNNING: "drawing",
    Status.UNKNOWN: "no answer yet",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.TIMED_OUT: "still waiting",
}
