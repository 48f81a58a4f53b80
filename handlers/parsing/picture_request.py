"""One picture request from a text with flags, and notes on what was unclear in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.requests import sizes
from bot.domain.requests.amounts import Asked, PictureMode, of_edit, of_new
from bot.domain.requests.lists import find_lists
from bot.domain.requests.refusals import AskRefused, EmptyPrompt, PromptTooLong, UnknownFlag, UnsupportedFlag
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.variations import MOST_OF_ONE, NamedSize
from handlers.parsing.commands import Help, Imagine
from handlers.parsing.find_flags import Typed, find_flags, remove
from handlers.parsing.flags import Flag, Foreign, Setting, Takes, closest
from handlers.parsing.values import bad_value, count_of, format_of, quality_of, sizes_of

MAX_N = MOST_OF_ONE
"""The most pictures that ``--n`` asks for."""

_YES = {"true", "yes", "on", "1"}
_NAMED = (Setting.DRAFT, Setting.FINAL)
"""Flags that are a quality by name."""
_ONE_SIZE = (Setting.RATIO, Setting.SIZE)
_WITH_BRACES = (Setting.SIZES, Setting.WITHOUT)
"""Flags that may have braces in their values."""

_NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)"
_WEIGHT = re.compile(rf"""(?:(?<=[\w)\]"'])::({_NUMBER}|)|(?<=[\w)\]"'] )::({_NUMBER}))(?=[\s,]|$)""")
_ADDRESS = re.compile(
    r"""["'(<]*(https?://(?:[^\s"'<>]+?\.(?:png|jpe?g|webp|gif|avif|tiff?|hei[cf]|bmp|svg)(?:[?#][^\s,"'<>]*)?"""
    r"|(?:s\.mj\.run|cdn\.discordapp\.com|media\.discordapp\.net|cdn\.midjourney\.com)/[^\s,\"'<>]+))"
    r"""(?=[\s,;"')>]|$)""",
    re.IGNORECASE,
)

_BLANK = frozenset("\u2800\u115f\u1160\u3164\uffa0")
"""Letters and signs that show nothing, by their Unicode names: blank pattern, fillers."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds when nothing is asked for. ``sources`` above 0 makes the ask an edit. ``quality`` and
    ``count`` are what a form says, None for a text alone."""

    max_prompt: int
    quality: Quality | None
    format: Format
    size: Size
    sources: int
    count: int | None = None


def read_picture(text: str, defaults: Defaults) -> Imagine | Help:
    """The picture that straightened ``text`` asks for. Raises AskRefused for what must not be paid for."""
    flags = find_flags(text)
    if any(isinstance(typed.known, Flag) and typed.known.setting is Setting.HELP for typed in flags):
        return Help()
    _refuse_foreign(text, flags)
    _refuse_unknown(text, flags)
    _refuse_weights(text)
    _refuse_address(remove(text, flags))
    chosen = _Chosen([typed for typed in flags if isinstance(typed.known, Flag)])
    asked = chosen.amount(defaults)
    file_format = chosen.format() or defaults.format
    several = chosen.set_of_sizes()
    size = several[0].size if several else chosen.size()
    size = size or (None if defaults.sources else defaults.size)
    _refuse_inside_lists(text, flags)
    prompt = chosen.without(remove(text, flags))
    if not any(map(_is_word, prompt)):  # a lone "--" is no picture
        raise AskRefused(EmptyPrompt())
    if len(prompt) > defaults.max_prompt:
        raise AskRefused(PromptTooLong(len(prompt), defaults.max_prompt))
    kind = Kind.EDIT if defaults.sources else Kind.GENERATE
    quality, n = of_edit(asked, None) if defaults.sources else of_new(asked, PictureMode.SINGLE)
    request = PictureRequest(kind, prompt, size, quality, file_format, n, sources=defaults.sources)
    sizes = several if len(several) > 1 else ()
    return Imagine(request, tuple(chosen.notes), asked, sizes, chosen.is_private())


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC" and char not in _BLANK


def _refuse_weights(text: str) -> None:
    """Refuse ``hot:: dog::2``: by that Midjourney weighs words, and here it would be drawn as text."""
    found = _WEIGHT.findall(text)
    if found:
        rest = " ".join(_WEIGHT.sub("", text).split())
        weights = ", ".join(f"::{near or apart}" for near, apart in found)
        raise AskRefused(UnsupportedFlag(weights, without=rest))


def _refuse_address(text: str) -> None:
    """Refuse a picture's address before the words: other bots start from it, and nobody here opens it."""
    found = _ADDRESS.match(text)
    if found:
        todo = "Send the picture itself, and say there what to change."
        why = "an address, and addresses are not opened here"
        raise AskRefused(UnsupportedFlag(found[1], why, todo=todo))


def _refuse_inside_lists(text: str, flags: list[Typed]) -> None:
    """Refuse ``{cat --q low, dog}``: without the flag it would be another list, or none."""
    own = [typed for typed in flags if _setting(typed) not in _WITH_BRACES]
    count = find_lists(text).count
    if find_lists(remove(text, own)).count != count:
        inside = (typed for typed in own if find_lists(remove(text, [typed])).count != count)
        why = "among the options of a list, and counts for all of them"
        raise AskRefused(UnsupportedFlag(next(inside, own[0]).flag, why, todo="Put it behind the list."))


def _refuse_foreign(text: str, flags: list[Typed]) -> None:
    """Refuse flags of other bots, all in one answer: a pasted Midjourney prompt has several."""
    foreign = [typed for typed in flags if isinstance(typed.known, Foreign)]
    if foreign:
        names = list(dict.fromkeys(typed.flag for typed in foreign))
        raise AskRefused(UnsupportedFlag(", ".join(names), without=remove(text, foreign)))


def _refuse_unknown(text: str, flags: list[Typed]) -> None:
    unknown = [typed for typed in flags if typed.known is None]
    if unknown:
        names = list(dict.fromkeys(typed.flag for typed in unknown))
        near = closest(unknown[0].name)
        raise AskRefused(UnknownFlag(", ".join(names), near, without=remove(text, unknown)))


class _Chosen:
    """The settings that a text's flags choose. Of a repeated one the last wins, and a note says so."""

    def __init__(self, flags: list[Typed]) -> None:
        self._flags = flags
        self.notes: list[str] = []

    def amount(self, defaults: Defaults) -> Asked:
        """Quality and number as typed, else as a form says."""
        last = self._last([Setting.QUALITY, *_NAMED])
        n = self.count() or defaults.count
        if last is None:
            return Asked(defaults.quality, n)
        if _setting(last) is Setting.QUALITY:
            return Asked(quality_of(_value(last), last.flag), n)
        _takes_nothing(last)
        is_draft = _setting(last) is Setting.DRAFT
        return Asked(Quality.LOW if is_draft else Quality.HIGH, n, is_draft)

    def is_private(self) -> bool:
        private = [typed for typed in self._flags if _setting(typed) is Setting.PRIVATE]
        for typed in private:
            _takes_nothing(typed)
        return bool(private)

    def format(self) -> Format | None:
        last = self._last([Setting.FORMAT])
        return format_of(_value(last), last.flag) if last else None

    def count(self) -> int | None:
        last = self._last([Setting.COUNT])
        return count_of(_value(last), MAX_N, last.flag) if last else None

    def set_of_sizes(self) -> tuple[NamedSize, ...]:
        """Those of ``--sizes``; none where ``--size`` or ``--ar`` comes after it: the last counts."""
        last = self._last([Setting.SIZES])
        other = _last_of([typed for typed in self._flags if _setting(typed) in _ONE_SIZE])
        if last is None:
            return ()
        if other is not None:
            self._note_repeats(sorted([last, other], key=lambda typed: typed.start))
        if other is not None and other.start > last.start:
            return ()
        return sizes_of(_value(last), last.flag, _expected(last))

    def size(self) -> Size | None:
        """``--ar`` shapes ``--size 2k``; of a ratio and a size that contradict each other the last wins."""
        flags = [typed for typed in self._flags if _setting(typed) in _ONE_SIZE]
        shape = _last_of([typed for typed in flags if _is_ratio(typed)])
        pixels = _last_of([typed for typed in flags if not _is_ratio(typed)])
        pixels = None if pixels and _is_auto(pixels) else pixels
        self._note_repeats([typed for typed in flags if _is_ratio(typed)])
        self._note_repeats([typed for typed in flags if not _is_ratio(typed)])
        pixel_class = sizes.parse_class(pixels.value or "") if pixels else None
        if shape is None:
            return sizes.parse_size(_value(pixels)) if pixels else None
        if pixels is None or pixel_class:
            return self._shaped(shape, pixel_class or sizes.PixelClass.K1)
        return self._shape_or_pixels(shape, pixels)

    def _shape_or_pixels(self, shape: Typed, pixels: Typed) -> Size:
        spelled = sizes.parse_size(_value(pixels))
        if Fraction(spelled.width, spelled.height) == sizes.parse_ratio(_value(shape)):
            return spelled
        size = self._shaped(shape, sizes.PixelClass.K1) if shape.start > pixels.start else spelled
        self.notes.append(f"{shape.flag} and {pixels.flag} were both given: the last one counts ({size}).")
        return size

    def without(self, prompt: str) -> str:
        """The prompt with what it must not show: the model takes no negative prompt, but it reads."""
        typed = [each for each in self._flags if _setting(each) is Setting.WITHOUT]
        banned = ", ".join(_value(each) for each in typed)
        if not banned or not prompt:
            return prompt
        sentence = f"Do not show: {banned}."
        self.notes.append(f"--no became part of the words: {sentence}")
        return f"{prompt}{'' if prompt[-1] in '.!?。！？' else '.'} {sentence}"

    def _shaped(self, shape: Typed, pixels: sizes.PixelClass) -> Size:
        ratio = sizes.parse_ratio(_value(shape))
        size = sizes.from_ratio(ratio, 1, pixels=pixels, given=_value(shape))
        if Fraction(size.width, size.height) != ratio:
            self.notes.append(
                f"{shape.flag} {shape.value} is drawn as {size}, the nearest that the image service takes."
            )
        return size

    def _last(self, settings: Sequence[Setting]) -> Typed | None:
        flags = [typed for typed in self._flags if _setting(typed) in settings]
        self._note_repeats(flags)
        return _last_of(flags)

    def _note_repeats(self, flags: list[Typed]) -> None:
        if len({(typed.value or typed.flag).lower() for typed in flags}) > 1:
            last = flags[-1]
            said = _said(last)
            other = next(typed for typed in reversed(flags) if _said(typed) != said)
            both = f"{other.flag} and {last.flag} were both given"
            given = f"{last.flag} was given more than once" if other.flag == last.flag else both
            self.notes.append(f"{given}: the last one counts ({said}).")


def _said(typed: Typed) -> str:
    return f"{typed.flag} {typed.value}" if typed.value else typed.flag


def _last_of(flags: list[Typed]) -> Typed | None:
    return flags[-1] if flags else None


def _setting(typed: Typed) -> Setting | None:
    return typed.known.setting if isinstance(typed.known, Flag) else None


def _is_ratio(typed: Typed) -> bool:
    """Also ``--size 16:9``; but ``--ar landscape_16_9`` names a size."""
    value = (typed.value or "").lower()
    if _setting(typed) is Setting.RATIO:
        return value.replace("-", "_") not in sizes.PRESETS or value == "square"
    return ":" in value and any(char.isdigit() for char in value)


def _takes_nothing(typed: Typed) -> None:
    """Raises AskRefused BadValue for ``--draft=no``: what was meant cannot be told."""
    if typed.value is not None and typed.value.lower() not in _YES:
        bad_value(typed.flag, typed.value, "nothing after it")


def _is_auto(typed: Typed) -> bool:
    return (typed.value or "").lower() == "auto"


def _expected(typed: Typed) -> str:
    return typed.known.expected if isinstance(typed.known, Flag) else ""


def _value(typed: Typed) -> str:
    """The flag's value. Raises AskRefused BadValue when it has none."""
    if not typed.value and isinstance(typed.known, Flag) and typed.known.takes is not Takes.NOTHING:
        bad_value(typed.flag, "", _expected(typed))
    return typed.value or ""
