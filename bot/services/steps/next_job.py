"""Starts the job that a step from a picture is: again, vary, finish, another shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.jobs.job import Job
from bot.domain.jobs.shown import SHEET
from bot.domain.money import Money
from bot.domain.requests.ask import SAME_PRESS_SECONDS, Ask
from bot.domain.requests.refusals import AskRefused, FineEnough, WhichOfThese
from bot.domain.requests.request import UNNAMED, Named, PictureRequest
from bot.domain.requests.sizes import PixelClass
from bot.domain.requests.source import SourceRef
from bot.domain.requests.steps import Step, finished, reshaped, same_in, size_named, varied
from bot.domain.requests.variations import Orders, Variation, gathered
from bot.ports import Store, Transaction
from bot.services.job_pictures import owner_of, pictures_of
from bot.services.job_sets import set_of
from bot.services.requests.admission import Accepted
from bot.services.requests.edit_target import again_at
from bot.services.requests.start_job import StartJob
from bot.services.steps.targets import Act, Target, answered_in, find_job, find_target


@dataclass(frozen=True, slots=True)
class Wish:
    """A paid step. ``size`` was named (see ``size_named``); several ``sizes`` at once are a set,
    the picture in each. ``is_press``: it is a press of a button, not a message. ``is_anew``: the job has left
    nothing in its place, perhaps not even its thread. ``agreed`` is the price that was seen on the button,
    ``ask_ts`` the message that asked. ``is_private``: only the person is to see what comes of it, also after
    a question. ``named`` is what else was said of the pictures."""

    step: Step
    act: Act
    size: str | None = None
    sizes: tuple[str, ...] = ()
    is_press: bool = True
    is_anew: bool = False
    agreed: Money | None = None
    ask_ts: str | None = None
    is_private: bool = False
    named: Named = UNNAMED


class NextJob:
    """Safe to repeat: the same press within ten seconds, and the same message, are one job."""

    def __init__(self, *, store: Store, start_job: StartJob) -> None:
        self._store = store
        self._start_job = start_job

    async def __call__(self, wish: Wish) -> Accepted:
        """Start the job. Raises AskRefused PictureGone, WhichOfThese where one of several has to be chosen
        first, FineEnough, and what ``StartJob`` raises."""
        return await self._start_job(await self._store.read(lambda tx: self._ask(tx, wish)))

    def _ask(self, tx: Transaction, wish: Wish) -> Ask:
        job = find_job(tx, wish.act)
        if wish.step is Step.AGAIN:
            ordered = job if _is_whole_set(job, wish) else owner_of(tx, job, wish.act.number)[0]
            orders, sources = _again(tx, ordered, wish), _sources(tx, ordered)
            parent, number = ordered.parent_id, ordered.parent_picture
        else:
            target = find_target(tx, wish.act)
            orders = _orders(target, wish)
            if target.number == SHEET:
                numbers = tuple(pictures_of(tx, job))
                price = self._start_job.admission.prices.price_of(orders)
                raise AskRefused(
                    WhichOfThese(
                        job.id,
                        wish.step,
                        numbers,
                        price,
                        wish.size,
                        is_private=wish.is_private,
                        named=wish.named,
                    )
                )
            sources, parent, number = (target.source,), target.job.id, target.number
        key, earlier = _keys(tx, wish)
        return Ask(
            request_key=key,
            earlier_key=earlier,
            place=again_at(job) if wish.is_anew else answered_in(job, wish.act.place),
            user_id=wish.act.user_id,
            request=orders.request,
            variations=orders.variations,
            parent_id=parent,
            parent_picture=number,
            sources=sources,
            agreed=wish.agreed,
            ask_ts=wish.ask_ts,
        )


def _is_whole_set(job: Job, wish: Wish) -> bool:
    return job.leads_set and wish.act.number == SHEET


def _again(tx: Transaction, job: Job, wish: Wish) -> Orders:
    """The order once more; of the sheet of a set the whole set, with its labels and words."""
    if job.member is None or not _is_whole_set(job, wish):
        return Orders(_otherwise(job.request, wish))
    variations = tuple(
        Variation(one.member.label, _otherwise(one.request, wish))
        for one in set_of(tx, job)
        if one.member is not None
    )
    return Orders(gathered(job.member.words, variations), variations)


def _orders(target: Target, wish: Wish) -> Orders:
    """What the step orders: one request, or the picture in each of several sizes."""
    if len(wish.sizes) < 2:
        one = replace(wish, size=next(iter(wish.sizes), wish.size))
        return Orders(wish.named.on(_request(target, one)))
    made = target.job.request
    variations = tuple(Variation(name, _reshaped(made, name)) for name in wish.sizes)
    return Orders(gathered(made.prompt, variations), variations)


def _otherwise(request: PictureRequest, wish: Wish) -> PictureRequest:
    """The same order, with what was named instead."""
    return wish.named.on(_resized(request, wish.size))


def _resized(request: PictureRequest, size: str | None) -> PictureRequest:
    """The same order, in another size if one was named."""
    if size is None:
        return request
    return replace(request, size=size_named(request.size, size) or request.size)


def _request(target: Target, wish: Wish) -> PictureRequest:
    made = target.job.request
    match wish.step:
        case Step.VARY:
            return _resized(varied(made), wish.size)
        case Step.RESHAPE:
            return _reshaped(made, wish.size or "")
        case _:
            final = finished(made, wish.size)
            if final is None:
                raise AskRefused(FineEnough())
            return final


def _reshaped(made: PictureRequest, shape: str) -> PictureRequest:
    """Another shape, or the same one in 2K or 4K at the quality that it has."""
    if shape not in set(PixelClass):
        return reshaped(made, shape)
    larger = same_in(made, PixelClass(shape))
    if larger is None:
        raise AskRefused(FineEnough())
    return larger


def _sources(tx: Transaction, job: Job) -> tuple[SourceRef, ...]:
    """The sources that the job itself had, for the same order once more."""
    return tuple(
        SourceRef(file_id=one.file_id, picture_id=one.picture_id, role=one.role, name=one.name)
        for one in tx.sources.of_job(job.id)
    )


def _keys(tx: Transaction, wish: Wish) -> tuple[str, str | None]:
    """The request key of a press, which is the same for some seconds, and the one before it."""
    if not wish.is_press:
        return wish.act.key, None
    moment = int(tx.now.timestamp()) // SAME_PRESS_SECONDS
    return f"{wish.act.key}:{moment}", f"{wish.act.key}:{moment - 1}"
