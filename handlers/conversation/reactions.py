"""Shows a job's state as a reaction on the message that asked for it: one at a time, never the only sign."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from bot.domain.errors import BotError
from bot.domain.place import Place
from bot.errors import TryLater
from bot.ports import MessageReaction
from handlers.web_api.client import SlackApi
from handlers.web_api.errors import SlackRefused

log = structlog.get_logger(__name__)

EMOJI = {
    MessageReaction.SEEN: "eyes",
    MessageReaction.DONE: "white_check_mark",
    MessageReaction.FAILED: "warning",
    MessageReaction.THANKED: "+1",
}

_ALREADY_SO = frozenset({"already_reacted", "no_reaction"})


async def react(
    api: SlackApi, place: Place, ts: str, reaction: MessageReaction, instead_of: Collection[MessageReaction]
) -> frozenset[MessageReaction]:
    """Add ``reaction`` and take ``instead_of`` off; the reactions of both that are there now. Never raises:
    without the scope for it nothing is shown."""
    shown = {
        earlier for earlier in instead_of if await _try(api, "reactions.remove", place, ts, earlier) is None
    }
    if reaction in EMOJI and await _try(api, "reactions.add", place, ts, reaction):
        shown.add(reaction)
    return frozenset(shown)


async def _try(api: SlackApi, method: str, place: Place, ts: str, reaction: MessageReaction) -> bool | None:
    """Whether the message is now as ``method`` makes it; None when that may be tried again."""
    try:
        await api.call(method, channel=place.channel_id, timestamp=ts, name=EMOJI[reaction])
    except SlackRefused as refused:
        if refused.code not in _ALREADY_SO:
            log.info("not_reacted", method=method, reason=refused.code)
        return refused.code in _ALREADY_SO
    except BotError as failed:
        log.info("not_reacted", method=method, reason=str(failed))
        return None if isinstance(failed, TryLater) else False
    return True
