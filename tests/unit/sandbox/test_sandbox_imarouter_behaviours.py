"""What a single task can be told to do: by the control API, or by magic words in its prompt."""

from __future__ import annotations

import json

import httpx
import pytest

from sandbox.imarouter.behaviours import DONE_WORDS, FAILED_WORDS, magic
from tests.unit.sandbox.imarouter_kit import GENERATE, IMAGES, opened, running


@pytest.mark.parametrize(
    ("word", "status", "text"),
    [
        ("moderate", 400, "moderation_blocked"),
        ("moderate", 400, "safety_violations=[violence]"),
        ("account", 403, "resource has been temporarily blocked"),
        ("quota", 403, "insufficient_user_quota"),
        ("key", 401, "new_api_error"),
        ("model", 503, "model_not_found"),
        ("ratelimit", 429, "饱和"),
        ("toolarge", 413, "too large"),
    ],
)
async def test_refusals_at_submit_accept_and_charge_nothing(word: str, status: int, text: str) -> None:
    async with running() as kit:
        answer = await kit.post(prompt=f"a fox [{word.upper()}] at night")

        assert answer.status_code == status
        assert text in answer.text
        assert kit.provider.tasks() == []
        assert kit.balance() == 100


async def test_the_gateway_wraps_the_models_refusal_as_a_string() -> None:
    async with running() as kit:
        wrapped = (await kit.post(prompt="[moderate]")).json()
        direct = (await kit.post(GENERATE, prompt="[moderate]")).json()

        assert wrapped["code"] == "fail_to_fetch_task"
        assert wrapped["data"] is None
        assert json.loads(wrapped["message"])["error"]["code"] == "moderation_blocked"
        assert direct["error"]["code"] == "moderation_blocked"
        assert direct["error"]["type"] == "image_generation_user_error"


@pytest.mark.parametrize("shape", ["openai", "task", "text", "plain", "empty", "new_api", "nested"])
async def test_refusals_come_in_every_shape_that_clients_must_take(shape: str) -> None:
    async with running(refusal_shape=shape) as kit:
        refused = await kit.post(prompt="[moderate]")
        failed = await kit.post(prompt=f"[error:{shape}]")

        assert (refused.status_code, failed.status_code) == (400, 500)
        assert (refused.content == b"") is (shape == "empty")
        if shape == "text":
            assert "safety system" in refused.json()["error"]
        if shape == "plain":
            assert refused.headers["Content-Type"].startswith("text/plain")
            assert failed.text == "upstream error"


async def test_a_200_without_an_id_accepts_nothing() -> None:
    async with running() as kit:
        answer = await kit.post(prompt="[noid]")

        assert (answer.status_code, answer.json()) == (200, {"message": "queue full"})
        assert kit.provider.tasks() == []


async def test_lost_is_accepted_and_charged_and_drop_is_not() -> None:
    async with running() as kit:
        with pytest.raises(httpx.TransportError):
            await kit.post(prompt="[drop]")
        dropped = kit.balance()
        with pytest.raises(httpx.TransportError):
            await kit.post(prompt="[lost]")
        bad_gateway = await kit.post(prompt="[lost-502]")

        assert dropped == 100
        assert bad_gateway.status_code == 502
        assert len(kit.provider.tasks()) == 2
        assert kit.balance() == pytest.approx(100 - 0.012)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("fail", "upstream task failed"),
        ("moderate-late", "safety_violations=[sexual]"),
        ("account-late", "temporarily blocked"),
        ("chinese", "任务执行失败"),
        ("wget", "wget download failed"),
        ("status:cancelled", "upstream task failed"),
    ],
)
async def test_late_failures_are_a_200_with_the_failure_inside_and_a_refund(word: str, text: str) -> None:
    async with running() as kit:
        task = await kit.start(prompt=f"[{word}]")
        kit.provider.advance(10_000)
        answer = await kit.poll(task)

        assert answer["code"] == "success"
        assert answer["data"]["status"] == (word.partition(":")[2] or "failed")
        assert text in answer["data"]["error"]["message"]
        assert answer["data"]["url"] == ""
        assert kit.balance() == 100


@pytest.mark.parametrize("word", sorted(FAILED_WORDS | DONE_WORDS))
async def test_every_final_status_word_can_be_produced(word: str) -> None:
    async with running() as kit:
        data = await kit.finished(await kit.start(prompt=f"[status:{word}]"))

        assert data["status"] == word
        assert bool(data["url"]) is (word in DONE_WORDS)


@pytest.mark.parametrize("word", ["submitted", "not_start", "in_progress", "unknown", "", "thinking"])
async def test_every_pending_status_word_and_strange_ones_are_shown_until_the_end(word: str) -> None:
    async with running() as kit:
        task = await kit.start(prompt=f"[status:{word}]")
        pending = (await kit.poll(task))["data"]["status"]

        assert pending == word
        assert (await kit.finished(task))["status"] == "succeeded"


async def test_slow_takes_five_times_as_long_quick_none_and_stuck_for_ever() -> None:
    async with running(duration_seconds=100) as kit:
        slow, quick, stuck = [await kit.start(prompt=f"[{word}]") for word in ("slow", "quick", "stuck")]
        at_once = (await kit.poll(quick))["data"]["status"]
        kit.provider.advance(499)
        almost = (await kit.poll(slow))["data"]["status"]
        kit.provider.advance(2)

        assert (at_once, almost) == ("succeeded", "processing")
        assert (await kit.poll(slow))["data"]["status"] == "succeeded"
        assert (await kit.finished(stuck))["status"] == "processing"


