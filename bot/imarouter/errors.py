"""What to do about an answer that reports an error: one table of decisions for each kind of call.

The messages of what is raised are ours; the provider's words go only into ``Failure.detail``, redacted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.domain.errors import BotError
from bot.domain.problem import Failure, Problem
from bot.errors import GivenUp, OutcomeUnknown, TryLater
from bot.imarouter.error_reasons import (
    BROKEN_CALL,
    DURING_A_CALL,
    REFUSED_BEFORE,
    RELAYED,
    USER_ERRORS,
    ErrorBody,
    known_reason,
)
from bot.imarouter.error_words import tells_of_a_source
from bot.imarouter.redact import redact


class ErrorAction(Enum):
    """What an answer to the paid call means for the order."""

    LATER = auto()  # certainly not taken; may be sent again
    UNKNOWN = auto()  # may have been taken; never send again
    REFUSED = auto()  # certainly not taken; end with a problem
    NO_ROUTE = auto()  # this dialect is not served here


@dataclass(frozen=True, slots=True)
class Rule:
    """``problem`` belongs to REFUSED. ``why`` is for the reader of this table and for the log."""

    action: ErrorAction
    why: str
    problem: Problem = Problem.PROVIDER_REFUSED


_ACCOUNT = Problem.PROVIDER_ACCOUNT
_REFUSED_BY_STATUS = Rule(ErrorAction.REFUSED, "refused by its status")

SUBMIT: dict[int, Rule] = {
    301: Rule(ErrorAction.REFUSED, "the base URL redirects: an operator's matter", _ACCOUNT),
    307: Rule(ErrorAction.REFUSED, "the base URL redirects: an operator's matter", _ACCOUNT),
    308: Rule(ErrorAction.REFUSED, "the base URL redirects: an operator's matter", _ACCOUNT),
    400: _REFUSED_BY_STATUS,
    401: Rule(ErrorAction.REFUSED, "the key is missing or bad (2.4)", _ACCOUNT),
    402: Rule(ErrorAction.REFUSED, "not seen here; like an empty balance (2.4)", _ACCOUNT),
    403: Rule(ErrorAction.REFUSED, "the key may not, or the balance is empty (2.4)", _ACCOUNT),
    404: Rule(ErrorAction.NO_ROUTE, "New API's RelayNotFound, or something in front of it"),
    405: Rule(ErrorAction.NO_ROUTE, "another method's route"),
    # 408 may mean that the gateway's own call timed out: then a task may exist (2.4 is of GET there).
    408: Rule(ErrorAction.UNKNOWN, "the gateway timed out, perhaps after its own call"),
    # 409: we send once, so nothing of ours conflicts; but the gateway itself may send twice (2.6).
    409: Rule(ErrorAction.UNKNOWN, "a conflict with what we cannot know"),
    410: _REFUSED_BY_STATUS,
    411: _REFUSED_BY_STATUS,
    413: Rule(ErrorAction.REFUSED, "the body is too large (2.4)"),
    414: _REFUSED_BY_STATUS,
    415: _REFUSED_BY_STATUS,
    417: _REFUSED_BY_STATUS,
    422: _REFUSED_BY_STATUS,
    425: Rule(ErrorAction.LATER, "Too Early means not processed (RFC 8470)"),
    429: Rule(ErrorAction.LATER, "a refusal whatever its body, which may be empty (2.4, 2.6)"),
    431: _REFUSED_BY_STATUS,
    451: _REFUSED_BY_STATUS,
}
"""What a status of the paid POST means when the body states no known reason. A status that is not here, every
2xx without an id and every 5xx included, means UNKNOWN: money may have been spent (provider reference
2.6)."""

ANYTHING_ELSE = Rule(ErrorAction.UNKNOWN, "a task may have come of it")

CERTAIN_WITHOUT_BODY = frozenset({401, 402, 403, 413, 425, 429})
"""Statuses that mean the same when their body was lost on the way."""


def rule_for_submit(
    status: int, error_body: ErrorBody, *, has_id: bool, has_sources: bool, body_lost: bool = False
) -> Rule:
    """The rule for an answer to the paid POST that is not a receipt.

    In this order: 429; a call of the gateway's own that broke, whatever is said beside it; a known reason
    (also at 200 without an id: ``{"message":"queue full"}``, and at 5xx: ``model_not_found``); the upstream's
    own 4xx inside a 5xx; a code from before any call; then the status alone. An id in an answer that is not
    2xx makes it UNKNOWN unless it has a known reason. Only an order that has sources is refused for want of
    them.
    """
    rule = _rule(status, error_body, has_id=has_id, body_lost=body_lost)
    is_plain = rule.action is ErrorAction.REFUSED and rule.problem is Problem.PROVIDER_REFUSED
    if is_plain and has_sources and tells_of_a_source(error_body.text):
        return replace(rule, problem=Problem.SOURCE_UNREACHABLE)
    return rule


def _rule(status: int, error_body: ErrorBody, *, has_id: bool, body_lost: bool) -> Rule:
    if status == 429:
        return SUBMIT[429]
    if body_lost:
        return SUBMIT[status] if status in CERTAIN_WITHOUT_BODY else ANYTHING_ELSE
    if BROKEN_CALL & set(error_body.codes):
        return Rule(ErrorAction.UNKNOWN, "somebody was called and did not answer (2.4)")
    reason = known_reason(error_body)
    if reason is not None:
        if reason.problem is None:
            if DURING_A_CALL & set(error_body.codes):
                return Rule(ErrorAction.UNKNOWN, "somebody is busy, but was already called (2.4)")
            return Rule(ErrorAction.LATER, f"a reason by name ({reason.source})")
        return Rule(ErrorAction.REFUSED, f"a reason by name ({reason.source})", reason.problem)
    if status >= 500 or 200 <= status < 300:
        return _rule_for_server_error(error_body)
    if has_id:
        return ANYTHING_ELSE
    if status in {404, 405} and RELAYED in error_body.codes:
        return Rule(ErrorAction.REFUSED, "the upstream has no such thing; our route exists")
    return SUBMIT.get(status, ANYTHING_ELSE)


def _rule_for_server_error(error_body: ErrorBody) -> Rule:
    """5xx, or 200 without an id: unknown, unless the body says that the request itself was refused."""
    if error_body.is_html:
        return ANYTHING_ELSE
    if REFUSED_BEFORE & set(error_body.codes):
        return Rule(ErrorAction.REFUSED, "the gateway stopped before it called anyone")
    if error_body.upstream_status is not None and error_body.upstream_status < 500:
        rule = SUBMIT.get(error_body.upstream_status, ANYTHING_ELSE)
        if rule.action is ErrorAction.NO_ROUTE:
            return Rule(ErrorAction.REFUSED, "the upstream has no such thing")
        return rule
    if USER_ERRORS & set(error_body.kinds):
        return Rule(ErrorAction.REFUSED, "the upstream refused the request itself")
    return ANYTHING_ELSE


def error_for_submit(
    rule: Rule, status: int, error_body: ErrorBody, *, after: float | None, secrets: Iterable[str]
) -> BotError:
    """The error to raise for ``rule``; NO_ROUTE is not allowed here: the client chooses another dialect."""
    if rule.action is ErrorAction.LATER:
        return TryLater(f"the provider is busy (HTTP {status})", after=after)
    if rule.action is ErrorAction.UNKNOWN:
        return OutcomeUnknown(f"HTTP {status} without a task id: {rule.why}")
    assert rule.action is ErrorAction.REFUSED
    return given_up(rule.problem, f"HTTP {status} {error_body.text}", secrets)


def given_up(problem: Problem, detail: str, secrets: Iterable[str] = ()) -> GivenUp:
    return GivenUp(Failure(problem, redact(detail, secrets)))


POLL_AGAIN: dict[int, float] = {
    # task_not_exist is 400 here (2.4), in the jobs dialect presumably 404. We hold this id, a replica may
    # lag, and how long ids are kept is unknown (2.8): not a failure, or a hold for a paid picture is
    # released. The caller's deadline ends it.
    400: 15.0,
    404: 15.0,
    # The key is in trouble, not the task: an operator has to act, and then the picture is still there.
    401: 60.0,
    402: 60.0,
    403: 60.0,
}
"""Seconds to the next poll for answers that time alone may not mend; for others the caller chooses."""


def answer_to_poll(
    status: int, error_body: ErrorBody, *, after: float | None, secrets: Iterable[str]
) -> Failure:
    """The failure of the task if the answer states one (moderation); else raises TryLater."""
    is_word_of_it = status in {200, 400, 403, 422} and not BROKEN_CALL & set(error_body.codes)
    reason = known_reason(error_body) if is_word_of_it else None
    if reason is not None and reason.problem is Problem.MODERATED:
        return Failure(Problem.MODERATED, redact(error_body.text, secrets))
    raise TryLater(
        f"no word of the task (HTTP {status})", after=POLL_AGAIN.get(status) if after is None else after
    )
