"""``settings``: what a new picture is when nothing is said of it, and the buttons that change it."""

from __future__ import annotations

from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, BadValue
from bot.services.requests.preferences import Preferences
from handlers import parsing
from handlers.ids import is_direct
from handlers.messages.problems.error_message import Notice
from handlers.messages.replies.picture_settings import settings_notice


class PictureSettings:
    """Shows and keeps the choices, each for whoever may make it."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    async def __call__(
        self, command: parsing.SettingsShow | parsing.SettingsSet, place: Place, user_id: str
    ) -> Notice:
        """Carry out ``command`` and show what holds then. Raises StoreUnavailable and AskRefused: NotAllowed,
        or BadValue for a direct message, which has no default of its own."""
        here = None if is_direct(place.channel_id) else place.channel_id
        if isinstance(command, parsing.SettingsSet):
            await self._set(command, place, user_id)
        choices = await self._preferences.choices(place, user_id)
        return settings_notice(choices, channel_id=here)

    async def _set(self, command: parsing.SettingsSet, place: Place, user_id: str) -> None:
        if not command.channel:
            await self._preferences.choose(place, user_id, command.mode)
        elif is_direct(place.channel_id):
            raise AskRefused(BadValue("here", "a channel: say it there", flag="settings channel"))
        else:
            await self._preferences.choose_for_channel(place, user_id, command.mode)
