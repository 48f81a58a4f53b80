"""The bot's reaction on a message that asked: one at a time. Only what was put there is taken off again."""

from __future__ import annotations

from bot.domain.place import Place
from bot.domain.requests.source import message_key
from bot.ports import Conversation, MessageReaction, Store, Transaction


async def show_reaction(
    store: Store, conversation: Conversation, place: Place, ts: str, reaction: MessageReaction
) -> None:
    """Put ``reaction`` on the message in place of those that the bot put there before.

    It is recorded before it is put there, so that a crash in between leaves none behind. Safe to repeat.
    Raises StoreUnavailable; that the conversation does not take it is no error.
    """
    key = message_key(place, ts)
    before = await store.write(lambda tx: _intend(tx, key, reaction))
    shown = await conversation.react(place, ts, reaction, instead_of=before - {reaction})
    if shown != _with(before, reaction):
        await store.write(lambda tx: tx.inbox.keep_reactions(key, shown))


def _intend(tx: Transaction, key: str, reaction: MessageReaction) -> frozenset[MessageReaction]:
    """Record the reaction beside those that are there; return these."""
    before = tx.inbox.reactions(key)
    if _with(before, reaction) != before:
        tx.inbox.keep_reactions(key, _with(before, reaction))
    return before


def _with(before: frozenset[MessageReaction], reaction: MessageReaction) -> frozenset[MessageReaction]:
    return (before | {reaction}) - {MessageReaction.NONE}
