"""Shows a job's state as a reaction on the message that asked for it: one at a time, never the only sign."""

from __future__ import annotations

import structlog

from bot.domain.errors import BotError
from bot.domain.place import Place
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

_REPLACED = {
    MessageReaction.SEEN: (),
    MessageReaction.THANKED: (),
    MessageReaction.FAILED: (MessageReaction.SEEN,),
    MessageReaction.DONE: (
        MessageReaction.SEEN,
        MessageReaction.FAILED,
    ),  # a job that was reported as failed can still be delivered
    MessageReaction.NONE: (MessageReaction.SEEN,),
}
"""The reactions that each one replaces."""

_ALREADY_SO = frozenset({"already_reacted", "no_reaction"})


async def show_reaction(api: SlackApi, place: Place, ts: str, reaction: MessageReaction) -> None:
    """Replace earlier reactions by this one. Never raises: without the scope for it nothing is shown."""
    for earlier in _REPLACED[reaction]:
        await _try(api, "reactions.remove", place, ts, EMOJI[earlier])
    if reaction in EMOJI:
        await _try(api, "reactions.add", place, ts, EMOJI[reaction])


async def _try(api: SlackApi, method: str, place: Place, ts: str, name: str) -> None:
    try:
        await api.call(method, channel=place.channel_id, timestamp=ts, name=name)
    except SlackRefused as refused:
        if refused.code not in _ALREADY_SO:
            log.info("not_reacted", method=method, reason=refused.code)
    except BotError as failed:
        log.info("not_reacted", method=method, reason=str(failed))
