"""Odd files as Slack really hands them over, and sources published on S3: through the whole bot."""

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from sandbox.faults import Fault
from sandbox.slack.client import upload
from tests.scenario.edit_kit import (
    ALICE,
    DESIGN,
    edited,
    made,
    normal,
    photo,
    picture,
    reachable_bot,
    sources,
    whispers,
)
from tests.support.world import Json, World, eventually

BUCKET, KEY, SECRET = "sources", "AKIASCENARIO", "the-stores-secret"


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"mode": "tombstone"}, "deleted"),
        ({"mode": "hidden_by_limit"}, "plan here no longer shows that picture"),
        ({"mode": "external", "external_url": "https://drive.example/x"}, "linked from another service"),
        ({"mode": "snippet", "mimetype": "text/plain"}, "snippet"),
    ],
    ids=["deleted", "hidden by the plan", "external", "snippet"],
)
async def test_a_file_that_slack_does_not_hand_over_is_told_and_free(
    world: World, odd: dict[str, str], words: str
) -> None:
    await reachable_bot(world)

    await world.slack.message(
        ALICE, DESIGN, "@imagine make it blue --q low", files=[upload("odd.png", picture(), **odd)]
    )

    await whispers(world, ALICE, words, "nothing was charged")
    assert world.provider.journal.of("submit") == []
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])


@pytest.mark.parametrize(
    "odd",
    [{"access": "check_file_info"}, {"pending_seconds": 1.5}],
    ids=["only its id is told", "not looked at by Slack yet"],
)
async def test_a_file_that_slack_tells_more_about_later_is_edited(
    world: World, odd: dict[str, object]
) -> None:
    await reachable_bot(world)
    data = picture()

    await world.slack.message(
        ALICE, DESIGN, "@imagine make it blue --q low", files=[upload("later.png", data, **odd)]
    )

    await edited(world)
    (source,) = sources(world)
    assert source["sha256"] == normal(data)


async def test_a_download_that_breaks_is_fetched_again(world: World) -> None:
    await reachable_bot(world)
    await world.slack.fault(Fault("download", "truncate"))
    data = picture()

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[upload("a.png", data)])

    await edited(world)
    assert await world.slack.show("faults") == {"faults": []}, "the first download broke off"
    (source,) = sources(world)
    assert source["sha256"] == normal(data)


