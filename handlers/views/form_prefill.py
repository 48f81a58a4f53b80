"""What the form begins with when it is opened. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.jobs.shown import SHEET, is_shown_as_it_is
from bot.domain.requests.change import Change
from bot.domain.requests.choices import Choices
from bot.domain.requests.request import Size
from bot.domain.requests.sizes import broken_rule
from bot.services.requests.form_start import FormStart
from handlers.messages.block_kit import shorten
from handlers.messages.job.alt_texts import made_from_words, sheet_text
from handlers.views.form_state import OTHER, SAME, SHAPES, Chosen, Mode, Seen, Start, size_behind

_TITLE_CHARACTERS = 150


@dataclass(frozen=True, slots=True)
class Opened:
    """A form as it is opened."""

    start: Start
    seen: Seen
    chosen: Chosen


def prefilled(start: Start, found: FormStart) -> Opened:
    """The form for what was ``found`` about ``start``."""
    known = _known(start, found)
    if found.job is not None:
        return Opened(known, _seen(known, found), _for_picture(known, found))
    if found.request is not None:
        return Opened(known, Seen(), _for_request(known, found))
    if start.is_edit:
        return Opened(known, Seen(_told(known)), _for_files(found))
    return Opened(known, Seen(), _for_new(found.new))


def with_words(chosen: Chosen, found: FormStart) -> Chosen:
    """What is chosen, with the words of the mode that was just chosen, as far as they are not there yet."""
    last = found.last or Change("")
    if chosen.mode is Mode.ANEW:
        return replace(chosen, prompt=chosen.prompt or (found.request.words if found.request else ""))
    return replace(chosen, change=chosen.change or last.change, keep=chosen.keep or last.keep)


def _known(start: Start, found: FormStart) -> Start:
    place, request = found.place, found.request
    known = replace(start, sources=found.sources, has_mask=found.has_mask, left=found.left, same=_same(found))
    if place is not None:
        known = replace(
            known, channel_id=place.channel_id, thread_ts=place.thread_ts, is_private=place.is_private
        )
    if found.job is not None:
        known = replace(
            known,
            job_id=found.job.id,
            files=(),
            count=max(found.job.shown_count, *found.pictures),
            which=found.number,
            picture=_picture(found),
            is_edit=True,
        )
    elif request is not None:
        known = replace(known, is_edit=found.sources > 0)
    return known


def _same(found: FormStart) -> Size | None:
    """The size to keep: that of the request, which is known of every picture that was made."""
    size = found.request.size if found.request else None
    return size if size is not None and broken_rule(size) is None else None


def _for_picture(start: Start, found: FormStart) -> Chosen:
    assert found.request is not None
    last, choices = found.last or Change(""), found.choices or Choices()
    return Chosen(
        mode=Mode.CHANGE,
        change=last.change,
        keep=last.keep,
        prompt=found.request.words,
        quality=found.request.quality,
        size=SAME,
        number=choices.n,
        format=choices.format,
        which=start.which,
    )


def _for_request(start: Start, found: FormStart) -> Chosen:
    """The words and settings as they were."""
    request = found.request
    assert request is not None
    return Chosen(
        mode=Mode.ANEW,
        prompt=request.words,
        quality=request.quality,
        size=SAME if start.same is not None or found.sources else SHAPES[0],
        number=request.n,
        format=request.format,
    )


def _for_files(found: FormStart) -> Chosen:
    """An upload: medium, one, its shape, unless the person chose otherwise the last time."""
    choices = found.choices or Choices()
    return Chosen(
        mode=Mode.CHANGE, quality=choices.quality, size=SAME, number=choices.n, format=choices.format
    )


def _for_new(choices: Choices) -> Chosen:
    named = [value for value in SHAPES if size_behind(value, None) == choices.size]
    size = SHAPES[0] if choices.size is None else named[0] if named else OTHER
    return Chosen(
        quality=choices.quality,
        size=size,
        custom=str(choices.size) if size == OTHER else "",
        number=choices.n,
        format=choices.format,
    )


def _seen(start: Start, found: FormStart) -> Seen:
    """Its words; of several pictures, which one it is about."""
    job = found.job
    assert job is not None
    count = job.request.n * job.member.size if job.member is not None else max(job.request.n, *found.pictures)
    said = job.member.words if job.member is not None and not start.which else job.request.words
    words = shorten(said, _TITLE_CHARACTERS)
    if not start.which:
        told = {number: picture.alt_text or "" for number, picture in found.pictures.items()}
        return Seen(
            f"{count} pictures · {words}", sheet_text(replace(job.request, prompt=said, n=count), told)
        )
    picture = found.pictures[start.which]
    title = f"Picture {job.before + start.which} of {count} · {words}" if count > 1 else words
    return Seen(title, picture.alt_text or made_from_words(job))


def _picture(found: FormStart) -> str | None:
    """The file to show: of the picture, or of the sheet where one is still to be chosen. A picture of a
    format that Slack does not show is shown by its preview."""
    previews = {preview.number: preview.file_id for preview in found.previews}
    if not found.number:
        return previews.get(SHEET)
    picture = found.pictures[found.number]
    return picture.file_id if is_shown_as_it_is(picture) else previews.get(found.number)


def _told(start: Start) -> str:
    if start.files:
        what = "The picture" if len(start.files) == 1 else f"The {len(start.files)} pictures"
        return f"{what} of this message. The result comes into its thread."
    return "This message has no picture: add one below."
