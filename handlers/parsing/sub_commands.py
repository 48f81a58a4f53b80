"""Sub-commands: a text is one only when all of it has one of these shapes; else it describes a picture."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import ScopeKind
from bot.domain.money import Money
from bot.domain.requests import sizes
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.refusals import AskRefused, BadSize
from bot.domain.requests.request import Quality, Size
from handlers.parsing import commands as c
from handlers.parsing.values import bad_value, quality_of

_ID = r"`?#?(?P<id>[0-9a-hjkmnp-tv-z]{10})`?"  # as the bot says it, with its marks
# A display name may have spaces; then only an amount ends it, so that "@anna in the sun" stays a picture.
_SPACED = r"(?: [^\s<>|$]+){1,4}(?= (?:(?:us)?\$? ?\d|(?:no limit|none|unlimited|off)\b))"
# Slack's ids are longer, those of a sandbox may not be; without a digit it is a word.
_IDENT = r"(?=[0-9a-z]*\d)(?:0[0-9a-z]{2,}|[0-9a-z]{6,})"
_PERSON = rf"<?(?:me|@[^\s<>|]+(?:{_SPACED})?|[uw]{_IDENT})(?:\|[^<>]*)?>?"
_CHANNEL = rf"<?(?:#[^\s<>|]+|c{_IDENT})(?:\|[^<>]*)?>?"
# A name may stand without "user" before it: @anna cannot be anything else, nor can me.
_ME = r"me(?:$| (?:(?:us)?\$? ?\d|(?:usd|no limit|none|unlimited|off)\b))"
_SCOPE = (
    rf"(?P<scope>workspace|default|channel(?: (?P<channel>{_CHANNEL}))?"
    rf"|(?:user |(?=<?@|{_ME}))(?P<person>{_PERSON}))"
)
_WINDOW = r"(?: ?(?:per |an? |each |every |/ ?)?(?P<window>month|week|day|monthly|weekly|daily))?"
_WINDOWS = {
    **dict.fromkeys(("month", "monthly"), Window.MONTH),
    **dict.fromkeys(("week", "weekly"), Window.WEEK),
    **dict.fromkeys(("day", "daily"), Window.DAY),
}
_DAYS = ("mon(?:day)?", "tue(?:sday)?", "wed(?:nesday)?", "thu(?:rsday)?", "fri(?:day)?", "sat(?:urday)?",
         "sun(?:day)?")  # fmt: skip
_MODES = {
    **dict.fromkeys(("drafts", "draft"), PictureMode.DRAFTS),
    "single": PictureMode.SINGLE,
    **dict.fromkeys(("default", "none"), None),
}
_MODE = r"(?: (?P<mode>soft|hard))?"
_UNLIMITED = {"none", "unlimited", "off", "no limit"}
_AMOUNT = r"(?P<amount>no limit|(?:us)?\$? ?[^\s/]+(?: (?:\$|usd))?)"

Shape = tuple[re.Pattern[str], Callable[[re.Match[str]], c.Command | None]]


def sub_command(text: str) -> c.Command | None:
    """The command that all of ``text`` spells; None when it is a picture.

    Raises AskRefused BadValue or BadSize when only the amount or the size of a budget command is wrong:
    nobody wants to pay for a picture of ``budget set channel 1e3``.
    """
    words = " ".join(text.split())
    for shape, command in _SHAPES:
        match = shape.fullmatch(words)
        if match is not None:
            return command(match)
    return None


def _just(command: c.Command) -> Callable[[re.Match[str]], c.Command]:
    return lambda _match: command


def _budget_set(match: re.Match[str]) -> c.Command:
    window = _WINDOWS[match["window"].lower()] if match["window"] else None
    soft = (match["mode"] or "").lower() == "soft"
    if match["amount"].lower() in _UNLIMITED:
        return c.BudgetSet(_scope(match), None, window)
    amount = _amount(match["amount"], "budget set", "$20, 7.50 or none")
    return c.BudgetSet(_scope(match), amount, window, soft=soft)


def _no_person(match: re.Match[str]) -> c.Command:
    bad_value(f"{_named(match)} user", match["given"], "@name, a person's id such as U0123ABCD, or me")


def _no_window(match: re.Match[str]) -> c.Command:
    """One word too many after an amount is a slip; more of them are a picture's."""
    bad_value(_named(match), match["given"], "one amount, then day, week or month")


def _no_month(match: re.Match[str]) -> c.Command:
    bad_value("budget export", match["given"], "a month such as 2026-11")


def _named(match: re.Match[str]) -> str:
    return "budget set" if match["verb"].lower() == "set" else "budget topup"


def _top_up(match: re.Match[str]) -> c.Command:
    amount = _amount(match["amount"], "budget topup", "an amount above zero such as $20")
    if not amount:
        bad_value("budget topup", match["amount"], "an amount above zero such as $20")
    window = _WINDOWS[match["window"].lower()] if match["window"] else Window.MONTH
    return c.BudgetTopUp(_scope(match), amount, window)


