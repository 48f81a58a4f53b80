"""The same bot over signed HTTP, and on PostgreSQL."""

import pytest

from tests.scenario.loop_kit import shown_text
from tests.support.processes import start_anew
from tests.support.world import World, eventually

pytestmark = pytest.mark.own_world

KEY = "a secret that all replicas share"


async def test_a_prompt_with_the_word_payload_works_over_http(world: World) -> None:
    await world.start_bot_over_http(begin=start_anew)

    said = await world.imagine("a rocket with a payload bay --q low")

    assert said["acked"]
    job = await world.job(status="succeeded", delivery="delivered")
    assert job["prompt"] == "a rocket with a payload bay"
    assert any(message.get("files") for message in await world.thread(job))
    assert await world.slack.connections() == 0, "no Socket Mode behind our back"


async def test_a_forged_request_is_401_and_does_nothing(world: World) -> None:
    await world.start_bot_over_http(begin=start_anew)
    import httpx

    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"http://127.0.0.1:{world.env['IMAGINE_PORT']}/slack/events",
            data={"command": "/imagine", "text": "a fox", "team_id": "T0SANDBOX"},
            headers={"X-Slack-Request-Timestamp": "tomorrow", "X-Slack-Signature": "v0=00"},
        )

    assert answer.status_code == 401
    assert await world.jobs() == []


@pytest.mark.postgres
async def test_the_main_job_on_postgresql(world: World, empty_postgres_url: str) -> None:
    world.env["IMAGINE_DATABASE_URL"] = empty_postgres_url
    await world.start_bot_over_http(begin=start_anew, IMAGINE_SECRET_KEY=KEY)

    await world.imagine("a red fox --n 2 --q low")

    job = await world.job(status="succeeded", delivery="delivered")
    files = await world.results(job)
    assert len(files) == 2
    world.env["IMAGINE_SECRET_KEY"] = KEY
    await world.audit()

    async def message_is_final() -> bool:
        return "2 drafts · 1024×1024 · $0.02" in shown_text((await world.thread(job))[0])

    await eventually(message_is_final)
