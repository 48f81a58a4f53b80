"""What every answer to the paid call means, as one table, and what it may say."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from bot.domain.errors import BotError
from bot.domain.problem import Problem
from bot.errors import GivenUp, OutcomeUnknown, TryLater, Unreachable
from bot.imarouter.error_reasons import error_in, failure_of
from tests.unit.bot.imarouter.provider import KEY, Wire, answer, order, refusal

MODERATION = {
    "error": {
        "message": "Your request was rejected by the safety system. safety_violations=[violence]",
        "type": "image_generation_user_error",
        "param": "",
        "code": "moderation_blocked",
    }
}


def nested(inner: object) -> dict[str, Any]:
    return {"code": "fail_to_fetch_task", "message": json.dumps(inner), "data": None}


UNKNOWN = OutcomeUnknown
LATER, AWAY = TryLater, Unreachable
REFUSED, ACCOUNT = Problem.PROVIDER_REFUSED, Problem.PROVIDER_ACCOUNT
MODERATED, SOURCE = Problem.MODERATED, Problem.SOURCE_UNREACHABLE
CASES: list[tuple[str, int, object, object]] = [
    ("queue full at 200 was said, not taken", 200, {"message": "queue full"}, LATER),
    ("id-less 200 says nothing", 200, {"message": "ok"}, UNKNOWN),
    ("id-less 200 with moderation", 200, MODERATION, MODERATED),
    ("an id that is no path", 200, {"id": "a b"}, UNKNOWN),
    ("dots are no id", 200, {"id": ".."}, UNKNOWN),
    ("empty 200", 200, None, UNKNOWN),
    ("a list", 200, [1], UNKNOWN),
    ("no content", 204, None, UNKNOWN),
    ("see other", 303, None, UNKNOWN),
    ("moved", 301, None, ACCOUNT),
    ("moderation, plain", 400, MODERATION, MODERATED),
    ("moderation, wrapped", 400, nested(MODERATION), MODERATED),
    ("moderation, wrapped in a 500", 500, nested(MODERATION), MODERATED),
    ("other 400", 400, {"code": "invalid_request", "message": "bad size", "data": None}, REFUSED),
    ("400 as text", 400, {"error": "size is not supported"}, REFUSED),
    ("400 with no body", 400, None, REFUSED),
    ("bad key", 401, {"error": {"message": "无效的令牌", "type": "new_api_error"}}, ACCOUNT),
    ("payment", 402, None, ACCOUNT),
    ("no balance", 403, {"error": {"message": "x", "code": "insufficient_user_quota"}}, ACCOUNT),
    ("moderated with 403", 403, MODERATION, MODERATED),
    ("blocked", 422, {"error": {"message": "The resource has been temporarily blocked"}}, ACCOUNT),
    ("422", 422, {"message": "no"}, REFUSED),
    ("upstream 404", 404, nested({"error": {"message": "no such deployment"}}), REFUSED),
    ("model 404", 404, {"error": {"message": "x", "code": "model_not_found"}}, ACCOUNT),
    ("404 with an id", 404, {"id": "task_1"}, UNKNOWN),
    ("gateway timed out", 408, None, UNKNOWN),
    ("conflict", 409, {"message": "x"}, UNKNOWN),
    ("too large", 413, None, REFUSED),
    ("too early", 425, None, LATER),
    ("saturated", 429, {"code": "fail_to_fetch_task", "message": "当前分组上游负载已饱和"}, LATER),
    ("429 with no body", 429, None, LATER),
    ("429 with an id", 429, {"id": "x"}, LATER),
    ("client closed", 499, None, UNKNOWN),
    ("500", 500, None, UNKNOWN),
    ("busy, try later, may be taken", 500, {"code": "x", "message": "系统繁忙，请稍后再试"}, UNKNOWN),
    ("its own call failed", 500, {"code": "do_request_failed", "message": "EOF"}, UNKNOWN),
    ("upstream took it, no id", 500, {"code": "invalid_response", "message": "task_id is empty"}, UNKNOWN),
    ("stopped before", 500, {"code": "build_request_failed", "message": "x"}, REFUSED),
    ("upstream 400 in 500", 500, nested({"error": {"message": "bad", "code": 400}}), REFUSED),
    ("upstream user error", 500, nested({"error": {"message": "x", "type": "invalid_request_error"}}),
     REFUSED),
    ("upstream 429 in 500", 500, nested({"status": 429, "error": {"message": "slow"}}), LATER),
    ("upstream 403 in 502", 502, nested({"status": 403, "message": "no"}), ACCOUNT),
    ("upstream 408 in 502", 502, nested({"status": 408, "message": "no"}), UNKNOWN),
    ("upstream 502 in 502", 502, nested({"error": {"message": "bad", "code": 502}}), UNKNOWN),
    ("upstream server error", 502, nested({"error": {"message": "x", "type": "server_error"}}), UNKNOWN),
    ("no channel", 503, {"error": {"message": "无可用渠道", "code": "model_not_found"}}, ACCOUNT),
    ("504", 504, None, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("status", "document", "meant"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
async def test_submit_answer_means(status: int, document: object, meant: object) -> None:
    wire = Wire(answer(status, document))

    error = await refusal(wire)

    assert len(wire.requests) == 1
    if isinstance(meant, Problem):
        assert isinstance(error, GivenUp)
        assert error.failure.problem is meant
    else:
        assert type(error) is meant


def said(message: str, code: str = "", kind: str = "") -> dict[str, Any]:
    return {"error": {"message": message, "code": code, "type": kind}}


STOPPED_BEFORE = [
    ("sensitive_words_detected", MODERATED), ("prompt_blocked", MODERATED),
    ("count_token_failed", REFUSED), ("json_marshal_failed", REFUSED), ("invalid_api_type", REFUSED),
    ("bad_request_body", REFUSED), ("convert_request_failed", REFUSED), ("gen_relay_info_failed", REFUSED),
    ("channel:no_available_key", ACCOUNT), ("channel:model_mapped_error", ACCOUNT),
    ("channel:invalid_key", ACCOUNT), ("channel:param_override_invalid", ACCOUNT),
    ("channel:header_override_invalid", ACCOUNT), ("get_channel_failed", ACCOUNT),
    ("model_price_error", ACCOUNT), ("access_denied", ACCOUNT),
    ("insufficient_user_quota", ACCOUNT), ("pre_consume_token_quota_failed", ACCOUNT),
]  # fmt: skip


@pytest.mark.parametrize(("code", "problem"), STOPPED_BEFORE)
@pytest.mark.parametrize("as_task", [True, False])
async def test_500_with_a_code_from_before_any_call_is_a_refusal(
    code: str, problem: Problem, *, as_task: bool
) -> None:
    body = {"code": code, "message": "x", "data": None} if as_task else said("x", code, "new_api_error")

    error = await refusal(Wire(answer(500, body)))

    assert isinstance(error, GivenUp)
    assert error.failure.problem is problem


DURING = [
    "do_request_failed", "bad_response", "bad_response_body", "bad_response_status_code", "empty_response",
    "read_response_body_failed", "channel:response_time_exceeded", "channel:aws_client_error",
]  # fmt: skip


@pytest.mark.parametrize("code", DURING)
@pytest.mark.parametrize("status", [408, 500, 502, 504])
@pytest.mark.parametrize("message", ["x", "upstream error"])
async def test_500_with_a_code_from_after_a_call_stays_unknown(code: str, status: int, message: str) -> None:
    assert type(await refusal(Wire(answer(status, said(message, code))))) is UNKNOWN


async def test_a_busy_word_does_not_make_a_call_that_was_begun_safe_to_repeat() -> None:
    body = {"code": "do_request_failed", "message": "EOF after 429 too many requests", "data": None}

    assert type(await refusal(Wire(answer(500, body)))) is UNKNOWN


BLAME = [
    ("Your account has been blocked: repeated content policy violations.", "", ACCOUNT),
    ("This account was suspended for violating our content policy", "content_policy_violation", ACCOUNT),
    ("Account suspended: content policy", "", ACCOUNT),
    ("Your organization (org-x) has been temporarily restricted. Content policy", "", ACCOUNT),
    ("Against our content policy; doing so again will get your account suspended.", "", MODERATED),
    ("Violates the content policy. Your account may be suspended if you go on.", "", MODERATED),
    ("Access from a disabled account; see the content policy", "", ACCOUNT),
    ("Billing hard limit has been reached", "billing_hard_limit_reached", ACCOUNT),
    ("Billing hard limit has been reached", "", ACCOUNT),
    ("x", "billing_not_active", ACCOUNT),
    ("Your organization must be verified to use the model `gpt-image-2`. Please see our content policy", "",
     ACCOUNT),
    ("Your organisation has to be verified", "", ACCOUNT),
    ("x", "account_deactivated", ACCOUNT),
    ("Error account_deactivated, content policy", "", ACCOUNT),
    ("You exceeded your current quota, please check your plan", "insufficient_quota", ACCOUNT),
    ("账号因违规内容已被封禁", "", ACCOUNT),
    ("用户已被封禁", "", ACCOUNT),
    ("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "",
     MODERATED),
    ("x", "content_filter", MODERATED),
    ("finish_reason: content_filter", "", MODERATED),
    ("rejected by the content filter", "", MODERATED),
    ("输入包含敏感词", "", MODERATED),
    ("用户输入包含敏感词和禁用词", "", MODERATED),
    ("内容违规，请修改提示词", "", MODERATED),
    ("x", "content_policy_violation", MODERATED),
    ("Your account has been blocked? No: draw something else", "moderation_blocked", MODERATED),
    ("提示词含敏感内容，多次违规账号将被封禁", "", MODERATED),
    ("提示词含敏感内容，多次违规将导致账号被封禁", "", MODERATED),
    ("提示词含敏感内容将导致账号被封禁", "", MODERATED),
    ("Your prompt 'the bot's disabled account\nholder' was rejected by the safety system", "", MODERATED),
    ("内容违规，账户可能会被停用，请修改提示词", "", MODERATED),
    ("您的账号可能因敏感内容已被封禁", "", ACCOUNT),
    ("会员账号被封禁：内容违规", "", ACCOUNT),
    ("We have suspended your account for violating the content policy", "", ACCOUNT),
    ("We've permanently banned this organization: content policy", "", ACCOUNT),
    ("Your API access has been suspended: content policy", "", ACCOUNT),
    ("Your access was terminated after repeated hits of content_policy", "", ACCOUNT),
    ("Your access to the API is currently blocked. See our content policy", "", ACCOUNT),
    ("Access to this content is restricted by our content policy", "", MODERATED),
    ("Against the content policy. Your account is at risk of being suspended.", "", MODERATED),
    ("Your prompt 'a disabled account holder' was rejected by the safety system", "", MODERATED),
    ('Prompt "our account was suspended" breaks the content policy', "", MODERATED),
    ("提示词“账号已被封禁”含敏感内容", "", MODERATED),
    ("Your prompt a disabled account holder was rejected by the safety system", "", MODERATED),
    ("Your account has been suspended. Your last prompt was rejected by the safety system", "", ACCOUNT),
    ("Error code: 400 - {'error': {'message': 'rejected by the safety system', 'code': ''}}", "", MODERATED),
    ('The upstream said "content_policy_violation"', "", MODERATED),
]  # fmt: skip


@pytest.mark.parametrize(("message", "code", "problem"), BLAME)
@pytest.mark.parametrize("status", [400, 403, 500])
async def test_who_is_to_blame_at_submit(message: str, code: str, problem: Problem, status: int) -> None:
    for body in (said(message, code), nested(said(message, code))):
        error = await refusal(Wire(answer(status, body)))

        assert isinstance(error, GivenUp)
        assert error.failure.problem is problem


@pytest.mark.parametrize(("message", "code", "problem"), BLAME)
def test_who_is_to_blame_for_a_failed_task(message: str, code: str, problem: Problem) -> None:
    assert failure_of(error_in(said(message, code)), status="failed").problem is problem


NOT_FETCHED = [
    "Failed to download image from https://x/y",
    "Timeout while downloading https://bot.example.com/media/x",
    "下载图片失败: Get https://bot.example.com/media/x: connection refused",
    "获取图片失败",
    "图片下载超时",
    "Error while downloading https://bot.example.com/media/x. Upstream status code: 503.",
    "The image could not be downloaded",
    "unable to fetch the input image",
    "wget download failed: exit status 4",
    "sh: wget: Argument list too long",
]
NO_WORD_OF_A_SOURCE = [
    "Failed to fetch task result",
    "failed to download the result file from upstream",
    "Timeout while fetching the task result",
    "The generated image could not be downloaded",
    "获取任务结果失败",
    "Your prompt 'could not download the image' is too long",
    "bad size",
]
EDIT = order(source_urls=("https://bot.example.com/media/x",))


@pytest.mark.parametrize("text", NOT_FETCHED)
async def test_a_source_that_could_not_be_fetched_is_known_of_an_edit_alone(text: str) -> None:
    for body in (said(text), said(text, "invalid_value", "invalid_request_error"), nested(said(text))):
        for given, problem in ((EDIT, SOURCE), (order(), REFUSED)):
            error = await refusal(Wire(answer(400, body)), given)

            assert isinstance(error, GivenUp)
            assert error.failure.problem is problem
    assert failure_of(error_in(said(text)), status="failed").problem is SOURCE


@pytest.mark.parametrize("text", NO_WORD_OF_A_SOURCE)
async def test_a_result_that_could_not_be_fetched_is_no_source(text: str) -> None:
    error = await refusal(Wire(answer(400, said(text))), EDIT)

    assert isinstance(error, GivenUp)
    assert error.failure.problem is REFUSED
    assert failure_of(error_in(said(text)), status="failed").problem is Problem.PROVIDER_FAILED


@pytest.mark.parametrize("code", ["do_request_failed", "channel:response_time_exceeded"])
@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("text", ["content policy violation", "含敏感词", "余额不足", "wget", "queue full"])
async def test_a_call_that_broke_is_unknown_whatever_its_text(code: str, status: int, text: str) -> None:
    for body in (
        said(text, code),
        {"code": code, "message": text, "data": None},
        {"code": code, "message": json.dumps(MODERATION)},
        nested({"status": 400, **said(text, code, "invalid_request_error")}),
    ):
        assert type(await refusal(Wire(answer(status, body)), EDIT)) is UNKNOWN


@pytest.mark.parametrize("code", ["bad_response", "bad_response_status_code", "bad_response_body"])
async def test_the_upstreams_own_refusal_is_one_though_it_was_called(code: str) -> None:
    error = await refusal(Wire(answer(500, said("rejected by the safety system", code))))

    assert isinstance(error, GivenUp)
    assert error.failure.problem is MODERATED


@pytest.mark.parametrize(
    ("status", "text", "meant"),
    [
        (200, "<html>fine</html>", UNKNOWN),
        (200, '{"id": "task_', UNKNOWN),
        (502, "<html>Content policy and safety system of nginx, queue is full</html>", UNKNOWN),
        (504, "upstream request timeout", UNKNOWN),
        (429, "<html>slow down</html>", LATER),
        (200, "[" * 100_000, UNKNOWN),
        (200, '{"id":' + "9" * 5000 + "}", UNKNOWN),
    ],
)
async def test_submit_answer_that_is_not_json_means(status: int, text: str, meant: type[BotError]) -> None:
    error = await refusal(Wire(httpx.Response(status, text=text)))

    assert type(error) is meant


async def test_submit_answer_that_is_far_too_large_is_unknown() -> None:
    error = await refusal(Wire(httpx.Response(200, content=b'{"id":"t","x":"' + b"x" * (2 << 20) + b'"}')))

    assert type(error) is OutcomeUnknown


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (httpx.ConnectError("refused"), AWAY),
        (httpx.ConnectTimeout("slow"), AWAY),
        (httpx.PoolTimeout("busy"), AWAY),
        (httpx.ReadTimeout("slow"), UNKNOWN),
        (httpx.ReadError("reset"), UNKNOWN),
        (httpx.WriteError("reset"), UNKNOWN),
        (httpx.WriteTimeout("slow"), UNKNOWN),
        (httpx.RemoteProtocolError("gone"), UNKNOWN),
        (ConnectionResetError("gone"), UNKNOWN),
    ],
)
async def test_submit_broken_wire_means(error: Exception, meant: type[BotError]) -> None:
    wire = Wire(error)

    assert type(await refusal(wire)) is meant
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("header", "after"),
    [("7", 7.0), ("0", 0.0), ("1.5", 1.5), ("86400", 3600.0), ("-3", None), ("soon", None), ("", None)],
)
async def test_submit_429_retry_after_seconds(header: str, after: float | None) -> None:
    error = await refusal(Wire(answer(429, None, retry_after=header)))

    assert isinstance(error, TryLater)
    assert error.after == after


@pytest.mark.parametrize(("offset", "low", "high"), [(30, 25, 30), (-30, 0, 0)])
async def test_submit_429_retry_after_date(offset: int, low: float, high: float) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=offset), usegmt=True)

    error = await refusal(Wire(answer(429, None, retry_after=when)))

    assert isinstance(error, TryLater)
    assert error.after is not None
    assert low <= error.after <= high


async def test_submit_vendor_text_reaches_operators_redacted_and_nobody_else() -> None:
    text = (
        f"bad key {KEY} and sk-other-12345678 at https://u:p@up.example/v1?sig=secret\n"
        "Bearer abc.def xoxb-1-2-tok \x00\u202e " + "long " * 400
    )

    error = await refusal(Wire(answer(400, {"error": {"message": text}})))

    assert isinstance(error, GivenUp)
    detail = error.failure.detail
    assert len(detail) <= 500
    for secret in (KEY, "sk-other", "sig=", "secret", "u:p", "abc.def", "xoxb", "\x00", "\n", "\u202e"):
        assert secret not in detail
    assert "[link up.example]" in detail


@pytest.mark.parametrize("status", [200, 408, 425, 429, 500, 503])
async def test_submit_vendor_text_is_not_in_undecided_errors(status: int) -> None:
    error = await refusal(Wire(answer(status, {"code": "x", "message": "VENDORTEXT"})))

    assert "VENDORTEXT" not in "".join(traceback.format_exception(error))