@pytest.fixture
def storage() -> Iterator[str]:
    """The address of a real S3 server with one empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    address = f"http://{host}:{port}"
    _s3(address).create_bucket(Bucket=BUCKET)
    yield address
    moto.stop()


def _s3(address: str):  # type: ignore[no-untyped-def]
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )


async def test_sources_are_published_on_s3_and_gone_when_the_job_has_ended(
    world: World, storage: str
) -> None:
    await world.start_bot(
        IMAGINE_S3_BUCKET=BUCKET,
        IMAGINE_S3_ENDPOINT=storage,
        IMAGINE_S3_ACCESS_KEY=KEY,
        IMAGINE_S3_SECRET_KEY=SECRET,
        IMAGINE_TRUSTED_HOSTS=f"{world.env['IMAGINE_TRUSTED_HOSTS']},{urlsplit(storage).netloc}",
    )
    data = picture()

    await world.slack.message(ALICE, DESIGN, "@imagine make it blue --q low", files=[upload("a.png", data)])

    await edited(world)
    (source,) = sources(world)
    assert urlsplit(source["url"]).netloc == urlsplit(storage).netloc
    assert "X-Amz-Signature=" in source["url"]
    assert source["sha256"] == normal(data)

    async def emptied() -> bool:
        return "Contents" not in _s3(storage).list_objects_v2(Bucket=BUCKET)

    await eventually(emptied, what="the source is gone from the bucket")


async def test_a_bucket_that_refuses_is_told_and_free(world: World, storage: str) -> None:
    await world.start_bot(
        IMAGINE_S3_BUCKET="nobodys-bucket",
        IMAGINE_S3_ENDPOINT=storage,
        IMAGINE_S3_ACCESS_KEY=KEY,
        IMAGINE_S3_SECRET_KEY=SECRET,
        IMAGINE_TRUSTED_HOSTS=f"{world.env['IMAGINE_TRUSTED_HOSTS']},{urlsplit(storage).netloc}",
    )

    await world.slack.message(
        ALICE, DESIGN, "@imagine make it blue --q low", files=[upload("a.png", picture())]
    )

    await whispers(world, ALICE, "did not take them", "nothing was charged")
    assert world.provider.journal.of("submit") == []
    assert all(scope["held_micros"] == 0 for scope in (await world.audit())["scopes"])


async def test_more_pictures_than_the_service_takes_are_refused_with_the_number(world: World) -> None:
    await reachable_bot(world, IMAROUTER_API="images")

    files = [photo("1.png", picture()), photo("2.png", picture(size=(500, 700)))]
    await world.slack.message(ALICE, DESIGN, "@imagine both together --q low", files=files)

    job = await world.job(status="failed")
    assert job["error"]["code"] == "bad_source"
    await whispers(
        world,
        ALICE,
        "the image service takes 1 picture at once.",
        "nothing was charged",
    )
    assert world.provider.tasks() == []
    assert await world.scope("user") == (0, 0)


async def test_of_several_files_the_one_that_cannot_be_used_is_named(world: World) -> None:
    await reachable_bot(world)

    files = [photo("fox.png"), photo("broken.png", picture()[:300])]
    await world.slack.message(ALICE, DESIGN, "@imagine both together --q low", files=files)

    await world.job(status="failed")
    await whispers(world, ALICE, "broken.png: that picture is damaged", "nothing was charged")
    assert world.provider.tasks() == []


async def _source_of_a_finish(world: World, *, link: str = "ok") -> Json:
    """What the provider has fetched for a Finish that was pressed while the first picture's link was so."""
    world.provider.set_options(result=link)
    root = (await world.thread(await world.job(delivery="delivered")))[0]
    await world.slack.action(ALICE, DESIGN, root["ts"], "pic_finish")

    async def is_ordered() -> bool:
        return len(world.provider.tasks()) == 2

    await eventually(is_ordered, what="the finished picture is ordered")
    world.provider.set_options(result="ok")
    await edited(world)
    (source,) = sources(world)
    return source


async def _copies(world: World) -> list[str]:
    """Slack's ids of the pictures that the newest job has posted."""
    job = await world.job(delivery="delivered")
    return [file["id"] for message in await world.thread(job) for file in message["files"]]


@pytest.mark.parametrize("link", ["ok", "gone"])
async def test_a_step_begins_with_our_own_copy_in_slack(world: World, link: str) -> None:
    await reachable_bot(world)
    await made(world)
    (copy,) = await _copies(world)

    source = await _source_of_a_finish(world, link=link)

    assert "/media/" in source["url"]
    assert source["sha256"] == normal(await world.slack.file(copy))
    kept = await world.store.read(lambda tx: tx.jobs.newest(team_id="T0SANDBOX", user_id=ALICE, limit=1))
    assert kept[0].notes == (), "how our own picture is passed on is no news"


async def test_where_our_copy_is_gone_the_providers_own_link_is_passed_on(world: World) -> None:
    await reachable_bot(world)
    await made(world)
    (copy,) = await _copies(world)
    await world.slack.change_file(copy, deleted=True)

    source = await _source_of_a_finish(world)

    assert "/media/" not in source["url"]


async def test_where_the_copy_and_the_link_are_gone_it_is_told_and_free(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    (copy,) = await _copies(world)
    await world.slack.change_file(copy, deleted=True)
    world.provider.set_options(result="gone")
    spent = await world.scope("user")

    root = (await world.thread(first))[0]
    await world.slack.action(ALICE, DESIGN, root["ts"], "pic_finish")

    job = await world.job(kind="edit", status="failed", cost_micros=0)
    assert job["error"]["code"] == "bad_source"
    await whispers(world, ALICE, "deleted", "Nothing was charged")
    assert len(world.provider.tasks()) == 1
    assert await world.scope("user") == spent
