"""From /imagine to pictures in the thread, driven from outside; effects are asserted, not statuses."""

import hashlib
import json

import pytest

from tests.scenario.edit_kit import whispers
from tests.scenario.loop_kit import image_of, labels, shown_text
from tests.support.world import World, eventually


def _texts(message: dict) -> str:
    return message["text"] + json.dumps(message["blocks"], ensure_ascii=False)


async def _nothing_in(world: World, job: dict) -> bool:
    return await world.thread(job) == []


async def test_the_main_job_ends_with_the_providers_own_bytes_in_the_thread(world: World) -> None:
    await world.start_bot()

    said = await world.imagine("a red fox in snow --ar 16:9 --q high --n 3 --format webp")

    assert said["ack"] is None, "the root message is the receipt"
    job = await world.job(status="succeeded", delivery="delivered")
    root, *replies = await world.thread(job)
    assert root["metadata"]["event_payload"] == {"job_id": job["id"]}
    assert "a red fox in snow" in shown_text(root)
    assert "3 finals · 1536×864 · $0.51" in shown_text(root)
    assert job["id"] not in shown_text(root) + root["text"]
    files = await world.results(job)
    assert len(replies) == 1, "all pictures of one job in one message"
    assert [file["mimetype"] for file in files] == ["image/webp"] * 3
    posted = {hashlib.sha256(await world.slack.file(file["id"])).hexdigest() for file in files}
    assert posted == {hashlib.sha256(data).hexdigest() for data in await world.made()}, "untouched"
    assert len(posted) == 3
    assert len(world.provider.tasks()) == 1
    assert await world.scope("workspace") == (0, job["cost_micros"])
    assert job["cost_micros"] == 510_000


@pytest.mark.parametrize("dialect", ["jobs", "images"])
async def test_both_dialects_deliver_all_pictures(world: World, dialect: str) -> None:
    world.provider.set_options(dialects=[dialect])
    await world.start_bot()

    await world.imagine("two owls --n 2 --q low")

    job = await world.job(status="succeeded", delivery="delivered")
    assert len(job["provider_task_ids"]) == {"jobs": 1, "images": 2}[dialect]
    files = await world.results(job)
    assert len(files) == 2
    assert len({file["sha256"] for file in files}) == 2
    await world.audit()


@pytest.mark.parametrize("form", ["png", "webp"])
async def test_the_root_shows_the_picture_whatever_its_format(world: World, form: str) -> None:
    """Slack shows PNG in a block, and a PNG preview of what is not."""
    await world.start_bot()

    await world.imagine(f"a teapot --q low --format {form}")

    job = await world.job(delivery="delivered")

    async def shown() -> dict | None:
        return image_of((await world.thread(job))[0])

    block = await eventually(shown, what="a picture in the root message")
    assert block["alt_text"] == "A teapot. Drawn by AI from these words."
    (result,) = await world.results(job)
    assert result["mimetype"] == f"image/{form}"
    assert (block["slack_file"]["id"] == result["id"]) is (form == "png")
    assert (await world.slack.file(block["slack_file"]["id"])).startswith(b"\x89PNG")


async def test_where_the_bot_cannot_post_nothing_is_spent_and_the_asker_learns_how_to_invite(
    world: World,
) -> None:
    await world.start_bot()

    await world.imagine("a red fox", channel="C0RANDOM")

    job = await world.job(status="failed")
    assert job["error"]["code"] == "cannot_post"
    assert world.provider.tasks() == []
    assert await world.scope("workspace") == (0, 0)

    async def told() -> list[dict]:
        records = await world.slack.transcript("C0RANDOM", "U0ALICE")
        return [r for r in records if r.get("ephemeral_for") == "U0ALICE" and "/invite" in _texts(r)]

    assert len(await eventually(told)) == 1


async def test_in_a_direct_message_with_the_bot(world: World) -> None:
    await world.start_bot()

    await world.imagine("a lighthouse --q low", channel="im")

    job = await world.job(delivery="delivered")
    assert job["channel_id"].startswith("D")
    assert any(m.get("files") for m in await world.thread(job))


async def test_the_same_invocation_delivered_twice_is_one_job(world: World) -> None:
    await world.start_bot()

    await world.slack.command("U0ALICE", "C0DESIGN", "one kite --q low", repeat=3)

    await world.job(delivery="delivered")
    assert len(await world.jobs()) == 1
    assert len(world.provider.tasks()) == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a fox --sizzle 3", "--sizzle"),
        ("a fox --size 1920x1080", "1920x1088"),
        ("--q high", "nothing to draw in this"),
        ("a fox --seed 3", "seed"),
    ],
)
async def test_what_cannot_be_understood_spends_nothing(world: World, text: str, word: str) -> None:
    await world.start_bot()

    said = await world.imagine(text)

    answer = json.dumps(said["ack"], ensure_ascii=False).replace("×", "x")
    assert word in answer
    assert await world.jobs() == []
    assert await world.slack.messages("C0DESIGN") == []


