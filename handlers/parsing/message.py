"""A message's text as an ask: what a mention or a reply means, with the pictures that it is about."""

from __future__ import annotations

from bot.domain.problem import Problem
from bot.domain.request import PictureRequest
from bot.errors import AskRefused, NotAnAsk
from handlers.parsing.commands import Imagine, OpenForm
from handlers.parsing.read import parse


def read_message(text: str, sources: int) -> tuple[PictureRequest, tuple[str, ...]]:
    """The request and notes for the asker.

    Raises AskRefused as ``parse``; EMPTY_PROMPT (fact ``sources``) when nothing is said; NotAnAsk with the
    command that was typed when it is another one.
    """
    match parse(text, sources=sources):
        case Imagine(request, notes):
            return request, notes
        case OpenForm():
            raise AskRefused(Problem.EMPTY_PROMPT, sources=sources)
        case command:
            raise NotAnAsk(Problem.EMPTY_PROMPT, command=command)
