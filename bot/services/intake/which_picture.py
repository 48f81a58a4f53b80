"""Which of a thread's pictures an edit starts from: what the text names, else the newest single one. A choice
between several is never guessed (loop reference 5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.jobs.job import Picture
from bot.domain.requests.ask import LAST, UNCLEAR, Ask, Choice, TypedAsk
from bot.domain.requests.refusals import AskRefused, NoSuchPicture
from bot.domain.requests.source import SourceRef
from bot.domain.requests.source_refusals import NoSource
from bot.ports import MessageContext

Numbers = Mapping[str, int]
"""The number by which people call a picture, by its id."""


@dataclass(frozen=True, slots=True)
class Start:
    """What an edit starts from: its sources, the job that made the first of them (None: not ours) and its
    number where that made several, and notes that tell the asker. Empty for an ask without a picture.

    ``candidates`` are the pictures of which one has to be chosen; ``sets`` are all pictures that the thread
    shows of each job of ours, newest job first. ``attached``: the sources came with the message itself, and
    all of them are meant.
    """

    sources: tuple[SourceRef, ...] = ()
    parent_id: str | None = None
    number: int | None = None
    notes: tuple[str, ...] = ()
    candidates: tuple[SourceRef, ...] = ()
    sets: tuple[tuple[Picture, ...], ...] = ()
    attached: bool = False
    numbers: Numbers = field(default_factory=dict)


def newest_in(seen: MessageContext, results: Sequence[Picture], numbers: Numbers) -> Start | None:
    """The newest picture or pictures of a thread in which ``results`` are the bot's own, oldest first; None
    for a thread without one.

    Raises AskRefused NoSource where it cannot be found out or all were deleted: a new picture is never made
    instead of the edit.
    """
    if not seen.is_whole:
        if not results:
            raise AskRefused(NoSource(is_unread=True))
        return newest_of(results, numbers)
    # A result that was shared after the message was written still counts; a deleted one does not.
    sets = tuple(made for made in _sets(results) if any(one.file_id in seen.shown for one in made))
    if seen.newest:
        ids = {ref.file_id for ref in seen.newest}
        ours = [made for made in sets if any(picture.file_id in ids for picture in made)]
        if not ours:
            return replace(_theirs(seen.newest, sets), numbers=numbers)
        return _own((*ours, *(made for made in sets if made not in ours)), seen.shown, numbers)
    if not results:
        return None
    if not sets:
        raise AskRefused(NoSource())
    return _own(sets, seen.shown, numbers)


def newest_of(results: Sequence[Picture], numbers: Numbers) -> Start:
    """The newest picture or pictures of ``results``, oldest first, of which there is one at least."""
    return _own(_sets(results), {picture.file_id for picture in results}, numbers)


def picked(picture: Picture, number: int, newest: Start) -> Start:
    """Start from the picture that stands alone in the thread, as somebody picked it or went back to it."""
    return replace(
        newest,
        sources=(ref_of(picture, number),),
        parent_id=picture.job_id,
        number=number,
        notes=(f"Changed from picture {number}.",),
        candidates=(),
    )


def chosen(ask: Ask, start: Start, typed: TypedAsk) -> Ask:
    """``ask`` about the picture that its text names. Without a name an ask with candidates keeps them. With
    a name that fits several, the asker has to choose; files of people have no numbers that they could know.
    Raises AskRefused NoSuchPicture for a number that none of our pictures here has."""
    if typed.choice is None or start.attached or not ask.sources:
        return ask
    choice = typed.choice
    of = replace(ask, request=replace(ask.request, prompt=choice.prompt))
    if not ask.candidates:
        named = _named(start.sets, choice, start.numbers)
        is_single = choice.number == 1 and not _sheets(start)
        if named is None and choice.number not in {LAST, UNCLEAR} and not is_single:
            raise AskRefused(NoSuchPicture(choice.number, _numbers_of(start)))
        candidates = tuple(ref_of(one, start.numbers.get(one.id)) for one in named or ())
        of = replace(of, candidates=candidates or ask.sources[:1])
        if named is not None:
            of = replace(of, parent_id=named[0].job_id, notes=typed.notes)
    found = of.choosing(choice.number)
    if found is None and choice.number != UNCLEAR and start.parent_id is not None:
        raise AskRefused(NoSuchPicture(choice.number, _numbers_of(start)))
    return found or of


def _sheets(start: Start) -> list[tuple[Picture, ...]]:
    return [made for made in start.sets if len(made) > 1]


def _numbers_of(start: Start) -> tuple[int, ...]:
    """The numbers of the newest sheet; empty without one."""
    newest = next(iter(_sheets(start)), ())
    return tuple(start.numbers.get(picture.id, at) for at, picture in enumerate(newest, start=1))


def _named(
    sets: Sequence[tuple[Picture, ...]], choice: Choice, numbers: Numbers
) -> tuple[Picture, ...] | None:
    """The newest set of several pictures that has one of this number. The last one is the newest of all."""
    if choice.number == LAST:
        return None
    for made in sets:
        known = {numbers.get(picture.id, at) for at, picture in enumerate(made, start=1)}
        is_left = choice.number > 1 and choice.number in known  # the last one of its sheet
        if is_left or (len(made) > 1 and (choice.number in known or choice.number == UNCLEAR)):
            return made
    return None


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


def _own(sets: tuple[tuple[Picture, ...], ...], shown: Collection[str | None], numbers: Numbers) -> Start:
    """Start from the first of ``sets``, of which ``shown`` are still there. Their numbers stay what they were
    when one was deleted."""
    first, job_id = sets[0], sets[0][0].job_id
    refs = {
        picture.id: ref_of(picture, numbers.get(picture.id, at) if len(first) > 1 else None)
        for at, picture in enumerate(first, start=1)
    }
    left = [refs[picture.id] for picture in first if picture.file_id in shown]
    if len(left) > 1:
        return Start((left[0],), job_id, candidates=tuple(refs.values()), sets=sets, numbers=numbers)
    number = left[0].number
    notes = (f"Changed from picture {number}.",) if number is not None else ()
    return Start((left[0],), job_id, number, notes, sets=sets, numbers=numbers)


def ref_of(picture: Picture, number: int | None) -> SourceRef:
    """A result as an ask names it."""
    return SourceRef(file_id=picture.file_id, picture_id=picture.id, number=number)
