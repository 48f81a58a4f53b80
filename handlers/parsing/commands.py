"""The commands that a text can mean."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import ScopeKind
from bot.domain.money import Money
from bot.domain.requests.amounts import UNSAID, Asked, PictureMode
from bot.domain.requests.request import PictureRequest, Quality, Size
from bot.domain.requests.variations import NamedSize
from handlers.parsing.words import Said


@dataclass(frozen=True, slots=True)
class Imagine:
    """A picture. ``notes`` are plain sentences to echo to the asker: how an unclear ask was understood.
    ``asked`` is what was said of quality and number; ``request`` has what that means for a person who gets
    one picture at a time. In each of ``sizes`` one is asked for. ``new_orders`` and ``edit_orders`` of
    ``bot.domain.requests.amounts`` say what all that orders. ``is_private``: only the asker is to see what
    comes of it."""

    request: PictureRequest
    notes: tuple[str, ...] = ()
    asked: Asked = UNSAID
    sizes: tuple[NamedSize, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class NotAPicture:
    """What is answered free, as ``said`` tells. ``picture`` is what the text would draw all the same, for a
    button."""

    said: Said
    picture: Imagine


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Nothing was typed."""


@dataclass(frozen=True, slots=True)
class Help:
    pass


@dataclass(frozen=True, slots=True)
class Status:
    pass


@dataclass(frozen=True, slots=True)
class History:
    pass


@dataclass(frozen=True, slots=True)
class Show:
    id: str


@dataclass(frozen=True, slots=True)
class Cancel:
    id: str


@dataclass(frozen=True, slots=True)
class SettingsShow:
    pass


@dataclass(frozen=True, slots=True)
class SettingsSet:
    """What a new picture is for the asker, or by default in the ``channel``; None takes the choice back."""

    mode: PictureMode | None
    channel: bool = False


@dataclass(frozen=True, slots=True)
class ScopeWord:
    """A scope as typed. ``target`` is a person (``U…`` or ``@name``, as Slack sent it) or another channel
    (``C…`` or ``#name``); None for the asker, the channel it was typed in, the workspace and the default."""

    kind: ScopeKind
    target: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetShow:
    pass


@dataclass(frozen=True, slots=True)
class BudgetSet:
    """``amount`` None lifts the limit; zero blocks. ``window`` None keeps the one in force. A ``soft`` limit
    only warns."""

    scope: ScopeWord
    amount: Money | None
    window: Window | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class BudgetTopUp:
    """More money for the running month, week or day only."""

    scope: ScopeWord
    amount: Money
    window: Window = Window.MONTH


@dataclass(frozen=True, slots=True)
class BudgetHistory:
    pass


@dataclass(frozen=True, slots=True)
class BudgetWho:
    pass


@dataclass(frozen=True, slots=True)
class BudgetExport:
    """``month`` as ``2026-11``; None for the running one."""

    month: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetPause:
    pass


@dataclass(frozen=True, slots=True)
class BudgetResume:
    pass


@dataclass(frozen=True, slots=True)
class BudgetZone:
    """``zone`` is an IANA name, as typed."""

    zone: str


@dataclass(frozen=True, slots=True)
class BudgetWeek:
    """The day that weeks begin on; 0 is Monday."""

    day: int


@dataclass(frozen=True, slots=True)
class BudgetApprovals:
    """What waits for an admin."""


@dataclass(frozen=True, slots=True)
class BudgetVerify:
    pass


@dataclass(frozen=True, slots=True)
class BudgetPrice:
    """``quality`` None: all three."""

    size: Size
    quality: Quality | None = None


BudgetCommand = (
    BudgetSet
    | BudgetTopUp
    | BudgetHistory
    | BudgetWho
    | BudgetExport
    | BudgetPause
    | BudgetResume
    | BudgetZone
    | BudgetWeek
    | BudgetApprovals
    | BudgetVerify
    | BudgetPrice
)
"""What ``handlers/commands/budget.py`` answers."""

Command = (
    Imagine
    | NotAPicture
    | OpenForm
    | Help
    | Status
    | History
    | Show
    | Cancel
    | SettingsShow
    | SettingsSet
    | BudgetShow
    | BudgetCommand
)
