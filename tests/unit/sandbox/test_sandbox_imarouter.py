"""The simulated provider: dialects, shapes, keys, money and time."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import httpx
import pytest

from sandbox.faults import Fault
from sandbox.imarouter import Options
from tests.unit.sandbox.imarouter_kit import EDIT, GENERATE, IMAGES, opened, running


async def test_images_dialect_goes_from_queued_over_processing_to_a_url() -> None:
    async with running(duration_seconds=100) as kit:
        submitted = (await kit.post()).json()
        words = []
        for _ in range(3):
            words.append((await kit.poll(submitted["id"]))["data"]["status"])
            kit.provider.advance(50.1)
        done = await kit.poll(submitted["id"])

        assert submitted["id"] == submitted["task_id"]
        assert submitted["object"] == "image"
        assert (submitted["status"], submitted["progress"]) == ("queued", 0)
        assert words == ["queued", "processing", "succeeded"]
        assert done["code"] == "success"
        assert done["data"]["error"] is None
        assert done["data"]["amount_usd"] == 0.006
        assert done["data"]["usage"]["output_tokens"] == 200


async def test_pending_shape_w_has_an_empty_url_and_no_amount() -> None:
    async with running(duration_seconds=100) as kit:
        data = (await kit.poll(await kit.start()))["data"]

        assert data["url"] == ""
        assert data["amount_usd"] == 0


async def test_jobs_dialect_returns_n_outputs_in_one_task() -> None:
    async with running(duration_seconds=100) as kit:
        answer = (await kit.post(GENERATE, numImages=3, imageSize="square_hd")).json()
        queued = await kit.poll(answer["id"], "/v1/jobs")
        kit.provider.advance(20)
        running_ = await kit.poll(answer["id"], "/v1/jobs")
        kit.provider.advance(100)
        done = await kit.poll(answer["id"], "/v1/jobs")
        pictures = [opened((await kit.http.get(item["url"])).content) for item in done["output"]]

        assert list(answer) == ["id"]
        assert queued == {"id": answer["id"], "status": "queued"}
        assert running_ == {"id": answer["id"], "status": "running"}
        assert list(done) == ["id", "status", "output"]
        assert done["status"] == "completed"
        assert [item.size for item in pictures] == [(1024, 1024)] * 3
        assert len({item.tobytes() for item in pictures}) == 3


async def test_jobs_dialect_can_shout_and_can_tell_its_usage() -> None:
    async with running(uppercase_status=True, jobs_usage=True) as kit:
        job = await kit.start(GENERATE, imageSize={"width": 1536, "height": 1024})
        kit.provider.advance(10_000)
        done = await kit.poll(job, "/v1/jobs")

        assert done["status"] == "COMPLETED"
        assert done["amount_usd"] == 0.005


async def test_failed_job_has_a_string_error_and_no_output() -> None:
    async with running() as kit:
        job = await kit.start(GENERATE, prompt="[fail]")
        kit.provider.advance(10_000)

        assert await kit.poll(job, "/v1/jobs") == {
            "id": job,
            "status": "failed",
            "error": "upstream task failed",
        }


@pytest.mark.parametrize("path", [GENERATE, EDIT])
async def test_a_dialect_that_is_not_served_answers_the_gateways_404(path: str) -> None:
    async with running(dialects=["images"]) as kit:
        answer = await kit.post(path)

        assert answer.status_code == 404
        assert answer.json() == {
            "error": {
                "message": f"Invalid URL (POST {path})",
                "type": "invalid_request_error",
                "param": "",
                "code": "",
            }
        }
        assert kit.provider.tasks() == []
        assert (await kit.post()).status_code == 200


async def test_a_missing_route_can_be_plain() -> None:
    async with running(dialects=["jobs"], missing_route="plain_405") as kit:
        assert (await kit.post()).status_code == 405
        kit.provider.set_options(missing_route="plain_404")
        answer = await kit.http.get(f"{IMAGES}/x")

        assert (answer.status_code, answer.text) == (404, "404 page not found")


async def test_an_unknown_task_is_400_in_one_dialect_and_404_in_the_other() -> None:
    async with running() as kit:
        images, jobs = await kit.http.get(f"{IMAGES}/task_x"), await kit.http.get("/v1/jobs/x")

        assert images.status_code == 400
        assert images.json() == {"code": "task_not_exist", "message": "task_not_exist", "data": None}
        assert jobs.status_code == 404
        assert "Invalid URL" not in jobs.text


async def test_a_task_of_one_dialect_is_unknown_to_the_other() -> None:
    async with running() as kit:
        task = await kit.start()

        assert (await kit.http.get(f"/v1/jobs/{task}")).status_code == 404


async def test_shape_f_and_its_video_cousin() -> None:
    async with running() as kit:
        task = await kit.start(n=2, prompt="two")
        kit.provider.advance(10_000)
        kit.provider.set_options(poll_shape="flat")
        flat = await kit.poll(task)
        kit.provider.set_options(poll_shape="video")
        video = await kit.poll(task)
        kit.provider.set_options(poll_shape="flat_b64")
        inline = await kit.poll(task)

        assert flat["object"] == "image"
        assert flat["status"] == "completed"
        assert len(flat["result"]["data"]) == 2
        assert flat["completed_at"] > flat["created_at"]
        assert video["progress"] == 100
        assert video["metadata"]["url"] == video["results"][0]["url"] == flat["result"]["data"][0]["url"]
        assert set(inline["result"]["data"][0]) == {"b64_json"}


async def test_shape_w_shows_one_url_whatever_n_was_and_bills_all() -> None:
    async with running() as kit:
        data = await kit.finished(await kit.start(n=3))

        assert isinstance(data["url"], str)
        assert data["amount_usd"] == pytest.approx(0.018)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("wrapped", ["code", "data"]), ("data_id", ["code", "data"]), ("no_id", ["message"])],
)
async def test_submit_shapes(shape: str, expected: list[str]) -> None:
    async with running(submit_shape=shape) as kit:
        answer = (await kit.post()).json()

        assert list(answer) == expected
        if shape == "no_id":
            assert answer == {"message": "queue full"}
            assert kit.provider.tasks() == []
        else:
            assert kit.provider.tasks()[0]["id"] in answer["data"].values()


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer sk-other"}, {"Authorization": "sk-sandbox"}]
)
async def test_a_wrong_key_is_401_in_new_apis_shape_on_every_route(header: dict[str, str]) -> None:
    async with running() as kit, httpx.AsyncClient(base_url=kit.provider.base_url, headers=header) as http:
        for answer in (
            await http.post(IMAGES, json={}),
            await http.post(GENERATE, json={}),
            await http.get(f"{IMAGES}/x"),
            await http.get("/api/usage/token/user-balance"),
        ):
            assert answer.status_code == 401
            assert answer.json()["error"]["type"] == "new_api_error"
            assert "(request id: " in answer.json()["error"]["message"]


async def test_the_balance_is_precharged_and_kept_on_success() -> None:
    async with running(balance_usd=10) as kit:
        task = await kit.start(quality="high")
        at_submit = kit.balance()
        await kit.finished(task)
        answer = (await kit.http.get("/api/usage/token/user-balance")).json()

        assert at_submit == pytest.approx(9.789)
        assert answer["success"] is True
        assert answer["data"]["balance_usd"] == pytest.approx(9.789)
        assert answer["data"]["used_amount_usd"] == pytest.approx(0.211)
        assert answer["data"]["object"] == "user_balance"


async def test_a_failed_task_is_refunded_when_it_fails_and_not_before() -> None:
    async with running(balance_usd=10, duration_seconds=60) as kit:
        await kit.start(prompt="[fail]", quality="high")
        kit.provider.advance(59)
        before = kit.balance()
        kit.provider.advance(2)

        assert before == pytest.approx(9.789)
        assert kit.provider.balance() == {"balance_usd": 10.0, "used_amount_usd": 0.0}


async def test_an_empty_balance_is_403_and_nothing_is_accepted() -> None:
    async with running(balance_usd=0.2) as kit:
        answer = await kit.post(quality="high")

        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "insufficient_user_quota"
        assert kit.provider.tasks() == []
        assert kit.balance() == 0.2


async def test_a_surprise_bill_shows_in_the_amount_and_in_the_balance() -> None:
    async with running(balance_usd=10, amount_factor=3, amount_at_submit=True) as kit:
        submitted = (await kit.post(quality="medium")).json()
        data = await kit.finished(submitted["id"])

        assert submitted["amount_usd"] == 0.053
        assert data["amount_usd"] == pytest.approx(0.159)
        assert kit.balance() == pytest.approx(9.841)


@pytest.mark.parametrize(
    ("mode", "told"),
    [("zero", 0), ("null", None), ("negative", -0.006), ("nan", "NaN"), ("string", "0.006000")],
)
async def test_amount_modes_lie_but_the_balance_does_not(mode: str, told: Any) -> None:
    async with running(amount=mode, balance_usd=1) as kit:
        data = await kit.finished(await kit.start())

        assert data["amount_usd"] == told
        assert kit.balance() == pytest.approx(0.994)


async def test_amount_can_be_absent() -> None:
    async with running(amount="absent") as kit:
        assert "amount_usd" not in await kit.finished(await kit.start())


async def test_durations_are_realistic_and_divided_by_the_speed() -> None:
    async with running(speed=1) as kit:
        for quality in ("low", "medium", "high"):
            for _ in range(30):
                await kit.start(quality=quality)
        takes: dict[str, list[float]] = {}
        kit.provider.advance(10_000)
        for task in kit.provider.tasks():
            begun, ended = task["submitted_at"], task["done_at"]
            takes.setdefault(task["quality"], []).append(_seconds(ended) - _seconds(begun))

        assert 12 <= min(takes["low"]) <= max(takes["low"]) <= 60
        assert 75 <= min(takes["medium"]) <= max(takes["medium"]) <= 600
        assert 180 <= min(takes["high"]) <= max(takes["high"]) <= 900
        assert 100 < sorted(takes["medium"])[15] < 230


async def test_a_row_that_is_refreshed_every_15_seconds_shows_old_news() -> None:
    async with running(speed=1, refresh_seconds=15, duration_seconds=16) as kit:
        task = await kit.start()
        kit.provider.advance(20)
        stale = (await kit.poll(task))["data"]["status"]
        kit.provider.advance(10)

        assert stale == "processing"
        assert (await kit.poll(task))["data"]["status"] == "succeeded"


async def test_concurrency_limit_is_a_429_until_a_task_ends() -> None:
    async with running(concurrency=1, retry_after=9) as kit:
        await kit.start()
        refused = await kit.post()
        kit.provider.advance(10_000)

        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "9"
        assert "饱和" in refused.json()["message"]
        assert (await kit.post()).status_code == 200


async def test_rate_limit_without_body_or_header() -> None:
    async with running(submits_per_minute=2, rate_limit_body="empty") as kit:
        codes = [(await kit.post()).status_code for _ in range(3)]
        refused = await kit.post()
        kit.provider.advance(61)

        assert codes == [200, 200, 429]
        assert refused.content == b""
        assert "Retry-After" not in refused.headers
        assert (await kit.post()).status_code == 200


async def test_polls_can_be_limited() -> None:
    async with running(polls_per_minute=1) as kit:
        task = await kit.start()
        await kit.poll(task)

        assert (await kit.http.get(f"{IMAGES}/{task}")).status_code == 429


async def test_requests_are_recorded_without_the_key() -> None:
    async with running() as kit:
        task = await kit.start(prompt="remember me")
        await kit.poll(task)
        recorded = (await kit.http.get("/sandbox/requests")).json()["requests"]

        assert [entry["operation"] for entry in recorded] == ["submit", "poll"]
        assert recorded[0]["body"]["prompt"] == "remember me"
        assert recorded[0]["status"] == 200
        assert recorded[1]["path"] == f"{IMAGES}/{task}"
        assert "sk-sandbox" not in json.dumps(recorded)


async def test_faults_hit_operations_by_name_and_the_dropped_submit_is_charged() -> None:
    async with running(balance_usd=1) as kit:
        kit.provider.faults.add(Fault("submit", "drop_after"))
        kit.provider.faults.add(Fault("poll", "error", error="task_not_exist", status=400))
        kit.provider.faults.add(Fault("download", "truncate"))
        with pytest.raises(httpx.TransportError):
            await kit.post()
        task = await kit.start()
        refused = await kit.http.get(f"{IMAGES}/{task}")
        url = (await kit.finished(task))["url"]
        with pytest.raises(httpx.RemoteProtocolError):
            await kit.http.get(url)

        assert len(kit.provider.tasks()) == 2
        assert kit.balance() == pytest.approx(1 - 2 * 0.006)
        assert refused.json()["code"] == "task_not_exist"
        assert opened((await kit.http.get(url)).content).size == (1024, 1024)


async def test_many_submits_at_once_each_have_their_own_task() -> None:
    async with running(balance_usd=1) as kit:
        ids = await asyncio.gather(*(kit.start(prompt=f"p{i}") for i in range(40)))

        assert len(set(ids)) == 40
        assert kit.balance() == pytest.approx(1 - 40 * 0.006)


@pytest.mark.parametrize(
    "values", [{"speed": 0}, {"colour": 1}, {"dialects": ["soap"]}, {"amount": "much"}, {"speed": "fast"}]
)
async def test_wrong_options_are_refused_and_change_nothing(values: dict[str, Any]) -> None:
    async with running() as kit:
        answer = await kit.http.post("/sandbox/options", json=values)

        assert answer.status_code == 400
        assert next(iter(values)) in answer.json()["error"]
        assert kit.provider.options == Options()


async def test_reset_forgets_everything_but_the_options() -> None:
    async with running(balance_usd=5, speed=7) as kit:
        await kit.start()
        kit.provider.next("moderate")
        await kit.http.post("/sandbox/reset")

        assert kit.provider.tasks() == []
        assert kit.balance() == 5
        assert kit.provider.options.speed == 7
        assert (await kit.post()).status_code == 200


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
