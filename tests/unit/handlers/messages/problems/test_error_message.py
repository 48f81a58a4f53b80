"""Each problem says what happened, whether it was charged where one could fear it, and what to do."""

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from slack_sdk.models.blocks import Block

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope
from bot.domain.jobs.job import Status
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.budget_refusals import (
    ClockOff,
    NeedsConfirmation,
    NoPrice,
    OverBudget,
    Paused,
    TooFast,
    TooManyPictures,
    Variant,
)
from bot.domain.requests.refusals import (
    AlreadyDecided,
    AskRefused,
    BadSize,
    BadValue,
    BudgetExceeded,
    DecidedState,
    EmptyPrompt,
    FineEnough,
    NameKind,
    NoDirectMessages,
    NoSuchPicture,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    PictureGone,
    PostingRefused,
    PromptTooLong,
    Refusal,
    SizeRule,
    Stuck,
    UnknownFlag,
    UnknownName,
    UnsupportedFlag,
    WhichOfThese,
    WhichPicture,
    Withdrawn,
)
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.source_refusals import (
    AddressReason,
    BadMask,
    BadSource,
    MaskReason,
    NoPublicAddress,
    NoSource,
    SourceReason,
)
from bot.errors import (
    CannotPost,
    GivenUp,
    OutcomeUnknown,
    RouteMissing,
    StoreUnavailable,
    TryLater,
    WorkspaceGone,
)
from handlers.messages.job.job_details import show_notice
from handlers.messages.money.remaining import reset_text
from handlers.messages.problems.error_message import Notice, sentence
from handlers.messages.problems.slack_reasons import REASONS
from handlers.messages.replies.notices import ack_notice, ack_text, help_notice, history_notice
from handlers.messages.wording import BotNames
from sandbox.slack.block_kit import BlockCheck, text_length
from sandbox.slack.markup import pings_of_message
from tests.unit.handlers.delivery_kit import NASTY, NOW, a_job, a_request, a_view, every_view
from tests.unit.handlers.views.test_home import a_draft

SAMPLES: list[Refusal] = [
    EmptyPrompt(),
    EmptyPrompt(sources=1),
    PromptTooLong(9000, 4000),
    UnknownFlag("--qualty", "--quality", "a fox"),
    UnknownFlag("--x"),
    UnsupportedFlag("--seed, --stylize", without="a fox"),
    UnsupportedFlag("{a,b}", "a list", todo="Ask for each by itself."),
    BadValue("ten", "1 to 4", flag="--n", closest="4"),
    BadValue("ten", "an amount"),
    *(BadSize("1000x1000", rule, Size(1008, 1008)) for rule in SizeRule),
    UnknownName("anna", NameKind.PERSON),
    UnknownName("anna", NameKind.PERSON, ()),
    UnknownName("anna", NameKind.PERSON, (("Anna", "U1"), ("Anna", "U2"))),
    UnknownName("#x", NameKind.CHANNEL),
    UnknownName("channel", NameKind.HERE),
    NotFound("zz"),
    NotFound(""),
    *(NotAllowed(reason, ident) for reason in NotAllowedReason for ident in ("zz", "")),
    *(
        AlreadyDecided(state, by, prompt)
        for state in DecidedState
        for by, prompt in ((None, ""), ("U1", "x"))
    ),
    Withdrawn(),
    PostingRefused(),
    PostingRefused("not_in_channel", "C1"),
    NoDirectMessages(),
    NoDirectMessages(is_for_now=True),
    Stuck("step-1"),
    Stuck("step-1", "a fox"),
    WhichPicture(a_draft()),
    WhichOfThese("k3f9q2ab", "use", (1, 3)),
    WhichOfThese("k3f9q2ab", "finish", (1, 2, 3, 4), Money(580_000), "4k"),
    PictureGone(),
    NoSuchPicture(7),
    NoSuchPicture(7, (2,)),
    NoSuchPicture(3, (1, 2, 4)),
    UnsupportedFlag("--q low", "not possible after finish"),
    FineEnough(),
    NoPrice(Size(3840, 2160), Quality.HIGH),
    NoPrice(None, Quality.HIGH),
    OverBudget(Scope.parse("user:T/U"), Money(1), Money(1), Money(1), NOW, window=Window.DAY),
    OverBudget(Scope.parse("user:T/U"), Money(0), Money(0), Money(1), NOW, needs_budget=True),
    NeedsConfirmation(a_draft(), (), None),
    NeedsConfirmation(replace(a_draft(), round=1), (), None),
    TooFast(12),
    TooFast(12, "C1"),
    TooManyPictures(16, 12),
    TooManyPictures(10**80, 12, a_draft()),
    Paused(),
    ClockOff(),
    ClockOff(seconds=-3600),
    ClockOff(months=3),
    *(BadSource(reason) for reason in (None, *SourceReason)),
    *(BadMask(reason) for reason in (None, *MaskReason)),
    *(NoPublicAddress(reason, own) for reason in AddressReason for own in (True, False)),
    NoSource(),
    NoSource(is_unread=True),
]
FREE_TO_ASK = {
    Problem.UNKNOWN_FLAG,
    Problem.UNSUPPORTED_FLAG,
    Problem.OVER_BUDGET,
    Problem.UNCONFIRMED,
    Problem.DECIDED,
    Problem.NOT_FOUND,
    Problem.NOT_ALLOWED,
    Problem.INTERNAL,
    Problem.DELIVERY_REFUSED,
    Problem.UNKNOWN_NAME,
    Problem.NOT_SHOWN,
    Problem.UNAVAILABLE,
    Problem.NO_SOURCE,
}
"""Where money is said otherwise or is not the question."""
NO_FAILURES = {
    Problem.EMPTY_PROMPT,
    Problem.PROMPT_TOO_LONG,
    Problem.UNKNOWN_FLAG,
    Problem.UNSUPPORTED_FLAG,
    Problem.BAD_VALUE,
    Problem.BAD_SIZE,
    Problem.NO_PRICE,
    Problem.OVER_BUDGET,
    Problem.TOO_FAST,
    Problem.TOO_MANY_PICTURES,
    Problem.PAUSED,
    Problem.UNCONFIRMED,
    Problem.CLOCK_OFF,
}
"""Only refusals have these: a job that ended with one would be a mistake of ours."""


