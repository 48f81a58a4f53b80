"""What is said about a picture that is there, carried out: again, undo, vary 2, use 3, finish in 4k."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import SHEET, Posting
from bot.domain.place import Place
from bot.domain.requests.ask import UNCLEAR
from bot.domain.requests.refusals import AskRefused, NoSuchPicture, PictureGone
from bot.domain.requests.steps import Step
from bot.domain.requests.variations import MOST_OF_A_SET
from bot.services.requests.cancel import Cancel
from bot.services.requests.lookup import Lookup
from bot.services.requests.private_place import PrivatePlaces
from bot.services.steps.current import Current, CurrentPictures
from bot.services.steps.next_job import NextJob, Wish
from bot.services.steps.show_picture import ShowPicture
from bot.services.steps.targets import Act
from handlers.commands.cancelling import cancel_or_ask
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies import verb_notices as notices
from handlers.messages.replies.private_ask import comes_privately
from handlers.parsing.verbs import Action, Verb

_PAID = {
    Action.AGAIN: Step.AGAIN,
    Action.VARY: Step.VARY,
    Action.FINISH: Step.FINISH,
    Action.RESHAPE: Step.RESHAPE,
}


_OF_ONE = (Action.USE, Action.VARY, Action.FINISH)
"""Verbs that are about one picture of a sheet, and ask which one."""


class VerbAnswers:
    """Carries verbs out in threads and direct messages. What comes of one appears in the thread; only
    questions and refusals are answered. ``link`` makes links to messages, ``add_votes`` puts
    so many numbers on a job's message."""

    def __init__(
        self,
        *,
        pictures: CurrentPictures,
        private_places: PrivatePlaces,
        next_job: NextJob,
        show: ShowPicture,
        cancel: Cancel,
        lookup: Lookup,
        link: Callable[[str, str | None], Awaitable[str]],
        add_votes: Callable[[Job, int], Awaitable[None]],
    ) -> None:
        self._add_votes = add_votes
        self._link = link
        self._pictures = pictures
        self._private_places = private_places
        self._next_job = next_job
        self._show = show
        self._cancel = cancel
        self._lookup = lookup

    async def __call__(
        self,
        verb: Verb,
        thread: Place,
        user_id: str,
        *,
        key: str,
        ask_ts: str | None,
        is_private: bool = False,
    ) -> Notice | None:
        """Carry the verb out in ``thread``; what it draws comes to the person's direct messages if
        ``is_private``. ``key`` is the same for every delivery of one message. Returns what to tell the
        person, None when the thread shows it. Raises AskRefused, StoreUnavailable and TryLater."""
        if verb.action is Action.CANCEL:
            job_id = await self._lookup.newest_unfinished(thread, user_id)
            if job_id is None:
                return notices.nothing_to_cancel()
            return await cancel_or_ask(self._cancel, thread.team_id, job_id, user_id)
        if verb.action is Action.VOTE:
            return await self._vote(thread, user_id)
        current = await self._meant(verb, thread, user_id)
        if current is None:
            return notices.unclear()
        act = Act(thread.team_id, current.job_id, current.number, user_id, thread, key)
        if (step := _PAID.get(verb.action)) is not None:
            there = await self._private_places(thread, user_id) if is_private else thread
            is_here = there == thread
            wish = Wish(step, replace(act, place=there), verb.size, named=verb.named, is_press=False)
            ask_ts = ask_ts if is_here else None
            await self._next_job(replace(wish, is_private=not is_here, ask_ts=ask_ts))
            return None if is_here else comes_privately(there)
        return await self._free(verb, current, act)

    async def _free(self, verb: Verb, current: Current, act: Act) -> Notice | None:
        match verb.action:
            case Action.USE:
                return await self._used_already(await self._show.use(act))
            case Action.UNDO:
                return await self._undo(current, act)
            case Action.DELETE:
                return notices.delete_question(current.job_id, current.number)
            case _:
                return None if await self._show.compare(act) else notices.nothing_before()

    async def _meant(self, verb: Verb, thread: Place, user_id: str) -> Current | None:
        """The picture that the verb is about; of several, the sheet that they are on, so that one is chosen.
        None where the verb does not take what was named. Raises AskRefused."""
        number = None if verb.picture == UNCLEAR else verb.picture
        current = await self._pictures.find(thread, user_id, number)
        if current is None:
            raise AskRefused(await self._not_there(thread, user_id, number))
        if verb.picture != UNCLEAR:
            return current
        sheet = await self._pictures.newest_sheet(thread, user_id) if verb.action in _OF_ONE else None
        return Current(sheet[0].id, SHEET, current.at) if sheet is not None else None

    async def _not_there(
        self, thread: Place, user_id: str, number: int | None
    ) -> PictureGone | NoSuchPicture:
        """Why nothing is meant: the thread has no picture of that number (any more), or none at all."""
        if number is None or not 1 <= number <= MOST_OF_A_SET:
            return PictureGone()
        sheet = await self._pictures.newest_sheet(thread, user_id)
        count = sheet[1] if sheet is not None else 0
        return PictureGone() if number <= count else NoSuchPicture(number, tuple(range(1, count + 1)))

    async def _used_already(self, known: Posting | None) -> Notice | None:
        if known is None:
            return None
        return notices.used_already(await self._link(known.place.channel_id, known.ts))

    async def _vote(self, thread: Place, user_id: str) -> Notice | None:
        """Put the numbers on the newest sheet, for people to choose by; Slack counts."""
        found = await self._pictures.newest_sheet(thread, user_id)
        if found is None:
            return notices.no_sheet()
        job, count = found
        await self._add_votes(job, count)
        return None

    async def outside(self, place: Place, user_id: str) -> tuple[Job, str] | None:
        """What a verb outside a thread may be about: this person's newest picture here, and a link to it."""
        job = await self._pictures.newest(place, user_id)
        if job is None:
            return None
        return job, await self._link(place.channel_id, job.shown_ts)

    async def _undo(self, current: Current, act: Act) -> Notice | None:
        """Go back to the picture that the current one was made from. One that was picked from a sheet is
        exchanged for another of the sheet."""
        if current.was_used:
            await self._show.use(replace(act, number=SHEET))  # raises the question which one
        before = await self._pictures.before(current)
        if before is None:
            return notices.nothing_before()
        earlier = replace(act, job_id=before.job_id, number=before.number)
        if before.number == SHEET:
            await self._show.use(earlier)
        await self._show.go_back(earlier)
        return None
