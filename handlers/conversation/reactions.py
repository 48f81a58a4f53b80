"""The mood of a job on the message that asked for it: one reaction at a time, never the only signal."""

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
}

_BEFORE = {
    MessageReaction.SEEN: (),
    MessageReaction.FAILED: (MessageReaction.SEEN,),
    MessageReaction.DONE: (
        MessageReaction.SEEN,
        MessageReaction.FAILED,
    ),  # an ask that seemed lost can still arrive
    MessageReaction.NONE: (MessageReaction.SEEN,),
}
"""What a mood takes the place of."""

_FINE = frozenset({"already_reacted", "no_reaction"})


async def show_mood(api: SlackApi, place: Place, ts: str, mood: MessageReaction) -> None:
    """Take the earlier moods away and show this one. Never raises: without the scope nothing is shown."""
    for earlier in _BEFORE[mood]:
        await _try(api, "reactions.remove", place, ts, EMOJI[earlier])
    if mood in EMOJI:
        await _try(api, "reactions.add", place, ts, EMOJI[mood])


async def _try(api: SlackApi, method: str, place: Place, ts: str, name: str) -> None:
    try:
        await api.call(method, channel=place.channel_id, timestamp=ts, name=name)
    except SlackRefused as refused:
        if refused.code not in _FINE:
            log.info("not_reacted", method=method, reason=refused.code)
    except BotError as failed:
        log.info("not_reacted", method=method, reason=str(failed))
