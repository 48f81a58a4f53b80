"""A refusal of one of several files, and how it is kept with a job until its asker is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote

from bot.errors import AskRefused


def detail_of(refused: AskRefused) -> str:
    """A refusal in one line that can be kept and read back (``facts_in``): ``too_many most=16``."""
    facts = {name: value for name, value in refused.facts.items() if value is not None}
    reason = str(facts.pop("reason", ""))
    if not reason:
        return ""
    return " ".join([reason, *(f"{name}={quote(str(value))}" for name, value in sorted(facts.items()))])[:500]


def facts_in(detail: str) -> dict[str, str]:
    """What ``detail_of`` wrote down. Whatever else the text is, its first word is taken for the reason."""
    reason, *facts = detail.split(" ")
    pairs = (fact.partition("=") for fact in facts)
    return {"reason": reason} | {name: unquote(value) for name, sign, value in pairs if sign}


@contextmanager
def naming(name: str, *, of: int) -> Iterator[None]:
    """A refusal within says which of several files it is about (fact ``name``)."""
    try:
        yield
    except AskRefused as refused:
        if of > 1 and name and "name" not in refused.facts:
            raise AskRefused(refused.problem, **refused.facts, name=name) from refused
        raise