def check(notice: Notice) -> None:
    for block in notice.blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    assert BlockCheck(surface="message", find_file=lambda _: None).blocks(notice.blocks) == []
    assert 0 < len(notice.text) <= 4000
    assert text_length(notice.blocks) < 12_000


def pings(notice: Notice) -> list[str]:
    return pings_of_message(notice.text, notice.blocks, [], parse="client", link_names=True, groups={})


def told(error: Exception | Failure | Refusal, command: str = "/imagine", **more: Any) -> Notice:
    """What the asker is told of ``error``."""
    return sentence(error, BotNames(command), **more)


def test_every_refusal_has_a_sample() -> None:
    assert {type(refusal) for refusal in SAMPLES} == set(get_args(Refusal))


@pytest.mark.parametrize("error", [*SAMPLES, *map(Failure, Problem)], ids=repr)
def test_every_problem_has_a_sentence(error: Refusal | Failure) -> None:
    notice = told(error, job_id="k3f9")

    check(notice)
    assert "k3f9" not in notice.text, "nobody needs the id"
    assert "None" not in notice.text
    assert "{" not in notice.text.replace("{a,b}", "")
    assert "  " not in notice.text
    money = ("charged", "Charged", "counted", "aside")
    problem = error.problem if isinstance(error, Failure) else error.code
    is_free = problem in FREE_TO_ASK or (isinstance(error, Failure) and problem in NO_FAILURES)
    assert any(word in notice.text for word in money) or is_free or not isinstance(error, Failure)


@pytest.mark.parametrize("error", [*SAMPLES, *map(Failure, Problem)], ids=repr)
def test_facts_and_details_of_others_ping_nobody_and_details_stay_hidden(error: Refusal | Failure) -> None:
    if isinstance(error, Failure):
        nasty: Refusal | Failure = replace(error, detail=f"SECRET {NASTY}")
    else:
        typed = {field.name: getattr(error, field.name) for field in fields(error)}
        texts = {name for name, value in typed.items() if type(value) is str}
        nasty = replace(error, **dict.fromkeys(texts - {"by", "channel_id"}, NASTY))
    notice = told(nasty, job_id=NASTY)

    check(notice)
    assert set(pings(notice)) <= {"U1"}, "who decided is named"
    assert "SECRET" not in notice.text + str(notice.blocks)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (
            UnknownFlag("--qualty", "--quality", "a fox"),
            "--qualty doesn't exist here. Did you mean --quality?",
        ),
        (UnsupportedFlag("--seed", without="a fox"), "--seed doesn't exist here."),
        (UnsupportedFlag("--seed, --stylize"), "--seed and --stylize don't exist here."),
        (UnsupportedFlag("--v, --s, --style"), "--v, --s and --style don't exist here."),
    ],
)
def test_what_does_not_exist_here_is_said_in_one_sentence(refusal: Refusal, words: str) -> None:
    assert told(refusal).text == words


