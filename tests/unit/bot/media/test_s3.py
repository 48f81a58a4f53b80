"""Against a real S3 server (moto's) on loopback, with real fetches of the links."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import aiohttp
import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import AddressReason, NoPublicAddress
from bot.errors import TryLater
from bot.media.s3 import LONGEST_SECONDS, S3Publisher
from bot.media.signed_links import new_source_id
from tests.support.ports import free_port

BUCKET, REGION, KEY, SECRET = "pictures", "eu-central-1", "AKIATESTKEY", "a-secret-of-the-store"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    address = f"http://{host}:{port}"
    client(address).create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield address
    moto.stop()


def client(address: str):  # type: ignore[no-untyped-def]
    return boto3.client(
        "s3", endpoint_url=address, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )


def publisher(address: str, *, bucket: str = BUCKET, prefix: str = "imagine/") -> S3Publisher:
    return S3Publisher(
        bucket=bucket,
        region=REGION,
        access_key=KEY,
        secret_key=SecretStr(SECRET),
        endpoint=address,
        prefix=prefix,
        trusted_hosts=[urlsplit(address).netloc],
    )


def keys(address: str) -> set[str]:
    return {item["Key"] for item in client(address).list_objects_v2(Bucket=BUCKET).get("Contents", [])}


async def fetch(url: str, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.request(method, url) as answer:
        return answer.status, await answer.read(), {k.lower(): v for k, v in answer.headers.items()}


async def test_a_source_is_fetched_by_its_signed_link_until_it_is_withdrawn(server: str) -> None:
    s3, source_id, data = publisher(server), new_source_id(), bytes(range(256)) * 20_000
    url = await s3.publish(source_id, data, "image/jpeg", 3600)
    status, body, headers = await fetch(url)

    assert (status, body) == (200, data)
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "no-store"
    assert keys(server) == {f"imagine/{source_id}"}

    for _ in range(2):
        await s3.withdraw(source_id)
    assert (await fetch(url))[0] == 404
    assert keys(server) == set()


async def test_the_link_is_signed_for_reading_this_object_and_for_so_long(server: str) -> None:
    s3, source_id = publisher(server), new_source_id()
    url = await s3.publish(source_id, b"picture", "image/png", 900)
    parts = urlsplit(url)
    query = parse_qs(parts.query)

    assert f"{parts.scheme}://{parts.netloc}" == server
    assert parts.path == f"/{BUCKET}/imagine/{source_id}"
    assert query["X-Amz-Expires"] == ["900"]
    assert query["X-Amz-Credential"][0].startswith(f"{KEY}/")
    assert len(query["X-Amz-Signature"][0]) == 64
    assert "X-Amz-Security-Token" not in query
    assert SECRET not in url
    await s3.withdraw(source_id)


async def test_the_signature_is_what_boto_would_sign(server: str) -> None:
    """moto does not check signatures, so the other implementation does: same time, same link."""
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    s3, source_id = publisher(server), new_source_id()
    url = await s3.publish(source_id, b"picture", "image/png", 900)
    stamp = parse_qs(urlsplit(url).query)["X-Amz-Date"][0]
    request = AWSRequest("GET", url.partition("?")[0])
    auth = S3SigV4QueryAuth(Credentials(KEY, SECRET), "s3", REGION, expires=900)
    request.context["timestamp"] = stamp
    auth._modify_request_before_signing(request)
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)

    assert parse_qs(urlsplit(url).query)["X-Amz-Signature"] == [signature]
    await s3.withdraw(source_id)


async def test_a_link_never_lives_longer_than_the_store_allows(server: str) -> None:
    s3, source_id = publisher(server), new_source_id()
    url = await s3.publish(source_id, b"picture", "image/png", 90 * 24 * 3600)

    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == [str(int(LONGEST_SECONDS))]
    await s3.withdraw(source_id)


async def test_the_environment_changes_nothing(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_SESSION_TOKEN": "somebody-elses",
        "AWS_ACCESS_KEY_ID": "SOMEBODY",
        "AWS_SECRET_ACCESS_KEY": "else",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_REGION": "us-west-2",
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_BUCKET": "other",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
    }.items():
        monkeypatch.setenv(name, value)
    s3, source_id = publisher(server), new_source_id()
    url = await s3.publish(source_id, b"picture", "image/png", 900)
    query = parse_qs(urlsplit(url).query)

    assert (await fetch(url))[:2] == (200, b"picture")
    assert query["X-Amz-Credential"][0].startswith(f"{KEY}/")
    assert f"/{REGION}/" in query["X-Amz-Credential"][0]
    assert "X-Amz-Security-Token" not in query
    await s3.withdraw(source_id)


async def test_a_missing_bucket_is_the_operators_matter(server: str) -> None:
    with pytest.raises(AskRefused) as caught:
        await publisher(server, bucket="nowhere").publish(new_source_id(), b"picture", "image/png", 60)

    assert caught.value.problem is Problem.NO_PUBLIC_ADDRESS
    assert caught.value.refusal == NoPublicAddress(AddressReason.STORAGE_REFUSED)


async def test_a_store_that_is_away_is_tried_later() -> None:
    s3 = publisher(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TryLater) as put:
        await s3.publish(new_source_id(), b"picture", "image/png", 60)
    with pytest.raises(TryLater) as removed:
        await s3.withdraw(new_source_id())

    for error in (put.value, removed.value):
        assert "127.0.0.1" not in str(error)
        assert SECRET not in str(error)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, AskRefused), (401, AskRefused), (500, TryLater), (400, TryLater)]
)
async def test_the_stores_refusals_are_told_apart(status: int, kind: type[Exception]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline() not in {b"\r\n", b""}:
            pass
        body = f"<Error><Code>No</Code><AWSAccessKeyId>{KEY}</AWSAccessKeyId></Error>".encode()
        writer.write(
            b"HTTP/1.1 %d No\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body))
        )
        writer.write(body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(kind) as caught:
            await publisher(f"http://127.0.0.1:{port}").publish(new_source_id(), b"picture", "image/png", 60)

    assert KEY not in str(caught.value)


async def test_only_pictures_under_random_names(server: str) -> None:
    s3 = publisher(server)
    with pytest.raises(ValueError, match="published"):
        await s3.publish(new_source_id(), b"<html>", "text/html", 60)
    with pytest.raises(ValueError, match="source id"):
        await s3.publish("job-1", b"picture", "image/png", 60)

    assert keys(server) == set()


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("http://s3.example.com", AddressReason.NOT_HTTPS),
        ("https://minio.local:9000", AddressReason.NOT_PUBLIC),
        ("https://10.0.0.1:9000", AddressReason.NOT_PUBLIC),
    ],
)
def test_an_endpoint_that_the_provider_cannot_reach_is_refused(endpoint: str, reason: AddressReason) -> None:
    with pytest.raises(AskRefused) as caught:
        S3Publisher(bucket="b", region="r", access_key="k", secret_key=SecretStr("s"), endpoint=endpoint)

    assert caught.value.refusal == NoPublicAddress(reason)


def test_amazon_is_the_default_and_the_secret_is_not_shown() -> None:
    made = S3Publisher(bucket="b", region=REGION, access_key=KEY, secret_key=SecretStr(SECRET))

    assert made._store.config["endpoint"] == f"https://s3.{REGION}.amazonaws.com"
    assert SECRET not in repr(made._store) + repr(made._store.config) + repr(vars(made))
