"""Sub-words count only when the whole text fits; everything else is a picture."""

import pytest

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import ScopeKind
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Quality, Size
from handlers.parsing import (
    BudgetApprovals,
    BudgetExport,
    BudgetHistory,
    BudgetPause,
    BudgetPrice,
    BudgetResume,
    BudgetSet,
    BudgetShow,
    BudgetTopUp,
    BudgetVerify,
    BudgetWeek,
    BudgetWho,
    BudgetZone,
    Cancel,
    Help,
    History,
    Imagine,
    NotAPicture,
    ScopeWord,
    SettingsSet,
    SettingsShow,
    Show,
    Status,
    parse,
)

CHANNEL, WORKSPACE = ScopeWord(ScopeKind.CHANNEL), ScopeWord(ScopeKind.WORKSPACE)
ME, DEFAULT = ScopeWord(ScopeKind.USER), ScopeWord(ScopeKind.DEFAULT)
ANNA = ScopeWord(ScopeKind.USER, "U0123ABCD")
MEYER = ScopeWord(ScopeKind.USER, "@Anna Meyer")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("help", Help()),
        ("Help", Help()),
        ("  HELP  ", Help()),
        ("help?", Help()),
        ("?", Help()),
        ("“help”", Help()),
        ("settings", SettingsShow()),
        ("Settings?", SettingsShow()),
        ("settings drafts", SettingsSet(PictureMode.DRAFTS)),
        ("Settings Single", SettingsSet(PictureMode.SINGLE)),
        ("settings default", SettingsSet(None)),
        ("settings channel drafts", SettingsSet(PictureMode.DRAFTS, channel=True)),
        ("settings channel none", SettingsSet(None, channel=True)),
        ("status", Status()),
        ("Status", Status()),
        ("cancel", Status()),
        ("history", History()),
        ("show", History()),
        ("show 0123456789", Show("0123456789")),
        ("show #0123456789", Show("0123456789")),
        ("show `#0123456789`", Show("0123456789")),
        ("Show #ABCDEFGH12", Show("abcdefgh12")),
        ("show  zzzzzzzzzz", Show("zzzzzzzzzz")),
        ("cancel abcdefgh12", Cancel("abcdefgh12")),
        ("budget", BudgetShow()),
        ("Budget?", BudgetShow()),
        ("budget show", BudgetShow()),
        ("budget set", BudgetShow()),
        ("budget set channel", BudgetShow()),
        ("budget topup", BudgetShow()),
        ("budget set user @anna", BudgetShow()),
        ("budget set @anna", BudgetShow()),
        ("budget set me", BudgetShow()),
        ("budget approve", BudgetApprovals()),
        ("budget approvals", BudgetApprovals()),
        ("budget week", BudgetShow()),
        ("budget zone", BudgetShow()),
        ("budget week monday", BudgetWeek(0)),
        ("Budget Week Sun", BudgetWeek(6)),
        ("budget week starts on Saturday", BudgetWeek(5)),
        ("budget zone Europe/Berlin", BudgetZone("Europe/Berlin")),
        ("budget time zone America/Argentina/Buenos_Aires", BudgetZone("America/Argentina/Buenos_Aires")),
        ("budget timezone UTC", BudgetZone("UTC")),
        ("budget help", BudgetShow()),
        ("budget history", BudgetHistory()),
        ("budget who", BudgetWho()),
        ("budget export", BudgetExport()),
        ("budget export 2026-11", BudgetExport("2026-11")),
        ("budget pause", BudgetPause()),
        ("budget resume", BudgetResume()),
        ("budget verify", BudgetVerify()),
        ("budget price 1024x1024 high", BudgetPrice(Size(1024, 1024), Quality.HIGH)),
        ("budget price high 1024x1024", BudgetPrice(Size(1024, 1024), Quality.HIGH)),
        ("budget price 16:9", BudgetPrice(Size(1536, 864))),
        ("budget price 4k low", BudgetPrice(Size(2880, 2880), Quality.LOW)),
        ("budget price landscape_4_3 medium", BudgetPrice(Size(1024, 768), Quality.MEDIUM)),
    ],
)
def test_whole_text_is_a_command(text, command):
    assert parse(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "help me draw a cat",
        "history of art",
        "show me the money",
        "budget airline poster",
        "budget history of rome",
        "budget week in review",
        "budget zone map of Berlin",
        "budget set me free",
        "budget set user experience",
        "budget set channel logo and tiles for a film",
        "budget price low cost",
        "a budget",
        "shows 0123456789",
        "status, a statue",
    ],
)
def test_anything_else_is_a_picture(text):
    command = parse(text)

    assert isinstance(command, Imagine)
    assert command.request.prompt == text


