"""What the form begins with: words, settings, pictures to show, last choices, and what is left to spend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.budget.limits import Role
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.jobs.job import Job, Picture, PictureState
from bot.domain.jobs.shown import SHEET, Preview
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.change import Change
from bot.domain.requests.choices import Choices
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Kind, PictureRequest
from bot.domain.requests.source import SourceRole
from bot.domain.requests.variations import MOST_OF_ONE, typed_again
from bot.ports import Store, Transaction
from bot.ports.people import People
from bot.services.budget.accounts import Accounts
from bot.services.job_pictures import owner_of, pictures_of
from bot.services.job_sets import shown_in
from bot.services.job_view import view_of, whole_of
from bot.services.requests.edit_target import again_at, draft_of, job_of, shared_of, thread_of
from bot.services.requests.preferences import Preferences

LOOKED_AT = 50
"""How many of a person's newest jobs are looked through for their last change of a picture."""


@dataclass(frozen=True, slots=True)
class FormStart:
    """``place`` is where the answer goes (None: the person has to say). ``request`` has the words and
    settings to begin with. ``job`` with its shared ``pictures`` is the result to edit; ``number`` is the
    picture of it, from 1, or 0 for any of them. ``last`` is the person's last change of it. ``sources``
    counts the pictures, without masks, that the ask starts from already. ``choices`` are the person's last
    ones, ``new`` is what a new picture begins with. ``left`` is the least that is left of their budgets
    (None: no limit)."""

    place: Place | None = None
    request: PictureRequest | None = None
    job: Job | None = None
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    previews: tuple[Preview, ...] = ()
    number: int = 0
    last: Change | None = None
    sources: int = 0
    has_mask: bool = False
    choices: Choices | None = None
    new: Choices = field(default_factory=Choices)
    left: Money | None = None


