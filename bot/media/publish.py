"""Where the provider fetches sources from: our own signed links, an object store, or nowhere.

The provider takes public http(s) links only and fetches them with wget on its server, without our tokens;
links must outlive its queue (provider reference 2.7). A publisher therefore takes bytes and makes the link
itself: no ``data:`` URI and no private link ever reaches the provider.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.source_refusals import AddressReason, NoPublicAddress
from bot.media.signed_links import SignedLinks, check_source_id
from bot.ports import Clock, Store
from bot.trusted_hosts import TrustedHosts

MIMETYPES = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What is ever published or served: nothing that a browser would run."""

_PRIVATE_NAMES = (
    "localhost",
    "local",
    "internal",
    "lan",
    "intranet",
    "home",
    "corp",
    "home.arpa",
    "localdomain",
)


_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
"""Where public addresses are; IPv4-mapped and NAT64 ones, which may lead to inner addresses, are not."""


class Publisher(Protocol):
    """Makes the bytes of sources fetchable for a while."""

    async def publish(self, source_id: str, data: bytes, mimetype: str, ttl_seconds: float) -> str:
        """Make ``data`` fetchable for ``ttl_seconds``; the link. ``source_id`` is random (``new_source_id``)
        and recorded by the caller first, so that a crash can withdraw it. Safe to repeat.

        Raises AskRefused NoPublicAddress, TryLater, StoreUnavailable, or ValueError
        for a mimetype that is not published.
        """
        ...

    async def withdraw(self, source_id: str) -> None:
        """Make it unfetchable. Safe to repeat and for ids that were never published.
        Raises TryLater or StoreUnavailable: then it ends by its expiry at the latest."""
        ...


class NoPublisher:
    """For an installation without a public address: refuses every edit of an upload before it costs
    anything."""

    def __init__(self, reason: AddressReason = AddressReason.NONE_SET) -> None:
        self._reason = reason

    async def publish(self, source_id: str, data: bytes, mimetype: str, ttl_seconds: float) -> str:  # noqa: ARG002 - the port's
        raise AskRefused(NoPublicAddress(self._reason))

    async def withdraw(self, source_id: str) -> None:
        """Nothing was ever published."""


class PublicUrlPublisher:
    """Keeps sources in the database, for ``web.media`` to serve under ``/media/`` of the public URL.

    Raises AskRefused NoPublicAddress when the provider could not reach ``public_url`` (see
    ``problem_with``): the composition root asks first.
    """

    def __init__(
        self,
        *,
        public_url: str,
        links: SignedLinks,
        store: Store,
        clock: Clock,
        trusted_hosts: Collection[str] = (),
    ) -> None:
        problem = problem_with(public_url, trusted_hosts)
        if problem is not None:
            raise AskRefused(NoPublicAddress(problem))
        self._base = public_url.rstrip("/")
        self._links = links
        self._store = store
        self._clock = clock

    async def publish(self, source_id: str, data: bytes, mimetype: str, ttl_seconds: float) -> str:
        """See Publisher."""
        check_mimetype(mimetype)
        expires_at = self._clock.now() + timedelta(seconds=ttl_seconds)
        token = self._links.sign(source_id, expires_at)
        await self._store.write(lambda tx: tx.published_sources.put(source_id, data, mimetype, expires_at))
        return f"{self._base}/media/{token}"

    async def withdraw(self, source_id: str) -> None:
        """See Publisher."""
        checked = check_source_id(source_id)
        await self._store.write(lambda tx: tx.published_sources.remove(checked))


def check_mimetype(mimetype: str) -> str:
    """``mimetype`` itself. Raises ValueError for what is not published."""
    if mimetype not in MIMETYPES:
        raise ValueError("only PNG, JPEG and WebP pictures are published")
    return mimetype


def problem_with(url: str, trusted_hosts: Collection[str] = ()) -> AddressReason | None:
    """Why the provider could not fetch from ``url``; None when it could, as far as the address itself says.

    No name is looked up. Trusted ``host:port`` pairs may be plain http and private (sandboxes and tests).
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return AddressReason.NOT_AN_ADDRESS
    if (
        parts.scheme not in {"http", "https"}
        or not host
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        return AddressReason.NOT_AN_ADDRESS
    if TrustedHosts(trusted_hosts).include(host, port, scheme=parts.scheme):
        return None
    if parts.scheme != "https":
        return AddressReason.NOT_HTTPS
    return None if _is_public(host) else AddressReason.NOT_PUBLIC


def _is_public(host: str) -> bool:
    """Whether a lower-case host name or address literal can belong to the public internet."""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return _is_public_name(host)
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in _UNICAST_V6 or ip.sixtofour or ip.teredo):
        return False
    return ip.is_global and not ip.is_multicast


def _is_public_name(host: str) -> bool:
    """Not a name of this machine or an inner network, nor an address in disguise (127.1, 0x7f000001)."""
    last = host.rpartition(".")[2]
    if "." not in host or last.isdigit() or last.startswith("0x"):
        return False
    return not any(host.endswith(f".{private}") for private in _PRIVATE_NAMES)