def test_what_is_nearly_a_command_buys_no_picture():
    for text in (
        "status symbol", "show abc123", "show 012345678i", "show 01234567890", "show ##0123456789",
        "cancel culture", "cancel 012345678", "budget set design", "budget approve stamp",
        "budget week mondays", "budget topup channel $5 forever and ever", "budget export 2026 review",
        "budget set channel $5 soft pillow", "budget price tag", "budget export trucks",
        "budget pause button", "budgets",
    ):  # fmt: skip
        assert isinstance(parse(text), NotAPicture), text


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("budget set channel $20 month", BudgetSet(CHANNEL, Money(20_000_000), Window.MONTH)),
        ("budget set channel $20", BudgetSet(CHANNEL, Money(20_000_000))),
        ("budget set channel 20/week", BudgetSet(CHANNEL, Money(20_000_000), Window.WEEK)),
        ("budget set channel $20 per day", BudgetSet(CHANNEL, Money(20_000_000), Window.DAY)),
        ("budget set channel 20 daily", BudgetSet(CHANNEL, Money(20_000_000), Window.DAY)),
        ("budget set channel 20 usd a week", BudgetSet(CHANNEL, Money(20_000_000), Window.WEEK)),
        ("Budget Set Workspace $50.50 Monthly", BudgetSet(WORKSPACE, Money(50_500_000), Window.MONTH)),
        ("budget set channel $20 month soft", BudgetSet(CHANNEL, Money(20_000_000), Window.MONTH, soft=True)),
        ("budget set channel $20 soft week", BudgetSet(CHANNEL, Money(20_000_000), Window.WEEK, soft=True)),
        ("budget set channel $20 soft", BudgetSet(CHANNEL, Money(20_000_000), soft=True)),
        ("budget set channel $20 hard", BudgetSet(CHANNEL, Money(20_000_000))),
        ("budget set workspace 5", BudgetSet(WORKSPACE, Money(5_000_000))),
        ("budget set workspace 5.00", BudgetSet(WORKSPACE, Money(5_000_000))),
        ("budget set workspace 0.000001", BudgetSet(WORKSPACE, Money(1))),
        ("budget set workspace 5,00", BudgetSet(WORKSPACE, Money(5_000_000))),
        ("budget set workspace none", BudgetSet(WORKSPACE, None)),
        ("budget set workspace no limit", BudgetSet(WORKSPACE, None)),
        ("budget set workspace 0", BudgetSet(WORKSPACE, Money(0))),
        ("budget set default $10 month", BudgetSet(DEFAULT, Money(10_000_000), Window.MONTH)),
        ("budget set user <@U0123ABCD> $5", BudgetSet(ANNA, Money(5_000_000))),
        ("budget set <@U0123ABCD> $5", BudgetSet(ANNA, Money(5_000_000))),
        (
            "budget set @anna $5 day",
            BudgetSet(ScopeWord(ScopeKind.USER, "@anna"), Money(5_000_000), Window.DAY),
        ),
        ("budget set user <@U0123ABCD|anna> $5", BudgetSet(ANNA, Money(5_000_000))),
        ("budget set user @U0123ABCD $5 week", BudgetSet(ANNA, Money(5_000_000), Window.WEEK)),
        ("budget set user u0123abcd $5", BudgetSet(ANNA, Money(5_000_000))),
        ("budget set user @anna $5", BudgetSet(ScopeWord(ScopeKind.USER, "@anna"), Money(5_000_000))),
        ("budget set user @ulrich.m $5", BudgetSet(ScopeWord(ScopeKind.USER, "@ulrich.m"), Money(5_000_000))),
        (
            "budget set user @ulrichmeier 5",
            BudgetSet(ScopeWord(ScopeKind.USER, "@ulrichmeier"), Money(5_000_000)),
        ),
        ("budget set user me $5", BudgetSet(ME, Money(5_000_000))),
        ("budget set me $5", BudgetSet(ME, Money(5_000_000))),
        ("budget set me none", BudgetSet(ME, None)),
        ("budget topup me US$ 5", BudgetTopUp(ME, Money(5_000_000))),
        (
            "budget set @WILLIAM $5",
            BudgetSet(ScopeWord(ScopeKind.USER, "@WILLIAM"), Money(5_000_000)),
        ),
        ("budget set user U0BOB $5", BudgetSet(ScopeWord(ScopeKind.USER, "U0BOB"), Money(5_000_000))),
        ("budget set <@U0BOB> $5", BudgetSet(ScopeWord(ScopeKind.USER, "U0BOB"), Money(5_000_000))),
        ("budget set user @Anna Meyer $5 week", BudgetSet(MEYER, Money(5_000_000), Window.WEEK)),
        ("budget set @Anna Meyer 5 usd", BudgetSet(MEYER, Money(5_000_000))),
        ("budget set user @Anna Meyer none", BudgetSet(MEYER, None)),
        ("budget topup @Anna Meyer 5,00", BudgetTopUp(MEYER, Money(5_000_000))),
        (
            "budget set channel #design $5",
            BudgetSet(ScopeWord(ScopeKind.CHANNEL, "#design"), Money(5_000_000)),
        ),
        (
            "budget set channel <#C0123ABCD|design> 5",
            BudgetSet(ScopeWord(ScopeKind.CHANNEL, "C0123ABCD"), Money(5_000_000)),
        ),
        ("budget topup channel $5", BudgetTopUp(CHANNEL, Money(5_000_000))),
        ("budget topup channel $5 day", BudgetTopUp(CHANNEL, Money(5_000_000), Window.DAY)),
        ("budget topup channel 5/week", BudgetTopUp(CHANNEL, Money(5_000_000), Window.WEEK)),
        ("budget top-up workspace 2.50", BudgetTopUp(WORKSPACE, Money(2_500_000))),
        ("budget top up user <@U0123ABCD> $1", BudgetTopUp(ANNA, Money(1_000_000))),
    ],
)
def test_budget_commands_carry_scope_amount_and_window(text, command):
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "flag", "given"),
    [
        ("budget set channel 1e3", "budget set", "1e3"),
        ("budget set channel 5 000", "budget set", "5 000"),
        ("budget set workspace $5 year", "budget set", "$5 year"),
        ("budget top up @anna 5 forever", "budget topup", "5 forever"),
        ("budget set user bob $5", "budget set user", "bob"),
        ("budget topup user Bob Meyer 5 week", "budget topup user", "Bob Meyer"),
        ("budget set user walterw 5", "budget set user", "walterw"),
        ("budget set user anna none", "budget set user", "anna"),
        ("budget export 2026-13", "budget export", "2026-13"),
        ("budget set channel -5", "budget set", "-5"),
        ("budget set channel twenty", "budget set", "twenty"),
        ("budget set workspace 1,000 month", "budget set", "1,000"),
        ("budget set workspace 0.0000001", "budget set", "0.0000001"),
        ("budget topup channel none", "budget topup", "none"),
        ("budget topup channel 0", "budget topup", "0"),
    ],
)
def test_wrong_amount_is_an_answer_and_not_a_paid_picture(text, flag, given):
    with pytest.raises(AskRefused) as caught:
        parse(text)

    assert caught.value.problem is Problem.BAD_VALUE
    assert caught.value.refusal.flag == flag
    assert caught.value.refusal.given == given


def test_price_of_an_impossible_size_names_the_nearest():
    with pytest.raises(AskRefused) as caught:
        parse("budget price 1000x1000 high")

    assert caught.value.problem is Problem.BAD_SIZE
    assert caught.value.refusal.nearest == Size(1008, 1008)