@pytest.mark.parametrize(
    ("flags", "label"),
    [("--seed", "Draw without it · $2.28"), ("--seed, --stylize", "Draw without them · $2.28")],
)
def test_the_ask_without_a_flag_is_one_press_away(flags: str, label: str) -> None:
    offered = told(UnsupportedFlag(flags, without="a fox", offer=a_draft()))

    check(offered)
    assert labels(offered) == [label, "Leave it"]


def labels(notice: Notice) -> list[str]:
    rows = [block["elements"] for block in notice.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row]


def test_a_bad_size_names_the_nearest_and_what_to_type() -> None:
    text = told(BadSize("1000x1000", SizeRule.GRID, Size(1008, 1008))).text

    assert "cannot draw 1000x1000: both edges must be multiples of 16" in text
    assert "--size 1008x1008" in text


@pytest.mark.parametrize("rule", list(SizeRule))
def test_every_size_rule_has_words(rule: SizeRule) -> None:
    assert ": " in told(BadSize("1x1", rule, Size(16, 16))).text.split(". ")[0]


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("workspace:T1", "the workspace has left"),
        ("channel:T1/C9", "this channel has left"),
        ("user:T1/U1", "you have left"),
    ],
)
def test_over_budget_says_whose_how_much_when_and_what_now(scope: str, words: str) -> None:
    cheaper = PictureRequest(Kind.GENERATE, "a fox", Size(1024, 1024), Quality.LOW, Format.PNG, 1)
    error = BudgetExceeded(
        OverBudget(
            scope=Scope.parse(scope),
            limit=Money.parse("50"),
            left=Money(79_999),
            price=Money(165_000),
            resets_at=datetime(2026, 11, 30, 23, tzinfo=UTC),
            cheaper=Variant(cheaper, Money(10_000)),
            ref="d1",
        )
    )

    notice = told(error, zone="Europe/Berlin")

    check(notice)
    assert notice.text == f"$0.17 is more than {words} ($0.07). (Starts anew on 1 Dec)"
    assert labels(notice) == ["1 draft · $0.01", "Ask an admin", "Leave it"]
    assert ("'channel_id': 'C9'" in str(notice.blocks)) is scope.startswith("channel")


def test_a_guest_without_a_budget_is_told_just_that() -> None:
    over = OverBudget(
        Scope.parse("user:T/U"), Money(0), Money(0), Money(40_000), NOW, ref="d1", needs_budget=True
    )

    notice = told(over)

    assert notice.text == "Guests need a budget before they can draw."
    assert labels(notice) == ["Ask an admin", "Leave it"]


def test_a_question_has_the_cheaper_variant_and_a_way_to_change_it() -> None:
    request = replace(a_draft().ask.request, n=4)
    pending = replace(
        a_draft(), ask=replace(a_draft().ask, request=request), estimate=Money(880_000), round=0
    )
    medium = Variant(replace(request, quality=Quality.MEDIUM), Money(240_000))

    notice = told(NeedsConfirmation(pending, (), medium))

    check(notice)
    assert notice.text.startswith("4 finals for $0.88?")
    assert labels(notice) == ["Draw · $0.88", "4 medium · $0.24", "Change…", "Leave it"]
    smaller = Variant(replace(request, n=1, size=Size(1536, 864)), Money(170_000), is_smaller=True)
    assert "1 final, 1536×864 · $0.17" in labels(told(NeedsConfirmation(pending, (), smaller)))


def test_a_price_that_has_risen_is_said_and_nothing_else_asked() -> None:
    dearer = replace(a_draft(), round=1, estimate=Money(300_000))
    agreed = replace(a_draft(), ask=replace(a_draft().ask, agreed=Money(1)), estimate=Money(300_000))

    for pending in (dearer, agreed):
        notice = told(NeedsConfirmation(pending, (), None))
        check(notice)
        assert notice.text.startswith("It is $0.30 by now.")
        assert labels(notice) == ["Go ahead · $0.30", "Leave it"]


@pytest.mark.parametrize(("micros", "asks_again"), [(1_000_000, False), (1_000_001, True)])
def test_above_a_dollar_slack_asks_once_more(micros: int, *, asks_again: bool) -> None:
    notice = told(NeedsConfirmation(replace(a_draft(), estimate=Money(micros)), (), None))

    check(notice)
    (row,) = [block["elements"] for block in notice.blocks if block["type"] == "actions"]
    assert ["confirm" in button for button in row] == [asks_again, False, False]


