"""What an error of the image API means, whatever it is wrapped in (provider reference 2.4 and 6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.problem import Failure, Problem
from bot.imarouter.error_words import own_words, tells_of_a_source
from bot.imarouter.redact import redact

MAX_DEPTH = 4
"""Errors wrapped in errors, as strings of JSON, are followed this far."""


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The error in an answer's body, unwrapped: its message, codes and types as the sender wrote them.

    ``codes`` and ``kinds`` (OpenAI calls them types) are lower-cased, the outermost first.

    ``upstream_status`` is the HTTP status of whoever stands behind the gateway, if the error names one.
    """

    message: str = ""
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    upstream_status: int | None = None
    is_html: bool = False

    @property
    def text(self) -> str:
        return " ".join((*self.codes, *self.kinds, self.message))

    @property
    def stated(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.message or self.codes)


@dataclass(frozen=True, slots=True)
class KnownReason:
    """An error that says what to do, whatever its HTTP status: end with ``problem``, or try later if that is
    None. It is known by one of ``codes``, else by words. ``source`` says where both are documented."""

    problem: Problem | None
    codes: frozenset[str]
    words: re.Pattern[str]
    source: str


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_OURS = "(account|organi[sz]ation|subscription|api key)"
_ENDED = (
    "(blocked|suspended|disabled|deactivated|banned|restricted|terminated|revoked|frozen|not active|inactive)"
)
_HAS_BEEN = "(is|was|were|has been|have been)"
_NO_RISK = "(?!at risk|subject|liable|likely|about|going)"

KNOWN_REASONS = (
    KnownReason(
        Problem.PROVIDER_ACCOUNT,
        frozenset(
            {"model_not_found", "insufficient_user_quota", "pre_consume_token_quota_failed", "access_denied",
             "insufficient_quota", "quota_not_enough", "invalid_api_key", "billing_hard_limit_reached",
             "billing_not_active", "account_deactivated", "get_channel_failed", "model_price_error",
             "channel:no_available_key", "channel:model_mapped_error", "channel:invalid_key",
             "channel:param_override_invalid", "channel:header_override_invalid"}
        ),
        _any(
            "resource (has been|is|was) (temporarily )?blocked",
            rf"\b{_OURS}\b[^.!?]{{0,40}}? {_HAS_BEEN} {_NO_RISK}[^.!?]{{0,20}}?{_ENDED}",
            # Not "access to this content is restricted", which is said of the asker's words.
            rf"\b(your|api) access( to (the|this|our) (api|model|service))? {_HAS_BEEN} (\w+ )?{_ENDED}",
            rf"\b(we|have|has|had|'ve) (\w+ly )?{_ENDED} (your|this|the) (api )?({_OURS}|access)",
            # Not "will get your account suspended", which is said of the asker's words.
            rf"(?<!your )(?<![a-z]){_OURS}[ _:]{{1,2}}{_ENDED}",
            rf"{_ENDED} {_OURS}",
            r"organi[sz]ation\b.{0,30}\b(must|has to|needs to) be verified",
            "billing[ _]hard[ _]limit", "billing_not_active", "exceeded your current quota",
            "insufficient_user_quota", "pre_consume_token_quota_failed", "insufficient_quota",
            "insufficient account balance", "quota_not_enough", "model_not_found", "invalid_api_key",
            "无可用渠道", "额度不足", "余额不足", "预扣费额度失败", "欠费",
            "([账帐][号户]|令牌|组织|密钥)[^。，,]{0,12}(封禁|封停|禁用(?!词)|停用|冻结|过期|失效|不可用)",
            "用户(已被|被|已)(封禁|禁用|停用|冻结)",
        ),
        "provider reference 2.4 and 6; the Chinese texts and most codes are New API's",
    ),
    KnownReason(
        Problem.MODERATED,
        frozenset(
            {"moderation_blocked", "content_filter", "sensitive_words_detected", "prompt_blocked",
             "responsibleaipolicyviolation"}
        ),
        _any(
            "moderation_blocked", "safety_violations", "safety system", r"content[ _](management )?policy",
            r"content[ _]filter", "image prompt rejected", "sensitive[ _]words?", "prompt_blocked", "敏感",
            "内容(违规|安全|审核)", "违规内容",
        ),
        "provider reference 6",
    ),
    KnownReason(
        None,
        frozenset({"rate_limit_exceeded"}),
        _any("queue (is )?full", "饱和", "too many requests", "rate_limit_exceeded"),
        "provider reference 2.2 (an id-less 200) and 2.4 (the text of a 429); not the mere 'try later'",
    ),
)  # fmt: skip
"""The account comes before moderation: a text about a blocked account may speak of a content policy, and the
asker's words are not to blame for it (provider reference 6)."""

