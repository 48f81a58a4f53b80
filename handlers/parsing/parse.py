"""The entrance of this package: one command from a text as decoded from Slack."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.requests.ask import Choice, TypedAsk
from bot.domain.requests.refusals import AskRefused, EmptyPrompt, PromptTooLong
from bot.domain.requests.request import Format, Quality, Size
from bot.domain.requests.sizes import DEFAULT_SIZE
from bot.errors import NotAnAsk
from handlers.parsing.commands import Command, Imagine, NotAPicture, OpenForm
from handlers.parsing.find_flags import Typed, find_flags, remove, straighten
from handlers.parsing.flags import Flag, Setting
from handlers.parsing.formatting import without_formatting
from handlers.parsing.picture_request import Defaults, read_picture
from handlers.parsing.references import take_reference
from handlers.parsing.sub_commands import sub_command
from handlers.parsing.text_input import clean
from handlers.parsing.verb_flags import with_flags
from handlers.parsing.verbs import Action
from handlers.parsing.words import Said, bare_words, read_words, without_request

_FLAG_ROOM = 2000
"""Characters that flags may take beyond the longest prompt; more is not even searched for flags."""


_ALSO_NOUNS = frozenset((Action.RESHAPE, Action.FINISH))
"""Verbs whose words describe pictures as well: banner, square, final."""


def parse(
    text: str,
    *,
    max_prompt: int = 4000,
    default_quality: Quality | None = None,
    default_format: Format = Format.PNG,
    default_size: Size = DEFAULT_SIZE,
    default_count: int | None = None,
    sources: int = 0,
    in_conversation: bool = False,
) -> Command:
    """What ``text`` (decoded, as typed) means; nothing typed is OpenForm.

    ``in_conversation``: it was said in a thread or a direct message, where "again" is about the picture that
    is there. ``default_quality`` and ``default_count`` are what a form says. ``sources`` counts the pictures
    that came with it: above 0 the request is an edit, whose size stays None when none was asked for.
    ``max_prompt`` counts characters of the finished prompt.

    Raises AskRefused, and nothing else: UnknownFlag, UnsupportedFlag, BadValue, BadSize, EmptyPrompt or
    PromptTooLong.
    """
    text = straighten(without_formatting(clean(text))).strip()
    if not text:
        return OpenForm()
    for mark in ('"', "`"):
        if len(text) > 2 and text[0] == text[-1] == mark and text.count(mark) == 2:
            text = text[1:-1].strip()  # quotes around everything: the flags inside count
    command = sub_command(text) or sub_command(bare_words(remove(text, _private_in(text))))
    if command is not None:
        return command
    if len(text) > max_prompt + _FLAG_ROOM:
        raise AskRefused(PromptTooLong(len(text), max_prompt))
    defaults = Defaults(max_prompt, default_quality, default_format, default_size, sources, default_count)
    said = _said(text, in_conversation=in_conversation)
    picture = read_picture(without_request(text, is_edit=sources > 0), defaults)
    if said is None or not isinstance(picture, Imagine):
        return picture
    if said.verb is not None and in_conversation:
        said = replace(said, verb=with_flags(said.verb, text, defaults))
    return NotAPicture(said, picture)


def _said(text: str, *, in_conversation: bool) -> Said | None:
    """What the text says instead of asking for a picture. Whoever types a flag asks for one, except after a
    verb: "again --ar 16:9". Where no picture is at hand "banner --ar 3:1" is one. --private says only where
    the answer goes."""
    flags = [typed for typed in find_flags(text) if isinstance(typed.known, Flag)]
    said = read_words(remove(text, flags), in_conversation=in_conversation)
    if len(flags) == len(_private_in(text)) or said is None:
        return said
    is_verb = said.verb is not None and (in_conversation or said.verb.action not in _ALSO_NOUNS)
    return said if is_verb else None


def _private_in(text: str) -> list[Typed]:
    known = ((typed, typed.known) for typed in find_flags(text))
    return [typed for typed, flag in known if isinstance(flag, Flag) and flag.setting is Setting.PRIVATE]


def read_message(text: str, sources: int, *, in_conversation: bool) -> TypedAsk:
    """The picture that the text of a message asks for.

    Raises AskRefused as ``parse``, also when nothing is said; NotAnAsk when ``text`` is another command.
    """
    match parse(text, sources=sources, in_conversation=in_conversation):
        case Imagine(request, notes, asked, sizes, is_private):
            number, prompt = take_reference(request.prompt)
            choice = Choice(number, prompt) if number is not None and in_conversation else None
            return TypedAsk(request, notes, choice=choice, asked=asked, sizes=sizes, is_private=is_private)
        case NotAPicture(_, Imagine(request, notes, asked, sizes, is_private)):
            return TypedAsk(request, notes, is_clear=False, asked=asked, sizes=sizes, is_private=is_private)
        case OpenForm():
            raise AskRefused(EmptyPrompt(sources))
        case command:
            raise NotAnAsk(type(command).__name__)
