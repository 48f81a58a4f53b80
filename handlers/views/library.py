"""The pictures to look through, in a modal: rows with a picture, the newest first, ten a page (loop
reference 9). Pure.

Its metadata holds where it was opened and the few words that were looked for; a button's value is a page or a
job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.jobs.job import Job
from bot.domain.place import Place
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.request import Kind, Quality
from bot.ports import JobView
from bot.services.requests.library import Page, Search
from handlers.ids import is_direct
from handlers.messages.block_kit import Json, context, plain_text, shorten
from handlers.messages.buttons.button import actions, button
from handlers.messages.buttons.command_buttons import draw_button
from handlers.messages.job.job_message import image
from handlers.messages.money.amounts import drawn
from handlers.messages.replies.free_answers import draw_as_typed
from handlers.messages.replies.notices import ago
from handlers.messages.status_text import job_price
from handlers.views.request_form import CHANGE_WORDS

LIBRARY = "library"
JUMP, REUSE, NEWER, OLDER = "lib_jump", "lib_reuse", "lib_newer", "lib_older"
DRAW_BLOCK = "libdraw"

MOST_WORDS = 200
"""Characters to look for. A search that was recognised as one has four words at most."""

_PROMPT = 150
_LINE: Json = {"type": "divider"}
_ALONE = {Quality.LOW: "draft", Quality.MEDIUM: "medium", Quality.HIGH: "final"}


def search_at(place: Place, user_id: str, words: str = "") -> Search:
    """What a person looks through who is at ``place``: a direct message, and the Home, shows their own."""
    is_alone = is_direct(place.channel_id) or place.channel_id == user_id
    return Search(place.team_id, user_id, None if is_alone else place.channel_id, shorten(words, MOST_WORDS))


def packed(place: Place, words: str) -> str:
    """For ``private_metadata``."""
    return json.dumps([place.channel_id, place.is_private, shorten(words, MOST_WORDS)])


def unpacked(view: Mapping[str, Any], team_id: str) -> tuple[Place, str]:
    """Where an open library was opened, and the words. Raises ValueError for what ``packed`` never made."""
    channel, is_private, words = json.loads(str(view.get("private_metadata") or ""))
    return Place(team_id, str(channel), is_private=is_private), str(words)


def draw_row(pending: PendingRequest) -> Json:
    """Draws what was typed: it may have been meant as a picture after all."""
    return {**actions(draw_as_typed(pending)), "block_id": DRAW_BLOCK}


def draw_row_of(view: Mapping[str, Any]) -> list[Json]:
    """That row of an open library, if it has one, to be kept on the next page."""
    return [block for block in view.get("blocks") or [] if block.get("block_id") == DRAW_BLOCK]


def library_view(
    place: Place, search: Search, page: Page, links: Mapping[str, str], *, draw: Sequence[Json] = ()
) -> Json:
    """For ``views.open`` and ``views.update``, opened at ``place``. ``links`` lead to the messages that show
    the pictures, by job id; ``draw`` is the row below."""
    rows = [block for view in page.views for block in (*_row(view, links.get(view.job.id)), _LINE)]
    below = [*_paging(page), *draw]
    blocks = [*_lead(search), *(rows if below else rows[:-1]), *below] if rows else _empty(search.words, draw)
    return {
        "type": "modal",
        "callback_id": LIBRARY,
        "private_metadata": packed(place, search.words),
        "title": plain_text("Pictures"),
        "close": plain_text("Close"),
        "blocks": blocks,
    }


def no_pictures(words: str) -> str:
    return f"No pictures with “{shorten(words, MOST_WORDS)}” yet." if words else "No pictures yet."


def _lead(search: Search) -> list[Json]:
    """What is shown: whoever looks in a channel sees what others have made there, too."""
    parts = [f"with “{search.words}”"] if search.words else []
    parts += ["yours, and what was made in this channel"] if search.channel_id else []
    line = " · ".join(parts)
    return [context(line[:1].upper() + line[1:])] if line else []


def _empty(words: str, draw: Sequence[Json]) -> list[Json]:
    typed = [element for row in draw for element in row["elements"]]
    row = actions(draw_button(style="primary"), *typed)
    return [{"type": "section", "text": plain_text(no_pictures(words))}, row]


def _row(view: JobView, link: str | None) -> list[Json]:
    """One ask: its picture or its sheet, words and facts, and what to do with it."""
    job = view.job
    words = shorten(job.request.words, _PROMPT)
    row: Json = {
        "type": "section",
        "block_id": f"lib.{job.id}",
        "text": plain_text(f"{words}\n{_facts(view)}"),
    }
    shown = image(view)
    if shown is not None:
        row["accessory"] = {key: shown[key] for key in ("type", "slack_file", "alt_text")}
    jump = [button(JUMP, "Jump", "jump") | {"url": link}] if link else []
    return [row, {**actions(*jump, _reuse(job)), "block_id": f"libact.{job.id}"}]


def _facts(view: JobView) -> str:
    """``1024×1024 · final · $0.23 · 2 days ago``, of several ``4 drafts``."""
    job, request = view.job, view.job.request
    sizes = {(p.width, p.height) for p in view.pictures if p.width and p.height}
    size = next(iter(sizes)) if len(sizes) == 1 else None
    if size is None and request.size is not None:
        size = (request.size.width, request.size.height)
    what = drawn(request, len(view.arrived)) if request.n > 1 else _ALONE[request.quality]
    parts = [f"{size[0]}×{size[1]}" if size else "", what, job_price(job)]
    parts.append(ago((view.now - job.created_at).total_seconds()))
    return " · ".join(part for part in parts if part)


def _reuse(job: Job) -> Json:
    """The words of a change are asked for again with the picture that they change, in its thread."""
    action = CHANGE_WORDS if job.request.kind is Kind.EDIT else REUSE
    return button(action, "Use the words…", job.id)


def _paging(page: Page) -> list[Json]:
    newer = [button(NEWER, "Newer", str(page.number - 1))] if page.number else []
    older = [button(OLDER, "Older", str(page.number + 1))] if page.has_older else []
    return [{**actions(*newer, *older), "block_id": "libpage"}] if newer or older else []