async def test_over_budget_is_refused_with_limit_price_and_reset_date(world: World) -> None:
    await world.start_bot(IMAGINE_BUDGET_USER="0.10")

    said = await world.imagine("a castle --q high --n 2")

    answer = json.dumps(said["ack"], ensure_ascii=False)
    assert "$0.10" in answer
    assert "$0.44" in answer
    assert await world.jobs() == []
    assert world.provider.tasks() == []


async def test_moderation_is_told_kindly_not_retried_and_free(world: World) -> None:
    await world.start_bot()

    await world.imagine("[moderate] something")

    job = await world.job(status="failed")
    assert job["error"]["code"] == "moderated"
    assert job["cost_micros"] == 0
    submits = world.provider.journal.of("submit")
    assert len(submits) == 1
    assert await world.scope("user") == (0, 0)

    (told,) = await whispers(world, "U0ALICE", "safety")
    assert labels(told) == ["Change the words…", "Leave it"]
    await eventually(lambda: _nothing_in(world, job), what="nobody's trouble is left in the channel")


async def test_a_lost_answer_to_the_paid_call_is_unknown_and_never_sent_again(world: World) -> None:
    bot = await world.start_bot()

    await world.imagine("[lost] a red fox --q low")

    job = await world.job(status="unknown")
    await bot.stop()
    await world.start_bot("again")
    assert (await world.job(status="unknown"))["id"] == job["id"]
    assert len(world.provider.journal.of("submit")) == 1
    assert await world.scope("workspace") == (job["estimate_micros"], 0)


async def test_killed_while_drawing_the_job_goes_on_after_a_restart(world: World) -> None:
    world.provider.set_options(duration_seconds=3.0)
    bot = await world.start_bot()
    await world.imagine("a slow fox --q low")
    await world.job(status="running")

    await bot.kill()
    await world.start_bot("again")

    job = await world.job(status="succeeded", delivery="delivered")
    assert len(world.provider.journal.of("submit")) == 1
    files = await world.results(job)
    assert len(files) == 1
    await world.audit()


async def test_sigterm_ends_within_ten_seconds_with_exit_code_0(world: World) -> None:
    world.provider.set_options(duration_seconds=30.0)
    bot = await world.start_bot()
    await world.imagine("a slow fox --q low")
    await world.job(status="running")

    assert await bot.stop() == 0


async def test_a_prompt_pings_nobody_on_any_surface(world: World) -> None:
    await world.start_bot()

    await world.imagine("<!channel> @here <@U0BOB> `code` *b* &lt;!here&gt; <http://x|y> --q low")

    job = await world.job(delivery="delivered")
    for message in await world.thread(job):
        assert set(message["pings"]) <= {"U0ALICE"}, "at most the asker"


async def test_a_result_link_that_was_renewed_is_asked_for_once_more(world: World) -> None:
    await world.start_bot()

    await world.imagine("[moved] a red fox --q low")

    job = await world.job(status="succeeded", delivery="delivered")
    assert any(message.get("files") for message in await world.thread(job))


async def test_a_result_that_is_gone_is_told_and_not_posted(world: World) -> None:
    await world.start_bot(BOT_PATCH='{"bot.services.delivery.fetch_results.FETCH_TRIES": 2}')

    await world.imagine("[expired] a red fox --q low")

    job = await world.job(status="succeeded", delivery="undeliverable")
    assert job["error"]["code"] == "result_gone"
    assert not any(message.get("files") for message in await world.thread(job))
    await world.audit()


async def test_partial_success_delivers_and_charges_what_came(world: World) -> None:
    world.provider.set_options(dialects=["images"], duration_seconds=1.0)
    await world.start_bot()

    await world.imagine("[partial] three boats --n 3 --q low")

    job = await world.job(status="succeeded", delivery="delivered")
    files = await world.results(job)
    assert len(files) == 2
    assert job["cost_micros"] < job["estimate_micros"]
    assert await world.scope("user") == (0, job["cost_micros"])


async def test_a_job_past_its_deadline_is_timed_out_and_still_counted(world: World) -> None:
    world.provider.set_options(duration_seconds=5.0)
    await world.start_bot(IMAGINE_JOB_TIMEOUT_SECONDS="1")

    await world.imagine("a late fox --q low")

    job = await world.job(status="timed_out")
    assert await world.scope("workspace") == (job["estimate_micros"], 0), "still counted"


async def test_jobs_prints_what_the_contract_says(world: World) -> None:
    await world.start_bot()
    await world.imagine("a red fox --q low")
    await world.job(delivery="delivered")

    code, out, _ = await world.cli("jobs", "--json", "--status", "succeeded", "--team", "T0SANDBOX")

    (row,) = json.loads(out)
    wanted = (
        "id kind status delivery team_id channel_id thread_ts user_id prompt n estimate_micros cost_micros "
        "provider_task_ids parent_id error created_at updated_at"
    )
    assert code == 0
    assert set(wanted.split()) <= set(row)
    assert (row["kind"], row["prompt"], row["error"]) == ("generate", "a red fox", None)
    assert row["created_at"].endswith("Z")
    assert (await world.cli("jobs", "--json", "--status", "failed"))[1].strip() == "[]"
