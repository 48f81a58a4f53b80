"""Finds the scope that a command means by an id, a name or "here"."""

from __future__ import annotations

import re

from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NameKind, UnknownName
from handlers.ids import is_direct
from handlers.parsing import ScopeWord
from handlers.web_api.people_directory import PeopleDirectory

_ID = re.compile(r"[UWCG][A-Z0-9]{1,30}")


class Scopes:
    """Turns what people write into a scope. A name that fits nobody, or more than one person, is refused with
    the people that it fits: no budget is changed on a guess."""

    def __init__(self, directory: PeopleDirectory) -> None:
        self._directory = directory

    async def __call__(self, word: ScopeWord, place: Place, user_id: str) -> Scope:
        """The scope that ``word`` means when ``user_id`` writes it in ``place``. Raises AskRefused
        UnknownName."""
        team = place.team_id
        match word.kind:
            case ScopeKind.WORKSPACE | ScopeKind.DEFAULT:
                return Scope(word.kind, team)
            case ScopeKind.CHANNEL:
                return Scope(word.kind, team, self._channel(word.target, place))
            case ScopeKind.USER:
                return Scope(word.kind, team, await self._person(team, word.target) or user_id)

    def _channel(self, target: str | None, place: Place) -> str:
        """The id of the channel that is meant. A channel's name is refused: to look it up takes OAuth scopes
        that nothing else needs."""
        if target is not None and not _ID.fullmatch(target):
            raise AskRefused(UnknownName(target, NameKind.CHANNEL))
        # A direct message has no limit of its own: the workspace's and the person's count
        # (budgets reference 1.10).
        if target is None and is_direct(place.channel_id):
            raise AskRefused(UnknownName("channel", NameKind.HERE))
        return target or place.channel_id

    async def _person(self, team: str, target: str | None) -> str | None:
        if target is None or _ID.fullmatch(target):
            return target
        found = await self._directory.find(team, target)
        if found is not None and len(found) == 1:
            (person,) = found
            return person.user_id
        people = None if found is None else tuple(sorted((one.name, one.user_id) for one in found))
        raise AskRefused(UnknownName(target, NameKind.PERSON, people))
