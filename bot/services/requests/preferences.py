"""What a new picture is when nothing is said of it: a person's choice, else their channel's, else the
installation's (loop reference 6)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.place import Place
from bot.domain.requests.amounts import PictureMode
from bot.ports import Store, Transaction
from bot.services.budget.admins import Admins


@dataclass(frozen=True, slots=True)
class Choices:
    """The three choices; None: not made. ``rules``: the person may make the channel's."""

    own: PictureMode | None
    channel: PictureMode | None
    installation: PictureMode
    rules: bool = False

    @property
    def mode(self) -> PictureMode:
        """The one that counts."""
        return self.own or self.channel or self.installation


class Preferences:
    """Reads and keeps the choices. Raises StoreUnavailable. Safe to repeat."""

    def __init__(self, *, store: Store, admins: Admins, installation: PictureMode) -> None:
        self._store = store
        self._admins = admins
        self._installation = installation

    async def mode(self, place: Place, user_id: str) -> PictureMode:
        """What holds for this person in ``place``."""
        return (await self._read(place, user_id)).mode

    def mode_in(self, tx: Transaction, place: Place, user_id: str) -> PictureMode:
        """The same within a transaction of the caller's."""
        return self._choices(tx, place, user_id).mode

    async def choices(self, place: Place, user_id: str) -> Choices:
        """All choices, for somebody who looks at them."""
        rules = await self._admins.is_admin(place.team_id, user_id, fresh=False)
        found = await self._read(place, user_id)
        return Choices(found.own, found.channel, found.installation, rules)

    async def choose(self, place: Place, user_id: str, mode: PictureMode | None) -> None:
        """Keep a person's own choice, for the whole workspace; None takes it back."""
        await self._keep(_own(place, user_id), mode)

    async def choose_for_channel(self, place: Place, admin_id: str, mode: PictureMode | None) -> None:
        """Keep the choice for the channel of ``place``; None takes it back. Raises AskRefused NotAllowed for
        whoever is no budget admin."""
        await self._admins.require(place.team_id, admin_id)
        await self._keep(_channel(place), mode)

    async def _read(self, place: Place, user_id: str) -> Choices:
        return await self._store.read(lambda tx: self._choices(tx, place, user_id))

    def _choices(self, tx: Transaction, place: Place, user_id: str) -> Choices:
        own = _kept(tx, _own(place, user_id))
        return Choices(own, _kept(tx, _channel(place)), self._installation)

    async def _keep(self, key: str, mode: PictureMode | None) -> None:
        def unit(tx: Transaction) -> None:
            if mode is None:
                tx.key_values.remove(key)
            else:
                tx.key_values.put(key, mode.value)

        await self._store.write(unit)


def _own(place: Place, user_id: str) -> str:
    return f"mode:user:{place.team_id}/{user_id}"


def _channel(place: Place) -> str:
    return f"mode:channel:{place.team_id}/{place.channel_id}"


def _kept(tx: Transaction, key: str) -> PictureMode | None:
    value = tx.key_values.get(key)
    return PictureMode(value) if value is not None else None
