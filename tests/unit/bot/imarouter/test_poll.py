"""What the provider says of a task: every shape, word and error of the reference, and nonsense."""

from __future__ import annotations

import json
import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.errors import TryLater
from bot.imarouter.answers import read_poll, task_id_in
from bot.imarouter.error_reasons import error_in
from bot.imarouter.fields import DONE_STATUSES, DRAWING_STATUSES, FAILED_STATUSES, QUEUED_STATUSES
from bot.ports import Done, Failed, Pending
from tests.unit.bot.imarouter.provider import KEY, Wire, answer, client

U = "https://cdn.example/aiagent/aigc_temp/1_0.png"
V = "https://cdn.example/aiagent/aigc_temp/1_1.png"


async def poll(document: object, status: int = 200, *, dialect: str = "images", **headers: str) -> Any:
    wire = Wire(answer(status, document, **headers))
    return await client(wire).poll("task_1", dialect)


def wrapped(**changes: Any) -> dict[str, Any]:
    data = {"task_id": "task_1", "status": "processing", "url": "", "error": None, "metadata": None}
    return {"code": "success", "data": {**data, **changes}}


SHAPES = {
    "wrapped": wrapped(status="succeeded", format="png", url=U, amount_usd=0.053),
    "wrapped results": wrapped(status="succeeded", results=[{"url": U}], amount_usd=0.053),
    "wrapped output": wrapped(status="succeeded", output=[{"url": U}], amount_usd=0.053),
    "flat": {"id": "task_1", "status": "completed", "result": {"data": [{"url": U}]}, "amount_usd": 0.053},
    "video": {
        "status": "completed", "progress": 100, "results": [{"url": U}],
        "metadata": {"url": "https://other.example/same.png"}, "amount_usd": 0.053, "error": None,
    },
    "jobs": {"id": "j", "status": "COMPLETED", "output": [{"url": U}], "amount_usd": "0.053"},
    "images": {"id": "j", "status": "success", "images": [{"url": U}], "amount_usd": 0.053},
    "metadata": {"id": "j", "status": "success", "metadata": {"url": U}, "amount_usd": 0.053},
    "bare": {"id": "j", "status": "Succeeded", "url": U, "amount_usd": 0.053},
    "strings": {"id": "j", "status": "success", "output": [U, U], "amount_usd": 0.053},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
async def test_poll_done_is_read_in_every_shape(shape: str) -> None:
    assert await poll(SHAPES[shape]) == Done((U,), Money(53_000))


@pytest.mark.parametrize(
    "document",
    [
        {"id": "j", "status": "completed", "output": [{"url": U}, {"url": V}, {"url": U}]},
        wrapped(status="succeeded", url=U, results=[{"url": U}, {"url": V}]),
    ],
)
async def test_poll_done_many_outputs_keep_their_order_without_repeats(document: object) -> None:
    assert await poll(document) == Done((U, V), None)


@pytest.mark.parametrize(
    ("amount", "odd"),
    [(None, None), ("", None), (0, "0"), (0.0, "0.0"), (-1, "-1"), ("NaN", "NaN"), (float("nan"), "NaN"),
     ([], "[]"), (1e300, "1E+300")],
)  # fmt: skip
async def test_poll_amount_that_is_no_price_is_unknown(amount: object, odd: str | None) -> None:
    """Nothing said is ordinary; something that is no price is kept for a person to see."""
    answer = wrapped(status="succeeded", url=U, amount_usd=amount)
    assert await poll(answer) == Done((U,), None, odd_amount=odd)


@pytest.mark.parametrize("word", sorted(DONE_STATUSES | {"SUCCEEDED", "Completed"}))
async def test_poll_words_for_done(word: str) -> None:
    assert isinstance(await poll(wrapped(status=word, url=U)), Done)


@pytest.mark.parametrize("word", sorted(FAILED_STATUSES | {"FAILED", "Canceled"}))
async def test_poll_words_for_failed(word: str) -> None:
    ended = await poll({"id": "j", "status": word, "error": "upstream task failed"})

    assert isinstance(ended, Failed)
    assert ended.failure.problem is Problem.PROVIDER_FAILED
    assert "upstream task failed" in ended.failure.detail


@pytest.mark.parametrize("word", sorted(QUEUED_STATUSES | DRAWING_STATUSES | {"QUEUED", "In_Progress"}))
async def test_poll_words_for_pending(word: str) -> None:
    assert await poll(wrapped(status=word)) == Pending(processing=word.lower() in DRAWING_STATUSES)


async def test_poll_task_without_a_status_is_pending() -> None:
    assert await poll({"code": "success", "data": {"task_id": "task_1"}}) == Pending(processing=False)


async def test_poll_unknown_word_is_pending_and_logged_once() -> None:
    provider = client(Wire(answer(200, wrapped(status="Daydreaming"))))

    with capture_logs() as logs:
        answers = [await provider.poll("task_1", "images") for _ in range(3)]

    assert answers == [Pending(processing=True)] * 3
    assert [(e["event"], e["word"]) for e in logs] == [("provider_status_unknown", "daydreaming")]


@pytest.mark.parametrize(
    "data",
    [
        {"url": ""},
        {"url": None},
        {},
        {"results": []},
        {"url": "not a link"},
        {"url": "/relative.png"},
        {"url": 5},
    ],
)
async def test_poll_done_without_a_link_is_a_failure_of_its_own(data: dict[str, Any]) -> None:
    ended = await poll(wrapped(status="succeeded", **data))

    assert isinstance(ended, Failed)
    assert ended.failure.problem is Problem.NO_PICTURE


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ({"message": "upstream task failed"}, Problem.PROVIDER_FAILED),
        ({"code": "task_failed", "message": "超时"}, Problem.PROVIDER_FAILED),
        ("rejected, safety_violations=[sexual]", Problem.MODERATED),
        (
            {"message": json.dumps({"error": {"code": "moderation_blocked", "message": "x"}})},
            Problem.MODERATED,
        ),
        ("The resource has been temporarily blocked", Problem.PROVIDER_ACCOUNT),
        ("wget download failed: exit status 8", Problem.SOURCE_UNREACHABLE),
        ("fork/exec /bin/sh: argument list too long", Problem.SOURCE_UNREACHABLE),
        (None, Problem.PROVIDER_FAILED),
        ([], Problem.PROVIDER_FAILED),
        ([1], Problem.PROVIDER_FAILED),
    ],
)
async def test_poll_failure_is_named(error: object, problem: Problem) -> None:
    ended = await poll(wrapped(status="failed", error=error))

    assert isinstance(ended, Failed)
    assert ended.failure.problem is problem