@pytest.mark.parametrize(("more", "end"), [({}, "20."), ({"closest": "$10"}, "20. Did you mean $10?")])
def test_a_value_that_is_not_taken_says_what_is(more: dict[str, str], end: str) -> None:
    refused = AskRefused(BadValue("1e1", "$20", flag="budget set", **more))

    said = told(refused)

    check(said)
    parts = said.blocks[0]["elements"][0]["elements"]
    assert "".join(part["text"] for part in parts).endswith(end)


def test_an_overrun_budget_has_nothing_left_not_less() -> None:
    error = BudgetExceeded(
        OverBudget(Scope.parse("user:T/U"), Money(1), Money(-5_000_000), Money(1), resets_at=NOW)
    )

    assert "is more than you have left ($0.00)." in told(error).text


def test_a_date_is_the_day_in_its_zone() -> None:
    midnight = datetime(2026, 12, 1, tzinfo=UTC)

    assert reset_text(midnight) == "1 Dec"
    assert reset_text(midnight, "America/New_York") == "30 Nov"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreUnavailable("db: password=x"), "can be taken at the moment"),
        (TryLater("x"), "can be taken at the moment"),
        (CannotPost("not_in_channel"), "/invite @Imagine"),
        (CannotPost("chat.postMessage: ratelimited"), "can't be posted here. Nothing was charged."),
        (WorkspaceGone("chat.postMessage: token_revoked"), "@Imagine was removed"),
        (OutcomeUnknown("x"), "whether the order went through"),
        (GivenUp(Failure(Problem.MODERATED, "x")), "safety check"),
        (GivenUp(Failure(Problem.PROVIDER_ACCOUNT, "no route")), "The operators know."),
        (RouteMissing("x"), "Something went wrong on my side"),
        (ZeroDivisionError("password=x"), "quote ab12"),
    ],
)
def test_every_kind_of_error_has_words_and_keeps_its_own_text(error: Exception, words: str) -> None:
    notice = told(error, reference="ab12")

    check(notice)
    assert words in notice.text
    assert "password" not in notice.text


@pytest.mark.parametrize("code", sorted(REASONS))
def test_slacks_reasons_are_said_for_posts_and_for_files(code: str) -> None:
    for problem in (Problem.CANNOT_POST, Problem.DELIVERY_REFUSED):
        notice = told(Failure(problem, code))

        check(notice)
        assert code not in notice.text
        assert "{" not in notice.text


@pytest.mark.parametrize("problem", [Problem.CANNOT_POST, Problem.DELIVERY_REFUSED])
@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "posting_to_channel_denied"])
def test_where_it_cannot_post_is_named_as_it_may_be_read_elsewhere(problem: Problem, code: str) -> None:
    notice = told(Failure(problem, code), channel_id="C0RANDOM")

    check(notice)
    assert "{'type': 'channel', 'channel_id': 'C0RANDOM'}" in str(notice.blocks)
    assert "in that channel" in notice.text
    assert " here" not in notice.text


def test_nobody_is_told_to_invite_a_bot_into_a_chat_of_two() -> None:
    stranger = CannotPost("not_in_channel")

    assert "/invite" in told(stranger, channel_id="C1").text
    assert "/invite" not in told(stranger, channel_id="D1").text
    assert "messages between people" in told(stranger, channel_id="D1").text


def test_a_known_job_says_its_own_price() -> None:
    job = a_job(status=Status.FAILED, cost=Money(110_000))

    assert "Charged $0.11." in told(Failure(Problem.RESULT_GONE), job=job).text


def rows(**left: str | None) -> list[ScopePeriod]:
    return [
        ScopePeriod(
            Scope.parse(f"{kind}:T1/X"),
            "2026-11",
            Window.MONTH,
            NOW,
            datetime(2026, 12, 1, tzinfo=UTC),
            "UTC",
            None if amount is None else Money.parse("50"),
            Money.zero(),
            Money.zero(),
            Money.zero() if amount is None else Money.parse("50") - _money(amount),
        )
        for kind, amount in left.items()
    ]


def _money(text: str) -> Money:
    return -Money.parse(text[1:]) if text.startswith("-") else Money.parse(text)