def _settings(match: re.Match[str]) -> c.Command:
    return c.SettingsSet(_MODES[match["mode"].lower()], channel=match["channel"] is not None)


def _week(match: re.Match[str]) -> c.Command:
    day = next(number for number, name in enumerate(_DAYS) if re.fullmatch(name, match["day"].lower()))
    return c.BudgetWeek(day)


def _price(match: re.Match[str]) -> c.Command | None:
    """A size and perhaps a quality, in either order; any other words are a picture's."""
    size: Size | None = None
    quality: Quality | None = None
    for word in (match["one"], match["two"]):
        if word and size is None and (found := _size(word)) is not None:
            size = found
        elif word and quality is None and (rated := _quality(word)) is not None:
            quality = rated
        elif word:
            return None
    return c.BudgetPrice(size, quality) if size else None


def _size(word: str) -> Size | None:
    try:
        if ":" in word or "/" in word:
            return sizes.from_ratio(sizes.parse_ratio(word), 1, given=word)
        return sizes.parse_size(word)
    except AskRefused as refused:
        if isinstance(refused.refusal, BadSize):
            raise
        return None


def _quality(word: str) -> Quality | None:
    try:
        return quality_of(word)
    except AskRefused:
        return None


def _amount(text: str, command: str, expected: str) -> Money:
    try:
        return Money.parse(text)
    except ValueError:
        bad_value(command, text, expected)


def _scope(match: re.Match[str]) -> c.ScopeWord:
    kind = ScopeKind.USER if match["person"] else ScopeKind(match["scope"].split()[0].lower())
    target = (match["person"] or match["channel"] or "").strip("<>").split("|")[0]
    if target.lower() == "me":
        return c.ScopeWord(kind)
    ident = target.lstrip("@#").upper()
    if re.fullmatch(rf"[uwc]{_IDENT}", ident, re.IGNORECASE) and (
        target[0] not in "@#" or target[1:] == ident
    ):
        target = ident
    return c.ScopeWord(kind, target or None)


def _month(match: re.Match[str]) -> c.Command:
    return c.BudgetExport(match["month"])


_show = _just(c.BudgetShow())
_SHAPES: list[Shape] = [
    (re.compile(pattern, re.IGNORECASE | re.ASCII), command)
    for pattern, command in (
        (r"(?:help|\?|-h|presets|export)[?!.]*", _just(c.Help())),
        (r"settings(?: show)?[?!.]*", _just(c.SettingsShow())),
        (rf"settings (?P<channel>channel )?(?P<mode>{'|'.join(_MODES)})", _settings),
        # "cancel" and "show" alone lack an id: a list to choose from is better than a paid picture.
        (r"(?:status|cancel)[?!.]*", _just(c.Status())),
        (r"(?:history|hist|show|find)[?!.]*", _just(c.History())),
        (rf"show {_ID}", lambda match: c.Show(match["id"].lower())),
        (rf"cancel {_ID}", lambda match: c.Cancel(match["id"].lower())),
        (r"(?:(?:my )?budget(?: show| help)?|(?:my )?balance)[?!.]*", _show),
        (rf"budget set {_SCOPE} {_AMOUNT}{_WINDOW}{_MODE}", _budget_set),
        (rf"budget set {_SCOPE} {_AMOUNT}{_MODE}{_WINDOW}", _budget_set),
        (rf"budget top[- ]?up {_SCOPE} {_AMOUNT}{_WINDOW}", _top_up),
        (
            rf"budget (?P<verb>set|top[- ]?up) user (?P<given>\S+(?: \S+)?)"
            rf" (?:\$?\d[\d.,]*|none|no limit|unlimited|off){_WINDOW}",
            _no_person,
        ),
        (rf"budget (?P<verb>set|top[- ]?up) {_SCOPE} (?P<given>(?:us)?\$?\d[\d.,]* \S+)", _no_window),
        # Nothing is set without an amount, and nobody wants a picture of it.
        (rf"budget (?:set|top[- ]?up)(?: (?:user|{_SCOPE}))?", _show),
        (r"budget (?:week|(?:time ?)?zone)", _show),
        (r"budget (?:approve|approvals)[?]?", _just(c.BudgetApprovals())),
        (rf"budget week(?: (?:starts|begins))?(?: on)? (?P<day>{'|'.join(_DAYS)})", _week),
        (r"budget history", _just(c.BudgetHistory())),
        (r"budget who[?]?", _just(c.BudgetWho())),
        (r"budget export(?: (?P<month>20\d\d-(?:0[1-9]|1[0-2])))?", _month),
        (r"budget export (?P<given>\d[\d/.-]*)", _no_month),
        (r"budget pause", _just(c.BudgetPause())),
        (r"budget resume", _just(c.BudgetResume())),
        (
            r"budget (?:time ?)?zone (?P<zone>[a-z_]+(?:/[a-z0-9_+-]+){0,2})",
            lambda m: c.BudgetZone(m["zone"]),
        ),
        (r"budget verify", _just(c.BudgetVerify())),
        (r"budget price (?P<one>\S+)(?: (?P<two>\S+))?", _price),
    )
]
