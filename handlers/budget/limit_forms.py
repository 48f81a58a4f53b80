"""Two forms about limits: an admin sets one, anybody asks for more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.errors import BotError
from bot.domain.money import Money
from handlers.budget.fields import VALUE, labelled, menu
from handlers.messages.block_kit import Json, plain_text

SET_FORM, MORE_FORM = "budget_limits_form", "budget_more_form"
WHOSE, PERSON, CHANNEL, AMOUNT, WINDOW, WHY = "whose", "person", "channel", "amount", "window", "why"

_KINDS = {
    ScopeKind.DEFAULT: "Everybody's own",
    ScopeKind.USER: "One person's",
    ScopeKind.CHANNEL: "One channel's",
    ScopeKind.WORKSPACE: "The whole workspace's",
}
_NO_AMOUNT = "That is no amount. Type one such as 20 or 7.50."
_NO_LIMIT = frozenset(("none", "no limit", "unlimited"))


class WrongField(BotError):
    """``said`` stands beside the form's ``field``."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(f"wrong {field}")
        self.field = field
        self.said = said


@dataclass(frozen=True, slots=True)
class Limit:
    """What the form sets. ``amount`` None lifts the limit."""

    scope: Scope
    amount: Money | None
    window: Window


def limits_view(scope: Scope | None) -> Json:
    """The form for a limit, with ``scope`` chosen where one is known already."""
    kind = scope.kind if scope is not None else ScopeKind.DEFAULT
    person: Json = {"type": "users_select"}
    channel: Json = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    if scope is not None and kind is ScopeKind.USER:
        person["initial_user"] = scope.id
    if scope is not None and kind is ScopeKind.CHANNEL:
        channel["initial_conversation"] = scope.id
    blocks = [
        labelled(WHOSE, "Whose budget", menu(_KINDS, kind)),
        labelled(PERSON, "Which person", person, optional=True),
        labelled(CHANNEL, "Which channel", channel, optional=True),
        labelled(
            AMOUNT,
            "Dollars",
            {"type": "plain_text_input", "max_length": 20},
            hint="0 stops new pictures; none lifts the limit.",
        ),
        labelled(WINDOW, "For each", menu({one: str(one) for one in Window}, Window.MONTH)),
    ]
    return _modal(SET_FORM, "Limits", "Set", blocks)


def more_view() -> Json:
    """The form by which somebody asks for a larger budget."""
    blocks = [
        labelled(
            AMOUNT,
            "How many dollars more",
            {"type": "plain_text_input", "max_length": 20, "initial_value": "5"},
        ),
        labelled(
            WHY,
            "What for",
            {"type": "plain_text_input", "multiline": True, "max_length": 500},
            optional=True,
            hint="The budget admins read it.",
        ),
    ]
    return _modal(MORE_FORM, "Ask for more", "Ask", blocks)


def read_limit(view: Mapping[str, Any], team_id: str) -> Limit:
    """Raises WrongField for what is no amount, or no person or channel where one has to be named."""
    kind = ScopeKind(_chosen(view, WHOSE) or ScopeKind.DEFAULT)
    ident = ""
    if kind is ScopeKind.USER:
        ident = str(_of(view, PERSON).get("selected_user") or "")
    elif kind is ScopeKind.CHANNEL:
        ident = str(_of(view, CHANNEL).get("selected_conversation") or "")
    if kind.has_id and not ident:
        field = PERSON if kind is ScopeKind.USER else CHANNEL
        raise WrongField(field, f"Choose a {field}.")
    typed = str(_of(view, AMOUNT).get("value") or "").strip()
    amount = None if typed.lower() in _NO_LIMIT else _amount(typed)
    return Limit(Scope(kind, team_id, ident), amount, Window(_chosen(view, WINDOW) or Window.MONTH))


def read_more(view: Mapping[str, Any]) -> tuple[Money, str]:
    """The amount and the reason. Raises WrongField for what is no amount above zero."""
    amount = _amount(str(_of(view, AMOUNT).get("value") or "").strip())
    if not amount:
        raise WrongField(AMOUNT, _NO_AMOUNT)
    return amount, str(_of(view, WHY).get("value") or "")


def _amount(typed: str) -> Money:
    try:
        return Money.parse(typed)
    except ValueError:
        raise WrongField(AMOUNT, _NO_AMOUNT) from None


def _modal(callback_id: str, title: str, submit: str, blocks: list[Json]) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title),
        "submit": plain_text(submit),
        "close": plain_text("Back"),
        "blocks": blocks,
    }


def _chosen(view: Mapping[str, Any], block: str) -> str:
    return str((_of(view, block).get("selected_option") or {}).get("value") or "")


def _of(view: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    found = (values.get(block) or {}).get(VALUE)
    return found if isinstance(found, dict) else {}