async def test_success_without_a_picture_is_charged() -> None:
    async with running() as kit:
        images = await kit.finished(await kit.start(prompt="[nourl]"))
        job = await kit.start(GENERATE, prompt="[nourl]")
        kit.provider.advance(10_000)

        assert (images["status"], images["url"]) == ("succeeded", "")
        assert (await kit.poll(job, "/v1/jobs"))["output"] == []
        assert kit.balance() < 100


async def test_partial_leaves_one_output_out_and_bills_the_rest() -> None:
    async with running() as kit:
        job = await kit.start(GENERATE, prompt="[partial]", numImages=4, imageSize="square")
        kit.provider.advance(10_000)

        assert len((await kit.poll(job, "/v1/jobs"))["output"]) == 3
        assert kit.balance() == pytest.approx(100 - 3 * 0.006)


async def test_partial_fails_one_of_n_single_tasks_each_time() -> None:
    async with running() as kit:
        for _ in range(2):
            tasks = [await kit.start(prompt="fox [partial]") for _ in range(3)]
            words = [(await kit.finished(task))["status"] for task in tasks]

            assert words == ["succeeded", "failed", "succeeded"]


async def test_a_forgotten_task_is_unknown() -> None:
    async with running() as kit:
        task = await kit.start(prompt="[forgotten]")

        assert (await kit.http.get(f"{IMAGES}/{task}")).status_code == 400


@pytest.mark.parametrize(("word", "status"), [("expired", 404), ("forbidden", 403)])
async def test_a_result_link_that_is_gone(word: str, status: int) -> None:
    async with running() as kit:
        answer = await kit.made(prompt=f"[{word}]")

        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("application/xml")


async def test_a_moved_result_has_a_new_link_at_the_next_poll() -> None:
    async with running() as kit:
        task = await kit.start(prompt="[moved]")
        first = (await kit.finished(task))["url"]
        same = (await kit.poll(task))["data"]["url"]
        gone = (await kit.http.get(first)).status_code
        second = (await kit.poll(task))["data"]["url"]

        assert first == same != second
        assert gone == 404
        assert opened((await kit.http.get(second)).content).size == (1024, 1024)
        assert (await kit.http.get(first)).status_code == 404


async def test_results_that_are_not_what_they_should_be() -> None:
    async with running(oversize_bytes=3_000_000) as kit:
        redirect = await kit.made(prompt="[redirect]")
        followed = await kit.http.get(redirect.headers["Location"])
        wrong_type = await kit.made(prompt="[wrong-type]")
        html = await kit.made(prompt="[html]")
        oversize = await kit.made(prompt="[oversize]")
        with pytest.raises(httpx.RemoteProtocolError):
            await kit.made(prompt="[truncated]")

        assert redirect.status_code == 302
        assert opened(followed.content).size == (1024, 1024)
        assert wrong_type.headers["Content-Type"] == "application/octet-stream"
        assert html.headers["Content-Type"].startswith("text/html")
        assert html.status_code == 200
        assert "Content-Length" not in oversize.headers
        assert len(oversize.content) > 2_900_000


async def test_next_orders_behaviours_for_just_so_many_accepted_bodies() -> None:
    async with running() as kit:
        await kit.http.post("/sandbox/next", json={"behaviour": "moderate", "count": 2})
        invalid = await kit.post(size="1x1")
        codes = [(await kit.post()).status_code for _ in range(3)]

        assert "divisible" in invalid.text
        assert codes == [400, 400, 200]


async def test_next_takes_several_behaviours_and_refuses_unknown_ones() -> None:
    async with running() as kit:
        kit.provider.next("amount:nan", "quick")
        wrong = await kit.http.post("/sandbox/next", json={"behaviour": "dance"})
        none = await kit.http.post("/sandbox/next", json={"count": 1})
        data = (await kit.poll(await kit.start()))["data"]

        assert (wrong.status_code, none.status_code) == (400, 400)
        assert "dance" in wrong.json()["error"]
        assert (data["status"], data["amount_usd"]) == ("succeeded", "NaN")


def test_words_that_are_no_magic_are_just_words() -> None:
    assert magic("a [photo] of [FAIL] and [status:] (slow)") == {"fail", "status:"}


async def test_more_links_come_than_were_ordered_and_each_leads_to_a_picture() -> None:
    async with running(duration_seconds=0) as kit:
        done = await kit.finished(await kit.start(prompt="[links:7] [amount:absurd] a fox"))

        links = {item["url"] for item in done["results"]}
        assert len(links) == 7
        for link in links:
            assert opened((await kit.http.get(link)).content).format == "PNG"
        assert done["amount_usd"] == 14.90
        assert kit.balance() > 99, "the bill is that of one picture"


async def test_another_format_comes_than_was_ordered() -> None:
    async with running(duration_seconds=0) as kit:
        answer = await kit.made(prompt="[as-png] a fox", output_format="webp")

        assert opened(answer.content).format == "PNG"


async def test_headers_say_whatever_they_are_told() -> None:
    async with running(retry_after="next year", date="yesterday") as kit:
        answer = await kit.post(prompt="[ratelimit] a fox")

        assert (answer.headers["Retry-After"], answer.headers["Date"]) == ("next year", "yesterday")
