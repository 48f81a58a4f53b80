"""Everything that answers a person: refusals, failures, commands, verbs, greetings, settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.jobs.job import Delivery, Status
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.budget_refusals import OverBudget, Variant
from bot.domain.requests.refusals import (
    NameKind,
    NotAllowed,
    NotAllowedReason,
    PictureGone,
    Refusal,
    UnknownFlag,
    UnknownName,
    UnsupportedFlag,
)
from bot.domain.requests.request import Quality
from bot.domain.requests.source_refusals import BadMask, BadSource, MaskReason, SourceReason
from bot.errors import CannotPost, GivenUp, OutcomeUnknown, StoreUnavailable, WorkspaceGone
from bot.ports.greeter import Greeting
from bot.services.budget.desk import Desk
from bot.services.requests.preferences import Choices
from handlers.messages.money.amounts import withdrawn_words
from handlers.messages.problems.error_message import Notice, notice, sentence
from handlers.messages.problems.slack_reasons import REASONS
from handlers.messages.replies import (
    command_replies,
    free_answers,
    notices,
    picture_settings,
    verb_notices,
    welcome,
)
from handlers.messages.replies.private_ask import comes_privately
from handlers.messages.wording import BotNames
from tests.unit.handlers.budget.test_admin_notices import row
from tests.unit.handlers.delivery_kit import NOW, a_job, a_request, a_submission, a_view, every_view
from tests.unit.handlers.messages.problems.test_error_message import SAMPLES
from tests.unit.handlers.messages.said_of_jobs import LINK, VIEWS, job
from tests.unit.handlers.views.test_home import a_draft

NAMES = BotNames()
_PEOPLE = tuple((f"Anna {number}", f"U{number}") for number in range(7))
FULL: list[Refusal] = [
    UnknownFlag("--x", offer=a_draft()),
    UnsupportedFlag("--seed, --stylize", offer=a_draft()),
    PictureGone("k3f9q2ab"),
    NotAllowed(NotAllowedReason.NOT_YOURS, "k3f9q2ab", "U1"),
    UnknownName("anna", NameKind.PERSON, _PEOPLE),
    BadSource(SourceReason.UNSUPPORTED_FORMAT, format="PSD"),
    BadSource(SourceReason.TOO_MANY_BYTES, limit=50_000_000),
    BadSource(SourceReason.TOO_BIG, width=9000, height=9000, needs=900_000_000, limit=500_000_000),
    BadSource(SourceReason.TOO_BIG, width=9000, height=9000, limit=500_000_000),
    BadSource(SourceReason.TOO_SLOW, limit=30),
    BadSource(SourceReason.TOO_MANY, most=1),
    BadMask(MaskReason.SIZE, mask_size="10x10", source_size="20x10"),
    OverBudget(
        Scope.parse("user:T1/U1"), Money(500_000), Money(100_000), Money(230_000), NOW, Window.DAY,
        Variant(a_request(n=4, quality=Quality.LOW), Money(40_000), is_smaller=True), "d1.1",
    ),
]  # fmt: skip
"""Refusals with every fact that they can have."""

LINKS = {a_job().id: LINK}
NO_LIMIT = replace(row(), limit=None)


def refusals() -> Iterator[tuple[str, Notice]]:
    """Every refusal at once, and every error."""
    for refusal in SAMPLES:
        yield (
            f"{type(refusal).__name__} {repr(refusal)[:60]}",
            sentence(refusal, NAMES, job_id="k3f9q2ab", channel_id="C1"),
        )
    for refusal in FULL:
        yield f"{type(refusal).__name__} full {repr(refusal)[:60]}", sentence(refusal, NAMES)
    errors = (
        CannotPost("not_in_channel"), WorkspaceGone("account_inactive"), OutcomeUnknown("late"),
        StoreUnavailable("locked"), RuntimeError("a bug"), GivenUp(Failure(Problem.INTERNAL)),
    )  # fmt: skip
    for error in errors:
        yield f"error {error!r}", sentence(error, NAMES)
        yield f"error {error!r} in its log", sentence(error, NAMES, reference="E7")
    for code in REASONS:
        for place in ("C1", "D1"):
            yield f"cannot post {code} {place}", sentence(CannotPost(code), NAMES, channel_id=place)
    for problem in Problem:
        yield f"problem {problem}", sentence(Failure(problem), NAMES, job=a_job(status=Status.FAILED))


def answers() -> Iterator[tuple[str, Notice]]:
    standings, greeting = [row("user", spent=6_800_000), row()], Greeting("C1", 4, Money(40_000))
    over = [row("user", spent=12_000_000), row("channel", spent=12_000_000)]
    views = [a_view(), *every_view().values()]
    help_notice = notices.help_notice(NAMES, standings)
    yield "help", help_notice
    yield "help without a limit", notices.help_notice(NAMES)
    yield "channel welcome", welcome.channel_welcome(greeting, NAMES, here="C1")
    yield "inviter welcome", welcome.channel_welcome(greeting, NAMES, here="U1")
    for count in (1, 2, 3):
        yield (
            f"channel welcome {count}",
            welcome.channel_welcome(replace(greeting, drafts=count), NAMES, here="C1"),
        )
    yield "person welcome", welcome.person_welcome()
    yield "talk", welcome.talk_notice()
    yield "bare mention", welcome.bare_mention_notice(None)
    yield "bare mention in a thread", welcome.bare_mention_notice(("k3f9q2ab", 2))
    yield "reading", notices.READING
    for n in (1, 4):
        for thread in (True, False):
            yield f"drawing {n} {thread}", notices.ack_notice(job(n), standings, thread=thread)
    soft = replace(row("channel", spent=12_000_000), soft=True)
    for number, rows in enumerate(([], [soft], [replace(soft, scope=row("user").scope)])):
        yield f"drawing {number}", notices.ack_notice(job(), rows)
    yield "drawing already", notices.ack_notice(job(), over, is_new=False)
    yield "history", notices.history_notice(views, LINKS)
    yield "history of words", notices.history_notice(views, LINKS, words="fox")
    for name, view in VIEWS:
        yield f"history {name}", notices.history_notice([view], LINKS)
        yield f"status {name}", command_replies.status_notice([view], LINKS)
    yield "no history", notices.history_notice([])
    yield "nothing found", notices.history_notice([], words="fox")
    yield "no status", command_replies.status_notice([])
    unposted = a_job(status=Status.SUCCEEDED, delivery=Delivery.UNDELIVERABLE)
    yield "history unposted", notices.history_notice([a_view(unposted, submissions=[a_submission()])])
    for seconds in (5, 300, 4000, 400_000):
        old = replace(a_view(), now=NOW, job=replace(a_job(), created_at=NOW))
        yield f"history {seconds}", Notice(notices.ago(seconds), notices.history_notice([old]).blocks)
    yield "cancelled", command_replies.cancelled_notice()
    yield "another workspace", command_replies.other_workspace_notice()
    yield "no form", command_replies.no_form_notice()
    yield "budget", command_replies.budget_notice(standings)
    yield "budget used up", command_replies.budget_notice(over)
    yield "budget without a limit", command_replies.budget_notice([NO_LIMIT, row(soft=True, held=1)])
    for paused in (True, False):
        yield (
            f"budget of an admin {paused}",
            command_replies.budget_notice(
                standings, Desk(2, is_paused=paused), lead="That is no budget command. Nothing was changed."
            ),
        )


def small_answers() -> Iterator[tuple[str, Notice]]:
    yield "slip", free_answers.slip_notice("help")
    yield "thanks", free_answers.thanks_notice()
    yield "draw", free_answers.with_draw(free_answers.slip_notice("help"), a_draft())
    yield "draw in a row of its own", free_answers.with_draw(free_answers.thanks_notice(), a_draft())
    yield "verb", free_answers.verb_notice()
    yield "nothing to cancel", verb_notices.nothing_to_cancel()
    yield "nothing before", verb_notices.nothing_before()
    yield "unclear", verb_notices.unclear()
    yield "used already", verb_notices.used_already("")
    yield "used already, with a link", verb_notices.used_already("https://acme.slack.com/archives/C1/p1")
    yield "no sheet", verb_notices.no_sheet()
    yield "delete question", verb_notices.delete_question("k3f9q2ab", 2)
    yield "last picture", verb_notices.last_picture(job(), LINK, is_private=False)
    yield "a private ask", comes_privately(Place("T1", "D1"))
    for n in (1, 4):
        yield f"cancelled too late, {n}", notice([withdrawn_words(a_request(n=n))])
    yield "last picture without a link", verb_notices.last_picture(job(), "", is_private=True)
    for mode in PictureMode:
        for own in (None, *PictureMode):
            made = Choices(own, own, mode, rules=True)
            for place in (None, "C1"):
                yield (
                    f"settings {mode} {own} {place}",
                    picture_settings.settings_notice(made, channel_id=place),
                )
