"""Budget scopes: whose money a limit applies to, and whose money a job counts against. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.place import Place


class ScopeKind(StrEnum):
    """Whose limit it is. ``default`` is the limit of every person who has none of their own."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"
    USER = "user"
    DEFAULT = "default"

    @property
    def has_id(self) -> bool:
        """Whether a workspace has many scopes of this kind, told apart by an id."""
        return self in {ScopeKind.CHANNEL, ScopeKind.USER}


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a limit applies to. ``id`` is the channel's or the person's, and empty for the other kinds.

    Scopes are ordered by kind, workspace and id. Reservations lock scopes in this order, always.
    """

    kind: ScopeKind
    team_id: str
    id: str = ""

    def __str__(self) -> str:
        """The name that is stored and printed: ``workspace:T1``, ``channel:T1/C1``, ``user:T1/U1``."""
        name = f"{self.kind}:{self.team_id}"
        return f"{name}/{self.id}" if self.kind.has_id else name

    @classmethod
    def parse(cls, text: str) -> Scope:
        """The scope whose name is ``text``. Raises ValueError for an unknown kind."""
        kind, _, rest = text.partition(":")
        team_id, _, ident = rest.partition("/")
        return cls(ScopeKind(kind), team_id, ident)


def scopes_of(place: Place, user_id: str) -> tuple[Scope, ...]:
    """The scopes that an ask counts against, in the one order in which they are always locked.

    A direct message has no channel limit (budgets reference 1.10) but is still counted, so that the
    sums over channels equal the workspace's.
    """
    team_id = place.team_id
    return tuple(
        sorted(
            (
                Scope(ScopeKind.WORKSPACE, team_id),
                Scope(ScopeKind.CHANNEL, team_id, place.channel_id),
                Scope(ScopeKind.USER, team_id, user_id),
            )
        )
    )
