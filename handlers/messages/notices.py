"""Private notices for when all is well: the receipt of a request, the help, the history."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.jobs.job import Delivery, Job, Status
from bot.domain.money import Money
from bot.ports import JobView
from handlers.messages.block_kit import (
    Bold,
    Code,
    Json,
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
from handlers.messages.error_message import Notice, notice
from handlers.messages.job_outcome import is_tried_again
from handlers.messages.remaining import left_text
from handlers.messages.scope_text import capital
from handlers.messages.status_text import duration, job_price, price, short_id
from handlers.messages.wording import BotNames

_MOST_LINES = 10

READING = notice(
    [
        "I may read only a little of this thread at a time: ",
        "ask again with the picture attached, or wait about 3 minutes.",
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
    """The private receipt of an ask. ``standings`` are read after its money was set aside."""
    began = "On it." if is_new else "Already on it: this is the same ask, and is paid for once."
    what = "picture comes" if job.request.n == 1 else "pictures come"
    where = f" The {what} into {'this thread' if thread else 'a thread here'}."
    return notice([began + where], small=[ack_text(job.estimate, standings), short_id(job.id)])


def help_notice(names: BotNames, standings: Sequence[ScopePeriod] = ()) -> Notice:
    """Under one screen: three examples to copy, the flags, editing in a thread, the budget."""
    command = names.command
    examples = "\n".join(
        (
            f"{command} a lighthouse at dusk, oil on canvas",
            f"{command} an app icon of a fox --size 1024x1024 --quality high",
            f"{command} a poster for a jazz night --ar 2:3 --n 3",
        )
    )
    flags: list[tuple[Part, ...]] = [
        (Code("--ar 16:9"), " or ", Code("--size 1536x1024"), ": the shape"),
        (Code("--quality low|medium|high"), ": how fine, and at what price"),
        (Code("--n 1..4"), ": how many"),
        (Code("--format png|jpeg|webp"), ": which kind of file"),
    ]
    edit: tuple[Part, ...] = (
        Bold("To change a picture"),
        ", reply in its thread and mention me: ",
        Code(f"{names.bot_name} make the sky pink"),
        f". You can attach a picture of your own, press Edit… below a result, or use the message shortcut "
        f"“Edit this image”. {command} itself does not work in threads; alone, it opens a form.",
    )
    more: tuple[Part, ...] = (
        Bold("More: "),
        *_commands(command, ("history", "show ID", "cancel ID", "budget")),
    )
    title: tuple[Part, ...] = (Bold("Examples"), ": copy one and change the words")
    options: tuple[Part, ...] = (Bold("Options"), ", anywhere in the text")
    blocks = [
        rich_text(section(title), preformatted(examples)),
        rich_text(section(options), bullets(flags)),
        rich_text(section(edit)),
        rich_text(section(more)),
    ]
    if standings:
        left = left_text(standings)
        blocks.append(context(f"{capital(left)}."))
    spoken = [as_text(title), examples, as_text(options), *map(as_text, flags), as_text(edit), as_text(more)]
    return Notice(fallback("\n".join(spoken)), blocks)


def _commands(command: str, words: Sequence[str]) -> list[Part]:
    parts: list[Part] = []
    for word in words:
        parts += [", "] if parts else []
        parts.append(Code(f"{command} {word}"))
    return parts


def history_notice(views: Sequence[JobView], names: BotNames, *, words: str = "") -> Notice:
    """One line a job, newest first. ``words`` are what they were looked for by."""
    if not views and words:
        return notice(["None of your latest pictures has ", Code(words), " in its description."])
    if not views:
        return notice(["You have not asked for a picture yet. Try ", Code(f"{names.command} help"), "."])
    lines = [_line(view) for view in views[:_MOST_LINES]]
    about: tuple[Part, ...] = (" with ", Code(words)) if words else ()
    title: tuple[Part, ...] = (Bold("Your latest pictures"), *about)
    blocks: list[Json] = [rich_text(section(title), bullets(lines))]
    blocks.append(context(f"{names.command} show ID tells all about one of them."))
    return Notice(fallback("\n".join([as_text(title), *map(as_text, lines)])), blocks)


def _line(view: JobView) -> tuple[Part, ...]:
    job = view.job
    facts = [state_word(view), job_price(job), ago((view.now - job.created_at).total_seconds())]
    return (Code(f"#{job.id}"), f" {shorten(job.request.prompt, 80)} · {' · '.join(facts)}")


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
    Status.UNKNOWN: "outcome unknown",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.TIMED_OUT: "still running",
}