async def test_poll_failure_text_is_redacted() -> None:
    text = f"wget {KEY} --header 'Authorization: Bearer {KEY}' https://bot.example/media/TOKEN " + "x" * 999

    ended = await poll(wrapped(status="failed", error={"message": text}))

    assert len(ended.failure.detail) <= 500
    assert KEY not in ended.failure.detail
    assert "TOKEN" not in ended.failure.detail


@pytest.mark.parametrize(
    ("status", "document", "after"),
    [
        (400, {"code": "task_not_exist", "message": "task_not_exist", "data": None}, 15.0),
        (404, {"error": {"message": "job not found"}}, 15.0),
        (404, None, 15.0),
        (401, {"error": {"message": "bad key"}}, 60.0),
        (403, {"error": {"message": "x"}}, 60.0),
        (408, None, None),
        (429, None, None),
        (500, None, None),
        (503, {"error": {"code": "model_not_found", "message": "x"}}, None),
        (400, {"code": "do_request_failed", "message": "EOF: content policy"}, 15.0),
        (301, None, None),
        (200, {"code": "task_not_exist", "message": "task_not_exist", "data": None}, None),
        (200, {"error": {"message": "rate limited"}}, None),
        (200, {"id": "req_1", "error": {"message": "rate limited"}}, None),
        (200, None, None),
        (200, [], None),
    ],
)
async def test_poll_no_word_of_the_task_is_try_later(
    status: int, document: object, after: float | None
) -> None:
    with pytest.raises(TryLater) as caught:
        await poll(document, status)

    assert caught.value.after == after
    assert "task_not_exist" not in str(caught.value)


async def test_poll_429_keeps_retry_after() -> None:
    with pytest.raises(TryLater) as caught:
        await poll(None, 429, retry_after="0")

    assert caught.value.after == 0.0


@pytest.mark.parametrize("status", [200, 400])
async def test_poll_moderation_as_an_error_object_ends_the_task(status: int) -> None:
    ended = await poll({"error": {"code": "moderation_blocked", "message": "x"}}, status)

    assert isinstance(ended, Failed)
    assert ended.failure.problem is Problem.MODERATED


@pytest.mark.parametrize("error", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.ReadError("x")])
async def test_poll_broken_wire_is_try_later(error: Exception) -> None:
    with pytest.raises(TryLater) as caught:
        await client(Wire(error)).poll("task_1", "images")

    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("dialect", "path"), [("images", b"/v1/images/generations/a%2F..%3Fb"), ("jobs", b"/v1/jobs/a%2F..%3Fb")]
)
async def test_poll_uses_the_submissions_own_dialect_and_one_path_segment(dialect: str, path: bytes) -> None:
    wire = Wire(answer(200, {"id": "x", "status": "running"}))

    await client(wire, api="jobs").poll("a/..?b", dialect)

    assert wire.requests[0].url.raw_path == path
    assert wire.requests[0].method == "GET"


async def test_poll_in_no_dialect_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="dialect"):
        await client(Wire(answer(200))).poll("x", "fal")


async def test_outage_is_logged_once_and_its_end_once() -> None:
    wire = Wire(*[httpx.ConnectError("x")] * 5, answer(500), answer(200, wrapped()), answer(200, wrapped()))
    provider = client(wire)

    with capture_logs() as logs:
        for failures in range(1, 7):
            with pytest.raises(TryLater):
                await provider.poll("task_1", "images")
            assert provider.reachable == (failures < 3)
        assert not provider.reachable
        for _ in range(2):
            await provider.poll("task_1", "images")

    assert [e["event"] for e in logs] == ["provider_unreachable", "provider_back"]
    assert provider.reachable


async def test_account_problem_is_logged_once() -> None:
    provider = client(Wire(answer(403, {"error": {"message": "x"}})))

    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(TryLater):
                await provider.poll("task_1", "images")

    assert [e["event"] for e in logs] == ["provider_account_problem"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8)
    | st.sampled_from(["succeeded", "failed", "queued", U, "data:image/png;base64,AA", "{\"error\":{}}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["data", "status", "url", "result", "results", "output", "error", "message", "code",
                         "id", "task_id", "metadata", "amount_usd", "b64_json", "type"]), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=400)
@given(
    st.dictionaries(
        st.sampled_from(["data", "status", "result", "output", "error", "id", "amount_usd"]), JSON
    )
)
def test_any_json_object_is_read_without_an_accident(document: dict[str, Any]) -> None:
    result = read_poll(document, task_id="t", dialect="jobs")
    task_id_in(document)
    error_in(document)

    if result is not None and isinstance(result.outcome, Done):
        assert result.outcome.urls
        assert result.outcome.amount is None or result.outcome.amount.micros > 0
