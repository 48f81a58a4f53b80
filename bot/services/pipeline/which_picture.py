"""Which of a thread's pictures an edit starts from: what the text names, else the newest single one. A choice
between several is never guessed (loop reference 5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.jobs.job import Picture
from bot.domain.requests.ask import LAST, Ask, Choice, TypedAsk
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source import SourceRef
from bot.domain.requests.source_refusals import NoSource
from bot.ports import MessageContext


@dataclass(frozen=True, slots=True)
class Start:
    """What an edit starts from: its sources, the job that made the first of them (None: not ours), and notes
    that tell the asker. Empty for an ask without a picture.

    ``candidates`` are the pictures of which one has to be chosen; ``sets`` are all pictures that the thread
    shows of each job of ours, newest job first. ``attached``: the sources came with the message itself, and
    all of them are meant.
    """

    sources: tuple[SourceRef, ...] = ()
    parent_id: str | None = None
    notes: tuple[str, ...] = ()
    candidates: tuple[SourceRef, ...] = ()
    sets: tuple[tuple[Picture, ...], ...] = ()
    attached: bool = False


def newest_in(seen: MessageContext, results: Sequence[Picture]) -> Start | None:
    """The newest picture or pictures of a thread in which ``results`` are the bot's own, oldest first; None
    for a thread without one.

    Raises AskRefused NoSource where it cannot be found out or all were deleted: a new picture is never made
    instead of the edit.
    """
    if not seen.is_whole:
        if not results:
            raise AskRefused(NoSource(is_unread=True))
        return newest_of(results)
    # A result that was shared after the message was written still counts; a deleted one does not.
    sets = tuple(made for made in _sets(results) if any(one.file_id in seen.shown for one in made))
    if seen.newest:
        ids = {ref.file_id for ref in seen.newest}
        ours = [made for made in sets if any(picture.file_id in ids for picture in made)]
        if not ours:
            return _theirs(seen.newest, sets)
        return _own((*ours, *(made for made in sets if made not in ours)), seen.shown)
    if not results:
        return None
    if not sets:
        raise AskRefused(NoSource())
    return _own(sets, seen.shown)


def newest_of(results: Sequence[Picture]) -> Start:
    """The newest picture or pictures of ``results``, oldest first, of which there is one at least."""
    return _own(_sets(results), {picture.file_id for picture in results})


def chosen(ask: Ask, start: Start, typed: TypedAsk) -> Ask:
    """``ask`` about the picture that its text names. Without a name an ask with candidates keeps them. With
    a name that fits none, or several, the asker has to choose."""
    if typed.choice is None or start.attached or not ask.sources:
        return ask
    of = replace(ask, candidates=ask.candidates or ask.sources[:1])
    if not ask.candidates and (named := _named(start.sets, typed.choice)) is not None:
        of = replace(ask, candidates=tuple(map(_ref, named)), parent_id=named[0].job_id, notes=typed.notes)
    of = replace(of, request=replace(of.request, prompt=typed.choice.prompt))
    return of.choosing(typed.choice.number) or of


def _named(sets: Sequence[tuple[Picture, ...]], choice: Choice) -> tuple[Picture, ...] | None:
    """The newest set of several pictures that has one of this number. The last one is the newest of all."""
    least = max(choice.number, 2)
    return None if choice.number == LAST else next((made for made in sets if len(made) >= least), None)


def _sets(results: Sequence[Picture]) -> tuple[tuple[Picture, ...], ...]:
    """Job by job, the newest first."""
    jobs = dict.fromkeys(picture.job_id for picture in reversed(results))
    return tuple(tuple(one for one in results if one.job_id == job_id) for job_id in jobs)


def _theirs(pictures: tuple[SourceRef, ...], sets: tuple[tuple[Picture, ...], ...]) -> Start:
    """Start from what a person posted."""
    if len(pictures) > 1:
        return Start(pictures[:1], candidates=pictures, sets=sets)
    name = pictures[0].name or "the newest picture here"
    return Start(pictures, notes=(f"Editing {name}.",), sets=sets)


def _own(sets: tuple[tuple[Picture, ...], ...], shown: Collection[str | None]) -> Start:
    """Start from the first of ``sets``, of which ``shown`` are still there. Their numbers stay what they were
    when one was deleted."""
    first, job_id = sets[0], sets[0][0].job_id
    left = [picture for picture in first if picture.file_id in shown]
    if len(left) > 1:
        return Start((_ref(left[0]),), job_id, candidates=tuple(map(_ref, first)), sets=sets)
    which = f"picture {first.index(left[0]) + 1} of " if len(first) > 1 else ""
    return Start((_ref(left[0]),), job_id, (f"Editing {which}#{job_id}.",), sets=sets)


def _ref(picture: Picture) -> SourceRef:
    return SourceRef(file_id=picture.file_id, picture_id=picture.id)