@pytest.mark.parametrize(
    ("left", "wanted"),
    [
        (
            {"workspace": "11.40", "user": "3.20"},
            "About $0.17 · you have $3.20 left, the workspace has $11.40 · resets 1 Dec",
        ),
        ({"channel": None, "user": "3.20"}, "About $0.17 · you have $3.20 left · resets 1 Dec"),
        (
            {"workspace": "-1", "user": "2"},
            "About $0.17 · the workspace is $1.00 over, you have $2.00 left · resets 1 Dec",
        ),
        (
            {"workspace": "9", "channel": "1", "user": "2"},
            "About $0.17 · this channel has $1.00 left, you have $2.00 · resets 1 Dec",
        ),
        ({"workspace": None, "user": None}, "About $0.17 · no budget limit"),
        ({"user": "0"}, "About $0.17 · you have $0.00 left · resets 1 Dec"),
    ],
)
def test_the_receipt_names_the_two_tightest_budgets(left: dict[str, str | None], wanted: str) -> None:
    assert ack_text(Money(165_000), rows(**left)) == wanted


def test_the_receipt_says_when_it_is_the_same_ask() -> None:
    first, again = ack_notice(a_job(), rows(user="1")), ack_notice(a_job(), rows(user="1"), is_new=False)

    check(first)
    assert "paid for once" in again.text


def test_a_reset_day_is_the_workspaces_own() -> None:
    row = rows(user="1")[0]
    berlin = ScopePeriod(
        row.scope,
        row.period_key,
        row.window,
        row.start,
        datetime(2026, 11, 30, 23, tzinfo=UTC),
        "Europe/Berlin",
        row.limit,
        row.granted,
        row.held,
        row.spent,
    )

    assert ack_text(Money(1), [berlin]) == "Under $0.01 · you have $1.00 left · resets 1 Dec"


def test_the_help_fits_on_a_screen_and_names_what_it_must() -> None:
    notice = help_notice(BotNames("/draw", "@Painter"), rows(user="3.20"))

    check(notice)
    assert notice.text.count("\n") < 15
    for wanted in (
        "/draw a lighthouse",
        "--ar",
        "--q",
        "--n",
        "--format",
        "@Painter",
        "thread",
    ):
        assert wanted in notice.text
    assert "You have $3.20 left" in str(notice.blocks)
    assert "/imagine" not in notice.text
    assert len("".join(re.findall(r"'text': '([^']*)'", str(notice.blocks)))) <= 900


def test_history_is_one_line_a_job_with_a_link_and_no_id() -> None:
    views = [a_view(now=NOW + timedelta(minutes=5)), *every_view().values()]
    link = "https://sandbox.slack.com/archives/C1/p1"

    notice = history_notice(views, {views[0].job.id: link})

    check(notice)
    assert "a lighthouse at dusk · queued · about $0.17 · 5 min ago · Jump" in notice.text
    assert link in str(notice.blocks)
    assert "k3f9q2ab" not in notice.text
    assert notice.text.count("\n") == 10


def test_an_empty_history_says_how_to_begin() -> None:
    notice = history_notice([])

    check(notice)
    assert "'Draw something…'" in str(notice.blocks)


@pytest.mark.parametrize("prompt", [NASTY, "x " * 30_000])
def test_history_help_and_show_are_harmless(prompt: str) -> None:
    view = a_view(a_job(request=a_request(prompt=prompt)))
    for notice in (history_notice([view] * 10), show_notice(view, BotNames())):
        check(notice)
        assert set(pings(notice)) <= {"U0ALICE"}


def test_show_tells_the_whole_prompt_and_no_slack_file() -> None:
    prompt = "one two three " * 100
    views = every_view(prompt)

    notice = show_notice(views["done"], BotNames())

    check(notice)
    assert prompt.strip() in str(notice.blocks)
    assert "slack_file" not in str(notice.blocks)


def test_whoever_may_is_named_where_a_name_can_be_shown() -> None:
    said = told(NotAllowed(NotAllowedReason.NOT_YOURS, "k3f9q2ab", "U0ALICE"))

    assert {"type": "user", "user_id": "U0ALICE"} in said.blocks[0]["elements"][0]["elements"]
    assert said.text == "Only whoever asked for it or an admin can do that."
    assert told(NotAllowed(NotAllowedReason.NOT_YOURS)).text == said.text


def test_an_ended_job_is_not_said_to_go_on() -> None:
    late = Failure(Problem.TIMED_OUT)

    assert "I'll post it when it comes" in told(late, job=a_job(status=Status.TIMED_OUT)).text
    assert "I'll post it when it comes" not in told(late, job=a_job(status=Status.FAILED, cost=Money(5))).text


def test_facts_are_quoted_briefly_and_on_one_line() -> None:
    text = told(BadValue("many\n" * 500, "1 to 4", flag="--n")).text

    assert len(text) < 400
    assert "\n" not in text
