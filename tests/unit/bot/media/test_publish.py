"""Which addresses will do, and what publishing over our own address does."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.domain.problem import Problem
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import AddressReason, NoPublicAddress
from bot.media.publish import NoPublisher, PublicUrlPublisher, Publisher, problem_with
from bot.media.signed_links import SignedLinks, new_source_id
from tests.unit.bot.memory_store import MemoryStore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LINKS = SignedLinks(SecretStr("a secret"))
TRUSTED = frozenset({"127.0.0.1:3000", "bot.internal:443", "[::1]:8080"})


class StillClock:
    def now(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None: ...


def publisher(store: MemoryStore, url: str = "https://bot.example.com/app/") -> PublicUrlPublisher:
    return PublicUrlPublisher(
        public_url=url, links=LINKS, store=store, clock=StillClock(), trusted_hosts=TRUSTED
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://bot.example.com",
        "https://bot.example.com:8443/base/",
        "https://8.8.8.8",
        "https://[2606:4700::1111]",
        "http://127.0.0.1:3000",
        "http://127.0.0.1:3000/",
        "https://BOT.internal",
        "http://[::1]:8080",
        "https://xn--bcher-kva.example",
    ],
)
def test_addresses_that_will_do(url: str) -> None:
    assert problem_with(url, TRUSTED) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://bot.example.com", AddressReason.NOT_HTTPS),
        ("http://127.0.0.1:3001", AddressReason.NOT_HTTPS),
        ("http://localhost:3000", AddressReason.NOT_HTTPS),
        *(
            (f"https://{host}", AddressReason.NOT_PUBLIC)
            for host in (
                "localhost", "LOCALHOST.", "bot", "a.localhost", "printer.local", "bot.internal:8443",
                "x.lan", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "10.1.2.3",
                "172.16.0.1", "192.168.0.10", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
                "192.0.2.1", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[2002:a00:1::]",
                "[ff02::1]", "[64:ff9b::a00:1]", "010.0.0.1",
            )
        ),
        ("data:image/png;base64,AAAA", AddressReason.NOT_AN_ADDRESS),
        ("ftp://bot.example.com", AddressReason.NOT_AN_ADDRESS),
        ("bot.example.com", AddressReason.NOT_AN_ADDRESS),
        ("https://", AddressReason.NOT_AN_ADDRESS),
        ("https://user@bot.example.com", AddressReason.NOT_AN_ADDRESS),
        ("https://bot.example.com?x=1", AddressReason.NOT_AN_ADDRESS),
        ("https://bot.example.com/#x", AddressReason.NOT_AN_ADDRESS),
        ("https://bot.example.com:99999", AddressReason.NOT_AN_ADDRESS),
        ("https://[::1", AddressReason.NOT_AN_ADDRESS),
        ("", AddressReason.NOT_AN_ADDRESS),
    ],
)  # fmt: skip
def test_addresses_that_the_provider_cannot_reach(url: str, problem: AddressReason) -> None:
    assert problem_with(url, TRUSTED) is problem


async def test_a_published_source_is_kept_under_a_signed_link() -> None:
    store, source_id = MemoryStore(), new_source_id()
    url = await publisher(store).publish(source_id, b"picture", "image/png", 3600)
    base, _, token = url.rpartition("/")

    assert base == "https://bot.example.com/app/media"
    assert LINKS.verify(token, NOW) == source_id
    assert LINKS.verify(token, NOW + timedelta(hours=1)) is None
    assert store.published_sources.kept[source_id] == (b"picture", "image/png", NOW + timedelta(hours=1))


async def test_withdrawn_is_gone_and_withdrawing_may_be_repeated() -> None:
    store, source_id = MemoryStore(), new_source_id()
    made = publisher(store)
    await made.publish(source_id, b"picture", "image/png", 3600)
    for _ in range(2):
        await made.withdraw(source_id)

    assert store.published_sources.kept == {}


@pytest.mark.parametrize("mimetype", ["text/html", "image/svg+xml", "", "image/png; x", "IMAGE/PNG"])
async def test_nothing_but_pictures_is_published(mimetype: str) -> None:
    store = MemoryStore()
    with pytest.raises(ValueError, match="published"):
        await publisher(store).publish(new_source_id(), b"<html>", mimetype, 3600)

    assert store.published_sources.kept == {}


async def test_a_guessable_id_is_not_published() -> None:
    store = MemoryStore()
    with pytest.raises(ValueError, match="source id"):
        await publisher(store).publish("job-1", b"picture", "image/png", 3600)

    assert store.published_sources.kept == {}


def test_a_bad_address_makes_no_publisher() -> None:
    with pytest.raises(AskRefused) as caught:
        publisher(MemoryStore(), "http://localhost:3000")

    assert caught.value.problem is Problem.NO_PUBLIC_ADDRESS
    assert caught.value.refusal == NoPublicAddress(AddressReason.NOT_HTTPS)


async def test_without_an_address_every_source_is_refused_and_nothing_withdrawn() -> None:
    none: Publisher = NoPublisher()
    with pytest.raises(AskRefused) as caught:
        await none.publish(new_source_id(), b"picture", "image/png", 3600)
    await none.withdraw(new_source_id())

    assert caught.value.problem is Problem.NO_PUBLIC_ADDRESS
    assert caught.value.refusal == NoPublicAddress(AddressReason.NONE_SET)
