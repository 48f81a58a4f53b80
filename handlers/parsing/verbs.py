"""What is said about a picture that is there: again, undo, use 2, finish in 4k. Pure (loop reference 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.requests.ask import UNCLEAR
from bot.domain.requests.request import UNNAMED, Named
from handlers.parsing.references import DIGITS, only_pictures, whole_reference


class Action(StrEnum):
    """What a verb does with the picture that is meant."""

    AGAIN = "again"
    UNDO = "undo"
    VARY = "vary"
    USE = "use"
    FINISH = "finish"
    RESHAPE = "reshape"
    CANCEL = "cancel"
    DELETE = "delete"
    BEFORE = "before"
    VOTE = "vote"


@dataclass(frozen=True, slots=True)
class Verb:
    """A text that is all one verb. ``picture`` is the number of the picture meant (see ``references``), None
    when none was named, UNCLEAR for several, and where the verb takes none. ``size`` is the size or shape
    that was named, as typed, lower case; ``named`` is what flags say beside it."""

    action: Action
    picture: int | None = None
    size: str | None = None
    named: Named = UNNAMED

    @property
    def word(self) -> str:
        """What it is called in an answer."""
        return self.size if self.action is Action.RESHAPE and self.size else self.action.value


_SIMPLE: dict[str, Action] = {
    **dict.fromkeys(
        ("again", "redo", "repeat", "retry", "reroll", "more", "another", "another one", "one more",
         "one more time", "once more", "try again", "do it again"),
        Action.AGAIN,
    ),
    **dict.fromkeys(("undo", "revert", "back", "go back", "previous"), Action.UNDO),
    **dict.fromkeys(("cancel", "stop", "abort", "never mind", "nevermind", "forget it"), Action.CANCEL),
    **dict.fromkeys(("delete", "delete it", "delete this"), Action.DELETE),
    **dict.fromkeys(("before", "before and after"), Action.BEFORE),
    **dict.fromkeys(("vote", "poll"), Action.VOTE),
    **dict.fromkeys(("vary", "variation", "variations", "variants", "remix"), Action.VARY),
    **dict.fromkeys(("finish", "final", "hd", "upscale", "finalise", "finalize"), Action.FINISH),
}  # fmt: skip
_SHAPES = r"wider?|taller|tall|square|portrait|landscape|story|banner|\d{1,2}:\d{1,2}|\d{3,4}[x×]\d{3,4}"
_SIZE = rf"(?P<size>2k|4k|{_SHAPES})"
_AGAIN = re.compile(
    rf"(?:again|redo|repeat|retry|try again|once more),? (?:(?:but|in|as) )?{_SIZE}", re.IGNORECASE
)
_BIGGER = {"bigger": "2k", "larger": "2k", "2k": "2k", "4k": "4k", "in 2k": "2k", "in 4k": "4k"}
_SHAPE = re.compile(
    r"(?:make (?:it|this|that) )?(?:a )?"
    rf"(?P<size>{_SHAPES})",
    re.IGNORECASE,
)
_MAKE_BIGGER = re.compile(
    r"(?:make (?:it|this|that) )?(?P<size>bigger|larger|2k|4k|in 2k|in 4k)", re.IGNORECASE
)
_WITH_PICTURE: tuple[tuple[re.Pattern[str], Action], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), action)
    for pattern, action in (
        (rf"v(?P<ref>{DIGITS})", Action.VARY),
        (rf"u(?P<ref>{DIGITS})", Action.USE),
        (r"(?:vary|variations? of|variants of|remix) (?P<ref>.+)", Action.VARY),
        (rf"(?:vary|remix)(?: (?P<ref>.+?))? in {_SIZE}", Action.VARY),
        (r"(?:use|pick|take|choose|i like|i love|let'?s go with|go with|keep) (?P<ref>.+)", Action.USE),
        (rf"(?:again|redo|repeat|retry|reroll) (?P<ref>.+?) (?:but )?(?:in|as) {_SIZE}", Action.AGAIN),
        (r"(?:again|redo|repeat|retry|reroll) (?P<ref>.+)", Action.AGAIN),
        (r"delete (?P<ref>.+)", Action.DELETE),
        (r"before (?P<ref>.+)", Action.BEFORE),
        (rf"(?:finish|upscale|finali[sz]e|final)(?: (?P<ref>.+?))? in {_SIZE}", Action.FINISH),
        (r"(?:finish|upscale|finali[sz]e) (?P<ref>.+)", Action.FINISH),
    )
)
_IT = re.compile(r"(?:it|this|that)(?: (?:one|picture))?", re.IGNORECASE)
_PRAISE = ("i like ", "i love ")
_HEADS = {
    **{word: action for word, action in _SIMPLE.items() if word != "cancel"},
    **dict.fromkeys(("use", "pick", "take", "choose", "keep", "go with", "let's go with"), Action.USE),
}
"""What may have words behind it that name pictures in a way that it does not take. "cancel all" is a mistyped
command."""

_POLITE = re.compile(
    r"(?:(?:please|now|ok|okay),? )*(?P<verb>.*?)(?:,? (?:please|now|ok|okay))*", re.IGNORECASE
)


def read_verb(text: str) -> Verb | None:
    """The verb that all of ``text`` is, with *please*, *now* or *ok* around it; else None."""
    polite = _POLITE.fullmatch(text)
    bare = polite["verb"].lower() if polite else text.lower()
    if (simple := _SIMPLE.get(bare)) is not None:
        return Verb(simple)
    if (picture := whole_reference(bare)) is not None:
        return Verb(Action.USE, picture)
    if again := _AGAIN.fullmatch(bare):
        return Verb(Action.AGAIN, size=again["size"])
    if bigger := _MAKE_BIGGER.fullmatch(bare):
        return Verb(Action.FINISH, size=_BIGGER[bigger["size"]])
    if shape := _SHAPE.fullmatch(bare):
        return Verb(Action.RESHAPE, size=shape["size"])
    return _about_a_picture(bare)


def _about_a_picture(bare: str) -> Verb | None:
    for pattern, action in _WITH_PICTURE:
        match = pattern.fullmatch(bare)
        if match is None:
            continue
        named = match["ref"]
        picture = whole_reference(named) if named else None
        is_it = named is not None and _IT.fullmatch(named) is not None and not bare.startswith(_PRAISE)
        if named is None or picture is not None or is_it:
            return Verb(action, picture, match.groupdict().get("size"))
    return _unfit(bare)


def _unfit(bare: str) -> Verb | None:
    """A verb with words behind it that name pictures as it cannot take them: "undo 2", "delete them all"."""
    words = bare.split(" ")
    for count in range(len(words) - 1, 0, -1):
        action = _HEADS.get(" ".join(words[:count]).rstrip(","))
        tail = " ".join(words[count:])
        if action is not None and only_pictures(tail):
            return Verb(action) if _IT.fullmatch(tail) else Verb(action, UNCLEAR)
    return None
