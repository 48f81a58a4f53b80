"""The flags behind a verb: ``again --ar 16:9``, ``vary 2 -q high``. Pure (loop reference 5)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.requests.refusals import AskRefused, UnsupportedFlag
from bot.domain.requests.request import Named, Quality
from bot.domain.requests.sizes import parse_class
from handlers.parsing.commands import Imagine
from handlers.parsing.find_flags import Typed, find_flags
from handlers.parsing.flags import Flag, Setting
from handlers.parsing.picture_request import Defaults, read_picture
from handlers.parsing.verbs import Action, Verb

_SIZES = frozenset((Setting.RATIO, Setting.SIZE))
_DRAWS = frozenset((Setting.QUALITY, Setting.DRAFT, Setting.FINAL, Setting.COUNT, Setting.FORMAT))
_TAKEN = {
    Action.AGAIN: _DRAWS | _SIZES,
    Action.VARY: _DRAWS | _SIZES,
    Action.FINISH: _DRAWS | _SIZES,
    Action.RESHAPE: _DRAWS,
}
"""Verbs that cost nothing draw nothing: they take none of these."""

_ALWAYS = frozenset((Setting.PRIVATE, Setting.HELP))


def with_flags(verb: Verb, text: str, defaults: Defaults) -> Verb:
    """``verb`` with what the flags of ``text``, straightened, ask for. Raises AskRefused UnsupportedFlag for
    one that the verb does not take, and as ``read_picture``."""
    typed = [(one, one.known.setting) for one in find_flags(text) if isinstance(one.known, Flag)]
    typed = [(one, setting) for one, setting in typed if setting not in _ALWAYS]
    picture = read_picture(text, replace(defaults, sources=1, quality=None, count=None)) if typed else None
    if not isinstance(picture, Imagine):
        return verb
    taken = _TAKEN.get(verb.action, frozenset()) - (_SIZES if verb.size is not None else frozenset())
    is_rough = verb.action is Action.FINISH and picture.asked.quality in {Quality.LOW, Quality.MEDIUM}
    for one, setting in typed:
        is_quality = setting in {Setting.QUALITY, Setting.DRAFT}
        if setting not in taken or (is_rough and is_quality):
            raise AskRefused(UnsupportedFlag(_shown(one), f"not possible after {verb.word}"))
    settings = {setting for _, setting in typed}
    file_format = picture.request.format if Setting.FORMAT in settings else None
    size = picture.request.size
    name = _class_alone([one for one, setting in typed if setting in _SIZES]) or (str(size) if size else None)
    named = Named(picture.asked.quality, picture.asked.n, file_format)
    return replace(verb, size=verb.size or name, named=named)


def _class_alone(flags: list[Typed]) -> str | None:
    """The pixel class that was named without a shape: the shape stays."""
    classes = [parse_class(one.value or "") for one in flags]
    last = classes[-1] if classes and all(classes) else None
    return last.value if last is not None else None


def _shown(typed: Typed) -> str:
    return f"{typed.flag} {typed.value}" if typed.value else typed.flag
