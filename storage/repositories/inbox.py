"""Stores messages that may be asks: one row a message, whose deliveries are merged into it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.domain.place import Place
from bot.domain.requests.source import IncomingMessage, SourceRef
from bot.ports import MessageReaction
from storage.schema.tables import inbox
from storage.schema.upsert import PerEngine
from storage.session import Session

_NEW = PerEngine.build(inbox, lambda insert: insert.on_conflict_do_nothing(index_elements=["key"]))
_GET = select(inbox).where(inbox.c.key == bindparam("message"))
_FORGET = (
    update(inbox).where(inbox.c.key == bindparam("message")).values(is_deleted=True, text="", files="[]")
)
_REACTIONS = select(inbox.c.reactions).where(inbox.c.key == bindparam("message"))
IN_THREAD = (
    select(inbox)
    .where(inbox.c.team_id == bindparam("of_team"))
    .where(inbox.c.channel_id == bindparam("of_channel"))
    .where(inbox.c.thread_ts == bindparam("of_thread"))
)
_UPDATE = update(inbox).where(inbox.c.key == bindparam("message"))


class SqlInbox:
    """The port ``Inbox``."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def receive(self, message: IncomingMessage) -> IncomingMessage:
        values = _values(message) | {"key": message.key, "heard_at": self._tx.now, "reactions": ""}
        self._tx.execute(_NEW.on(postgres=self._tx.is_postgres), values)
        known = self.get(message.key)
        assert known is not None
        if known.is_deleted:
            return known
        merged = known.merged(message)
        if merged != known:
            self._tx.execute(_UPDATE, _values(merged) | {"message": message.key})
        return merged

    def get(self, key: str) -> IncomingMessage | None:
        row = self._tx.select(_GET, {"message": key}).first()
        return None if row is None else _heard(row)

    def forget(self, key: str) -> bool:
        return self._tx.execute(_FORGET, {"message": key}).rowcount == 1

    def in_thread(self, place: Place) -> list[IncomingMessage]:
        if place.thread_ts is None:
            return []
        thread = {"of_team": place.team_id, "of_channel": place.channel_id, "of_thread": place.thread_ts}
        return sorted(map(_heard, self._tx.select(IN_THREAD, thread)), key=lambda message: float(message.ts))

    def reactions(self, key: str) -> frozenset[MessageReaction]:
        row = self._tx.select(_REACTIONS, {"message": key}).first()
        return frozenset(map(MessageReaction, row.reactions.split())) if row is not None else frozenset()

    def keep_reactions(self, key: str, reactions: frozenset[MessageReaction]) -> None:
        self._tx.execute(_UPDATE, {"message": key, "reactions": " ".join(sorted(reactions))})


def _values(message: IncomingMessage) -> dict[str, Any]:
    files = [{"file_id": ref.file_id, "name": ref.name} for ref in message.files]
    return {
        "team_id": message.place.team_id,
        "channel_id": message.place.channel_id,
        "thread_ts": message.place.thread_ts,
        "is_private": message.place.is_private,
        "ts": message.ts,
        "user_id": message.user_id,
        "text": message.text,
        "is_mention": message.is_mention,
        "is_direct": message.is_direct,
        "files": json.dumps(files, ensure_ascii=False),
    }


def _heard(row: Row[Any]) -> IncomingMessage:
    return IncomingMessage(
        place=Place(row.team_id, row.channel_id, row.thread_ts, row.is_private),
        ts=row.ts,
        user_id=row.user_id,
        text=row.text,
        is_mention=row.is_mention,
        is_direct=row.is_direct,
        files=tuple(SourceRef(**file) for file in json.loads(row.files)),
        is_deleted=row.is_deleted,
    )