REFUSED_BEFORE = frozenset(
    {"invalid_request", "invalid_value", "invalid_api_platform", "invalid_api_type", "build_request_failed",
     "gen_relay_info_failed", "convert_request_failed", "read_request_body_failed", "bad_request_body",
     "get_user_quota_failed", "count_token_failed", "json_marshal_failed"}
)  # fmt: skip
"""New API's codes from before it calls anyone: no task can exist, even when the status is 500. Those of them
that say who is to blame are known reasons above (provider reference 2.4)."""

DURING_A_CALL = frozenset(
    {"do_request_failed", "bad_response", "bad_response_status_code", "bad_response_body", "empty_response",
     "read_response_body_failed", "channel:response_time_exceeded"}
)  # fmt: skip
"""New API's codes from after it has called: a task may exist (provider reference 2.4)."""

BROKEN_CALL = frozenset({"do_request_failed", "channel:response_time_exceeded"})
"""Those of them that come without an answer of whoever was called: no word beside them is a refusal (provider
reference 2.4)."""

RELAYED = "fail_to_fetch_task"
"""The gateway relays the upstream's refusal of a submit, its status included (provider reference 2.4)."""

USER_ERRORS = frozenset({"image_generation_user_error", "invalid_request_error"})
"""OpenAI's types for a refusal of the request itself."""


def known_reason(error_body: ErrorBody) -> KnownReason | None:
    """The first known reason that ``error_body`` names by a code, else the first that its words tell. A web
    page states none: its words are not about us."""
    if error_body.is_html:
        return None
    codes, text = {*error_body.codes, *error_body.kinds}, own_words(error_body.text)
    named = (reason for reason in KNOWN_REASONS if reason.codes & codes)
    told = (reason for reason in KNOWN_REASONS if reason.words.search(text))
    return next(named, None) or next(told, None)


def failure_of(error_body: ErrorBody, *, status: str, secrets: Iterable[str] = ()) -> Failure:
    """Why a task failed, for its asker (the problem) and for operators (the redacted detail). Whether the
    task had sources is not known here: of one that had none, SOURCE_UNREACHABLE is not to be believed."""
    reason = known_reason(error_body)
    if reason is not None and reason.problem is not None:
        problem = reason.problem
    elif tells_of_a_source(error_body.text):
        problem = Problem.SOURCE_UNREACHABLE
    else:
        problem = Problem.PROVIDER_FAILED
    return Failure(problem, redact(f"{status}: {error_body.text}", secrets))


def read_error(body: bytes) -> ErrorBody:
    """The error in an answer of any form: JSON, plain text, a web page, nothing (provider reference 2.4)."""
    text = body[:65_536].decode("utf-8", "replace").strip()
    document = _json(text)
    if isinstance(document, dict):
        return error_in(document)
    if document is not None and not isinstance(document, str):
        return ErrorBody()
    return ErrorBody(message=text, is_html=text.startswith("<"))


def error_in(document: dict[str, Any], depth: int = 0) -> ErrorBody:
    """The error in a JSON object; JSON inside its message is unwrapped (``fail_to_fetch_task``)."""
    error = document.get("error")
    inner = error if isinstance(error, dict) else {}
    message = _first_text(
        error, inner.get("message"), inner.get("type"), document.get("message"), document.get("fail_reason")
    )
    codes = _words(document.get("code"), inner.get("code"))
    kinds = _words(inner.get("type"), document.get("type"))
    upstream = _status(inner.get("status"), inner.get("status_code"), inner.get("code"))
    if depth:
        upstream = upstream or _status(
            document.get("status"), document.get("status_code"), document.get("code")
        )
    wrapped = _json(message[message.find("{") :]) if "{" in message and depth < MAX_DEPTH else None
    if not isinstance(wrapped, dict):
        return ErrorBody(message, codes, kinds, upstream)
    nested = error_in(wrapped, depth + 1)
    return ErrorBody(
        nested.message or message,
        codes + nested.codes,
        kinds + nested.kinds,
        nested.upstream_status or upstream,
    )


def _first_text(*values: object) -> str:
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")


def _words(*values: object) -> tuple[str, ...]:
    """Codes as words; success and empty ones say nothing."""
    words = (str(v).strip().lower() for v in values if isinstance(v, str | int) and not isinstance(v, bool))
    return tuple(word for word in words if word and word not in {"success", "0", "200"})


def _status(*values: object) -> int | None:
    for value in values:
        if isinstance(value, int | str) and re.fullmatch(r"[45]\d\d", str(value)):
            return int(value)
    return None


def _json(text: str) -> Any:
    """The JSON value that ``text`` begins with, or None."""
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
