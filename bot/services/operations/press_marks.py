"""Presses of test buttons, from the process that hears them to the one that waits for them: ``run`` records
them in the database, where ``doctor`` looks."""

from __future__ import annotations

from collections.abc import Collection

from bot.ports import Store, Transaction

_AWAITED = "awaited"


class PressMarks:
    """Raises StoreUnavailable; safe to repeat. A press that nobody awaits leaves no trace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def expect(self, team_id: str, presses: Collection[str]) -> None:
        """From now on these presses are recorded. To be called before a button can be seen."""

        def unit(tx: Transaction) -> None:
            for one in presses:
                tx.key_values.put(_key(team_id, one), _AWAITED)

        await self._store.write(unit)

    async def note(self, team_id: str, press: str) -> None:
        """Record a press, if it is awaited."""

        def unit(tx: Transaction) -> None:
            if tx.key_values.get(_key(team_id, press)) is not None:
                tx.key_values.put(_key(team_id, press), tx.now.isoformat())

        await self._store.write(unit)

    async def arrived(self, team_id: str, presses: Collection[str]) -> set[str]:
        """Those of the presses that were recorded."""

        def unit(tx: Transaction) -> set[str]:
            return {one for one in presses if tx.key_values.get(_key(team_id, one)) not in {None, _AWAITED}}

        return await self._store.read(unit)

    async def forget(self, team_id: str, presses: Collection[str]) -> None:
        """They are no longer awaited, and leave nothing."""

        def unit(tx: Transaction) -> None:
            for one in presses:
                tx.key_values.remove(_key(team_id, one))

        await self._store.write(unit)


def _key(team_id: str, press: str) -> str:
    return f"press:{team_id}:{press}"
