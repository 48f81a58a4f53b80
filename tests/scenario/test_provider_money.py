"""What the image API says of money and results, from outside: what nobody ordered is not counted."""

import pytest

from sandbox.faults import Fault
from tests.scenario.edit_kit import whispers
from tests.scenario.loop_kit import image_of
from tests.support.crash import at_rest
from tests.support.world import World

BOTH_DIALECTS = pytest.mark.parametrize("dialect", ["jobs", "images"])


async def _files(world: World, job: dict[str, object]) -> int:
    return len(await world.results(job))


@BOTH_DIALECTS
async def test_results_are_cut_to_what_was_ordered_and_a_mad_price_is_not_believed(
    world: World, dialect: str
) -> None:
    world.provider.set_options(dialects=[dialect], jobs_usage=True)
    await world.start_bot(IMAGINE_BUDGET_USER="10")

    await world.imagine("[links:300] [amount:absurd] a fox --q low")

    job = await world.job(status="succeeded", delivery="delivered")
    await at_rest(world)
    assert await _files(world, job) == 1
    assert job["cost_micros"] == job["estimate_micros"], "no cent more than the price table has"
    for scope in ("workspace", "user"):
        assert await world.scope(scope) == (0, job["estimate_micros"]), scope


@BOTH_DIALECTS
async def test_many_links_over_several_pictures_park_nothing(world: World, dialect: str) -> None:
    world.provider.set_options(dialects=[dialect])
    await world.start_bot()

    await world.imagine("[links:40] a fox --q low --n 3")

    job = await world.job(status="succeeded", delivery="delivered")
    await at_rest(world)
    assert await _files(world, job) == 3
    assert await world.store.read(lambda tx: tx.tasks.parked()) == []


async def test_twice_the_price_is_the_truth(world: World) -> None:
    world.provider.set_options(dialects=["images"], amount_factor=2.0)
    await world.start_bot()

    await world.imagine("a fox --q medium")

    job = await world.job(status="succeeded", delivery="delivered")
    await at_rest(world)
    assert job["cost_micros"] == 106_000 > job["estimate_micros"]
    assert await world.scope("workspace") == (0, 106_000)


MAD_DATE = "Mon, 01 Jan 99999999999999999999"


async def test_no_wait_and_no_date_that_the_provider_names_costs_an_order(world: World) -> None:
    world.provider.set_options(dialects=["images"], date=f"{MAD_DATE} 00:00:00 GMT")
    for operation in ("submit", "poll", "download"):
        world.provider.faults.add(Fault(operation, "rate_limit", retry_after=MAD_DATE))
    await world.start_bot()

    await world.imagine("a fox --q low")

    job = await world.job(status="succeeded", delivery="delivered")
    await at_rest(world)
    assert world.provider.faults.active() == []
    assert len(world.provider.tasks()) == 1
    assert await world.scope("workspace") == (0, job["cost_micros"])


ACCOUNT_WORDS = "Pictures are off for the moment"
SAFETY_WORDS = "safety check refused these words"


@pytest.mark.parametrize(
    ("status", "code", "text", "words"),
    [
        (500, "sensitive_words_detected", "sensitive words detected", SAFETY_WORDS),
        (500, "fail_to_fetch_task", "提示词包含敏感内容", SAFETY_WORDS),
        (500, "channel:no_available_key", "no available key", ACCOUNT_WORDS),
        (400, "billing_hard_limit_reached", "Billing hard limit has been reached", ACCOUNT_WORDS),
        (403, "x", "Your account is blocked for breaking our content policy", ACCOUNT_WORDS),
        (500, "count_token_failed", "count token failed", "did not take this"),
    ],
)
async def test_a_refusal_is_free_and_blames_whom_it_should(
    world: World, status: int, code: str, text: str, words: str
) -> None:
    world.provider.faults.add(Fault("submit", "error", status=status, error=code, body=text))
    await world.start_bot()

    await world.imagine("a fox --q low")

    job = await world.job(status="failed")
    await at_rest(world)
    await whispers(world, "U0ALICE", words)
    assert await world.slack.messages(job["channel_id"]) == [], "nobody's trouble is public"
    assert await world.scope("workspace") == (0, 0)
    assert len(world.provider.journal.of("submit")) == 1


@pytest.mark.parametrize("code", ["do_request_failed", "bad_response_body", "channel:response_time_exceeded"])
async def test_a_call_that_was_begun_stays_unknown_and_counts(world: World, code: str) -> None:
    world.provider.faults.add(Fault("submit", "error", status=500, error=code))
    await world.start_bot()

    await world.imagine("a fox --q low")

    job = await world.job(status="unknown")
    await at_rest(world)
    assert await world.scope("workspace") == (job["estimate_micros"], 0)


async def test_another_format_than_the_one_asked_for_is_shown_as_what_it_is(world: World) -> None:
    await world.start_bot()

    await world.imagine("[as-png] a fox --q low --format webp")

    job = await world.job(status="succeeded", delivery="delivered")
    await at_rest(world)
    root, answer = await world.thread(job)
    (file,) = answer["files"]
    assert (file["name"][-4:], file["mimetype"]) == (".png", "image/png")
    shown = image_of(root)
    assert shown is not None
    assert shown["slack_file"]["id"] == file["id"], "no preview has to stand for it"