class FormStarts:
    """Reads it in one transaction; only ``keep`` writes. Raises StoreUnavailable."""

    def __init__(self, *, store: Store, accounts: Accounts, people: People, preferences: Preferences) -> None:
        self._store = store
        self._preferences = preferences
        self._accounts = accounts
        self._people = people

    async def empty(self, team_id: str, user_id: str, place: Place | None) -> FormStart:
        """For a new picture."""
        return await self._read(team_id, user_id, lambda _tx: FormStart(place))

    async def of_picture(self, team_id: str, user_id: str, job_id: str, number: int) -> FormStart:
        """For an edit of picture ``number`` of a job, 0 for one that is still to be chosen. Raises AskRefused
        NotFound, or NoSource when none of its pictures is there."""
        return await self._read(
            team_id, user_id, lambda tx: _of_picture(tx, job_of(tx, team_id, job_id), number, user_id)
        )

    async def of_files(self, place: Place, user_id: str, file_ids: Sequence[str]) -> FormStart:
        """For an edit of the files of one message in the thread ``place``: if they are pictures of one job,
        or stand for some, for an edit of that job's."""

        def unit(tx: Transaction) -> FormStart:
            for job in shown_in(tx, place) if file_ids else ():
                own: dict[str | None, int] = {
                    preview.file_id: preview.number for preview in tx.previews.of_job(job.id)
                }
                own |= {picture.file_id: number for number, picture in pictures_of(tx, job).items()}
                if set(file_ids) <= set(own):
                    numbers = {own[file_id] for file_id in file_ids}
                    return _of_picture(tx, job, numbers.pop() if len(numbers) == 1 else SHEET, user_id)
            return FormStart(place, sources=len(file_ids))

        return await self._read(place.team_id, user_id, unit)

    async def of_words(self, team_id: str, user_id: str, job_id: str) -> FormStart:
        """For asking again for what a job was to be, in other words. Raises AskRefused NotFound."""

        def unit(tx: Transaction) -> FormStart:
            job = job_of(tx, team_id, job_id)
            roles = [source.role for source in tx.sources.of_job(job.id)]
            return _of_request(again_at(job), _as_typed(job), roles)

        return await self._read(team_id, user_id, unit)

    async def of_old_words(self, team_id: str, user_id: str, job_id: str, place: Place | None) -> FormStart:
        """For a new picture with the words and settings of a job, in ``place``. Raises AskRefused
        NotFound."""

        def unit(tx: Transaction) -> FormStart:
            return FormStart(place, _as_typed(job_of(tx, team_id, job_id)))

        return await self._read(team_id, user_id, unit)

    async def of_draft(self, team_id: str, user_id: str, ref: str) -> FormStart:
        """For changing a pending request of this person. Raises AskRefused as ``edit_target.draft_of``."""

        def unit(tx: Transaction) -> FormStart:
            ask = draft_of(tx, team_id, ref, user_id).ask
            request = typed_again(ask.request, ask.variations) if ask.variations else ask.request
            return _of_request(ask.place, request, [source.role for source in ask.sources])

        return await self._read(team_id, user_id, unit)

    async def keep(self, team_id: str, user_id: str, choices: Choices) -> None:
        """Keep what the person chose, for the next form. Safe to repeat: the last counts."""

        def unit(tx: Transaction) -> None:
            kept = replace(choices, mode=self._own_mode(tx, team_id, user_id))
            tx.key_values.put(_key(team_id, user_id), kept.as_text())

        await self._store.write(unit)

    async def _read(self, team_id: str, user_id: str, unit: Callable[[Transaction], FormStart]) -> FormStart:
        role = await self._people.role(team_id, user_id) or Role.MEMBER

        def whole(tx: Transaction) -> FormStart:
            start = unit(tx)
            kept = Choices.read(tx.key_values.get(_key(team_id, user_id)), most=MOST_OF_ONE)
            return replace(
                start,
                choices=kept,
                new=self._new(tx, kept, start.place or Place(team_id, user_id), user_id),
                left=self._left(tx, start.place, Scope(ScopeKind.USER, team_id, user_id), role),
            )

        return await self._store.read(whole)

    def _new(self, tx: Transaction, kept: Choices | None, place: Place, user_id: str) -> Choices:
        """The person's last choices; without any, or where they have decided since how they draw, what their
        way of drawing means."""
        if kept is not None:
            return kept.in_mode(self._own_mode(tx, place.team_id, user_id))
        return Choices.first(self._preferences.mode_in(tx, place, user_id))

    def _own_mode(self, tx: Transaction, team_id: str, user_id: str) -> PictureMode:
        """How the person draws where no channel has a say."""
        return self._preferences.mode_in(tx, Place(team_id, user_id), user_id)

    def _left(self, tx: Transaction, place: Place | None, person: Scope, role: Role) -> Money | None:
        """The least that is left in ``place``; as long as nobody has said where, of channels none counts."""
        try:
            rows = self._accounts.glance(tx, place or Place(person.team_id, person.id), person.id, role)
        except AskRefused:  # a clock that cannot be trusted: the form is complete without it
            return None
        counted = [row for row in rows if place is not None or row.scope.kind is not ScopeKind.CHANNEL]
        return min((row.left for row in counted if row.left is not None and row.refuses), default=None)


def _of_picture(tx: Transaction, job: Job, number: int, user_id: str) -> FormStart:
    job, number = owner_of(tx, job, number)
    made = shared_of(tx, job)
    chosen = next(iter(made)) if len(made) == 1 else number if number in made else 0
    return FormStart(
        place=thread_of(job),
        request=whole_of(tx, job).request if not chosen else job.request,
        job=job,
        pictures=made,
        previews=tuple(p for p in view_of(tx, job).previews if p.state is PictureState.SHARED),
        number=chosen,
        last=_last_change(tx, job, chosen, user_id),
        sources=1,
    )


def _last_change(tx: Transaction, job: Job, number: int, user_id: str) -> Change | None:
    """What the person last wanted changed in this picture; in any of the job's where none is chosen."""
    jobs = tx.jobs.newest(limit=LOOKED_AT, team_id=job.place.team_id, user_id=user_id)
    for later in jobs:
        of_it = later.parent_id == job.id and number in {0, later.parent_picture or 1}
        if of_it and later.request.kind is Kind.EDIT:
            return Change.read(later.request.prompt)
    return None


def _as_typed(job: Job) -> PictureRequest:
    """What was asked for: of the first of a set the words of all of it."""
    if job.member is None or not job.leads_set:
        return job.request
    return replace(job.request, prompt=job.member.words)


def _of_request(place: Place, request: PictureRequest, roles: Sequence[SourceRole]) -> FormStart:
    masks = sum(role is SourceRole.MASK for role in roles)
    return FormStart(
        place=place, request=request, sources=len(roles) - masks, has_mask=bool(masks) or request.has_mask
    )


def _key(team_id: str, user_id: str) -> str:
    return f"choices:{team_id}:{user_id}"
