"""Forms about money: why an admin declines, a new limit, and a refusal on top of a form. Pure.

Their ``private_metadata`` is the value of the button that opened them, an opaque id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import ScopeKind
from bot.domain.money import Money
from bot.domain.requests.pending_request import PendingRequest
from bot.domain.requests.refusals import AskRefused, BadValue
from bot.services.requests.approvals import NewLimit
from handlers.budget.fields import VALUE, labelled, menu
from handlers.ids import is_direct
from handlers.messages.block_kit import Json, context, plain_text, rich_text, section
from handlers.messages.problems.error_message import Notice
from handlers.messages.status_text import price, variant_text

DENY_FORM, LIMIT_FORM = "petition_deny_form", "petition_limit_form"
REASON, WHOSE, AMOUNT, WINDOW = "reason", "whose", "amount", "window"
_KINDS = {
    ScopeKind.USER: "the person who asked",
    ScopeKind.CHANNEL: "the channel where it was asked",
    ScopeKind.WORKSPACE: "the whole workspace",
}
_REASON_CHARACTERS = 500


def deny_view(pending: PendingRequest) -> Json:
    """Decline a request, with or without a reason."""
    blocks = [rich_text(section([_asked(pending)])), _reason("The person who asked reads it.")]
    return _modal(DENY_FORM, "Decline this request", "Decline", pending, blocks)


def limit_view(pending: PendingRequest, row: ScopePeriod | None) -> Json:
    """A new, lasting limit in place of the one that the request does not fit (``row``)."""
    kinds = _kinds(pending)
    kind = row.scope.kind if row is not None and row.scope.kind in kinds else ScopeKind.USER
    window = row.window if row is not None else Window.MONTH
    now = f"It is {row.limit.as_room()} a {window} now." if row is not None and row.limit else ""
    blocks = [
        rich_text(section([f"{_asked(pending)} It runs once the new limit has room for it."])),
        labelled(WHOSE, "Whose limit", menu(kinds, kind)),
        labelled(AMOUNT, "New limit in dollars", {"type": "plain_text_input", "max_length": 20}, hint=now),
        labelled(WINDOW, "For each", menu({one: one for one in Window}, window)),
        _reason("Kept in the history of budgets."),
    ]
    return _modal(LIMIT_FORM, "Change the limit", "Change and approve", pending, blocks)


def _kinds(pending: PendingRequest) -> Mapping[ScopeKind, str]:
    """Whose limit may be changed: a request from a direct message counts against no channel."""
    if is_direct(pending.ask.place.channel_id):
        return {kind: text for kind, text in _KINDS.items() if kind is not ScopeKind.CHANNEL}
    return _KINDS


def notice_view(said: Notice) -> Json:
    """The view that shows ``said`` after a button in a form was pressed."""
    return _told("Picture", said.blocks)


def read_reason(view: Mapping[str, Any]) -> tuple[str, str | None]:
    """The value of the button that opened the form, and the reason."""
    return str(view.get("private_metadata") or ""), _of(view, REASON).get("value")


def read_limit(view: Mapping[str, Any]) -> NewLimit:
    """Raises AskRefused BadValue for what is no amount."""
    typed = str(_of(view, AMOUNT).get("value") or "")
    try:
        amount = Money.parse(typed)
    except ValueError:
        raise AskRefused(BadValue(typed, "an amount such as 20 or 7.50")) from None
    kind, window = _choice(view, WHOSE, ScopeKind.USER), _choice(view, WINDOW, Window.MONTH)
    return NewLimit(ScopeKind(kind), amount, Window(window))


def _asked(pending: PendingRequest) -> str:
    return f"{variant_text(pending.ask.request)} for {price(pending.estimate, exact=False)}."


def _reason(hint: str) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": _REASON_CHARACTERS}
    return labelled(REASON, "Why", element, optional=True, hint=hint)


def _modal(callback_id: str, title: str, submit: str, pending: PendingRequest, blocks: list[Json]) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": pending.ref,
        "title": plain_text(title),
        "submit": plain_text(submit),
        "close": plain_text("Back"),
        "blocks": blocks,
    }


def _told(title: str, blocks: list[Json]) -> Json:
    return {
        "type": "modal",
        "title": plain_text(title),
        "close": plain_text("Back"),
        "blocks": blocks or [context(title)],
    }


def _choice(view: Mapping[str, Any], block: str, default: str) -> str:
    return str((_of(view, block).get("selected_option") or {}).get("value") or default)


def _of(view: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    found = (values.get(block) or {}).get(VALUE)
    return found if isinstance(found, dict) else {}
