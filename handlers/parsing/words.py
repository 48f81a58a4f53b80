"""Tells a picture from what people say around one: thanks, questions, verbs, mistyped commands. Pure.

A picture costs money, and a text that asks for none must not buy one. Fixed rules decide by the words alone:
the first that fits counts, and what fits none is a picture (loop reference 5).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.requests.ask import UNCLEAR
from handlers.parsing.slips import meant_command
from handlers.parsing.verbs import Verb, read_verb


class Reading(StrEnum):
    """What a text is that is neither a command nor a picture."""

    TALK = "talk"
    THANKS = "thanks"
    QUESTION = "question"
    MONEY_QUESTION = "money question"
    VERB = "verb"
    SLIP = "slip"  # one word, a command with a mistake in it
    NEAR = "near"  # a command and a word that it does not take
    SEARCH = "search"
    BUDGET = "budget"  # a budget command with something wrong in it


@dataclass(frozen=True, slots=True)
class Said:
    """A text that is answered free. ``command`` is the command that was probably meant (SLIP, NEAR),
    ``words`` what is looked for (SEARCH), ``verb`` what is to be done with a picture (VERB)."""

    reading: Reading
    command: str = ""
    words: str = ""
    verb: Verb | None = None


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PRAISE = _set(
    "cheers thanks thank thx ty tysm thankyou ta merci danke gracias great nice cool perfect awesome amazing"
    " lovely beautiful brilliant excellent wow wonderful super neat sweet love"
)
_CORE = _PRAISE | _set(
    "hi hello hey hiya yo bye goodbye good well ok okay k yes no yep yeah nope sure fine right sorry please"
    " lol haha hm hmm oops test testing ping morning like looks"
)
_TALK = _CORE | _set(
    "afternoon evening night done job work one you u so very much a lot that thats that's this is it its it's"
    " look for the all there again everyone team bot imagine i im i'm am"
)
_THANKS = re.compile(
    r"(?:thanks|thank you|thankyou|thx|ty|tysm|cheers)(?: (?:so much|a lot|very much))*",
    re.IGNORECASE,
)
_MOST_TALK, _MOST_QUESTION, _MOST_SEARCH, _MOST_BUDGET = 6, 12, 4, 3
"""The most words of each kind of text; longer ones describe pictures."""

_PHRASES = frozenset(("got it", "sounds good", "that's it", "thats it", "hello world"))
_NAMED = re.compile(r"(?:^|(?<=\s))@\S+")
"""People who are thanked or greeted."""

_ASKS = _set(
    "what how who why when where which can could do does did are is will would should may"
    " whats hows whos whens wheres"
)
_DRAW = "draw|make|paint|create|generate|render|design|sketch|show me|give me"
_CHANGE = "do|change|remove|add|replace|turn|put|edit|fix|try|have|get"
_POLITE = r"(?:please )?(?:can|could|will|would) (?:you|we) (?:please )?"
_REQUEST = re.compile(rf"{_POLITE}(?=(?:{_DRAW}|{_CHANGE})\b)", re.IGNORECASE)
_TO_DRAW = re.compile(rf"{_POLITE}(?:{_DRAW}) (?:(?:me|us) )?(?=\S)", re.IGNORECASE)
_MONEY = _set("cost costs price prices budget much money left")
_BUDGET = _set("set topup top approve approvals who history export pause resume zone week price verify")
_MARKED = re.compile(r"[\d$@#]")
_IT = _set("it that this")

_WORD = re.compile(r"[\w']+")
_NAMED_EMOJI = re.compile(
    r"(?<![\w:]):[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*:(?::skin-tone-[2-6]:)?", re.IGNORECASE
)
_STRAIGHT = str.maketrans("“”„‟″＂‘’‚‛＇", '""""""' + "'''''")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_ENDS = ".!…? "


def plain(text: str) -> str:
    """``text`` as the rules read it: compatibility forms made plain, quotes straight, no emoji, single
    spaces."""
    text = _NAMED_EMOJI.sub(" ", unicodedata.normalize("NFKC", text.translate(_STRAIGHT)))
    kept = ("" if char in _JOINERS else " " if _is_emoji(char) else char for char in text)
    return " ".join("".join(kept).split())


def bare_words(text: str) -> str:
    """``plain`` text without the marks that end it: "help…" with two folded hands is help."""
    return plain(text).rstrip(_ENDS)


def read_words(text: str, *, in_conversation: bool = False) -> Said | None:
    """What ``text``, which is no whole command and has no flags, says instead of asking for a picture; None
    when it is a picture. ``in_conversation``: pictures may be at hand, so "vary both" is about them."""
    spoken, bare = plain(text), bare_words(text)
    words = _WORD.findall(bare.lower())
    if not words:
        return Said(Reading.TALK)
    verb = _verb(bare)
    if verb is not None and (in_conversation or verb.picture != UNCLEAR):
        return Said(Reading.VERB, verb=verb)
    return _talk(bare) or _question(spoken, bare, words) or _near_command(bare, words)


def without_request(text: str, *, is_edit: bool) -> str:
    """``text`` without a leading "can you draw", which describes nothing; of an edit only "can you" goes, as
    "paint the door red" says what to do."""
    return (_REQUEST if is_edit else _TO_DRAW).sub("", text, count=1)


def _verb(bare: str) -> Verb | None:
    """The verb that is all that is said; *it*, *that* or *this* may follow it."""
    head, _, tail = bare.rpartition(" ")
    return read_verb(bare) or (read_verb(head) if tail.lower() in _IT else None)


def _talk(bare: str) -> Said | None:
    named = " ".join(_NAMED.sub("", bare).split()).strip(" ,")
    words = _WORD.findall(named.lower())
    if not words:
        return None
    said = Said(Reading.THANKS if _PRAISE & set(words) else Reading.TALK)
    if _THANKS.fullmatch(named) or named.lower() in _PHRASES:
        return said
    small = len(words) <= _MOST_TALK and set(words) <= _TALK and bool(_CORE & set(words))
    return said if small else None


def _question(spoken: str, bare: str, words: Sequence[str]) -> Said | None:
    if not spoken.endswith("?") or len(words) > _MOST_QUESTION or words[0].split("'")[0] not in _ASKS:
        return None
    if _REQUEST.match(bare):
        return None
    return Said(Reading.MONEY_QUESTION if _MONEY & set(words) else Reading.QUESTION)


def _near_command(bare: str, words: Sequence[str]) -> Said | None:
    command = meant_command(words[0])
    if command is None:
        return None
    if len(words) == 1:
        return Said(Reading.SLIP, command)
    rest = bare.split(" ", 1)[1] if " " in bare else words[1]
    if command == "find" and words[0] == "find" and len(words) <= 1 + _MOST_SEARCH:
        return Said(Reading.SEARCH, words=rest)
    is_budget = command == "budget" and len(words) > 1 and words[1] in _BUDGET
    if is_budget and (len(words) <= _MOST_BUDGET or _MARKED.search(bare)):
        return Said(Reading.BUDGET, command)
    if len(words) == 2:
        return (
            Said(Reading.SEARCH, words=rest)
            if command in {"history", "find"}
            else Said(Reading.NEAR, command)
        )
    return None


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) == "So" or "\U0001f3fb" <= char <= "\U0001f3ff"
