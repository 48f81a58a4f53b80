"""Which addresses a result may be fetched from: public ones, checked where the connection is made.

``check_link`` refuses links that name a private address. The resolver refuses names that lead to one, at the
moment of connecting, so that a name cannot answer differently the second time (DNS rebinding). The socket
factory refuses what is left when two parsers read one link differently. (Slack reference 8, SSRF.)
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import httpx
from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.trusted_hosts import TrustedHosts

_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
    )
)  # fmt: skip
"""IANA's special-purpose registry, multicast, reserved, and Azure's metadata host. The other clouds'
metadata hosts (169.254.169.254, 100.100.100.200) are within."""

_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""Within the public range: Teredo and other protocol blocks, documentation, 6to4. Outside it, and so refused
as well: ::1, IPv4-mapped, NAT64, unique-local, link-local, multicast."""


class AddressRefused(OSError):
    """This address must not be connected to."""


def is_public(address: str) -> bool:
    """Whether ``address`` is an ordinary address of the public internet. False for anything unreadable."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _SPECIAL_V4)
    return ip.scope_id is None and ip in _PUBLIC_V6 and not any(ip in net for net in _SPECIAL_V6)


def check_link(url: httpx.URL, trusted: TrustedHosts) -> None:
    """Raise AddressRefused unless ``url`` may be fetched; names are checked later, by the resolver."""
    if url.scheme not in {"http", "https"} or not url.host:
        raise AddressRefused("not an http(s) link")
    if url.userinfo:
        raise AddressRefused("a link with a user name")
    if trusted.include(url.host, url.port, scheme=url.scheme):
        return
    if url.scheme != "https":
        raise AddressRefused("not an https link")
    if _is_literal(url.host) and not is_public(url.host):
        raise AddressRefused("not a public address")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class AddressFilter:
    """Resolver and socket factory of one HTTP client: it connects to public addresses and to ``trusted``
    hosts only."""

    def __init__(self, trusted: TrustedHosts) -> None:
        self._trusted = trusted
        self._trusted_addresses = {pair for pair in trusted.pairs() if _is_literal(pair[0])}

    def resolver(self) -> AbstractResolver:
        """The system's resolver, without the addresses that must not be connected to."""
        return _FilteringResolver(self)

    def allowed(self, host: str, port: int, found: list[ResolveResult]) -> list[ResolveResult]:
        """Those of the addresses of ``host`` that may be connected to. Raises AddressRefused when none
        may."""
        if self._trusted.include(host, port):
            self._trusted_addresses.update((result["host"], port) for result in found)
            return found
        public = [result for result in found if is_public(result["host"])]
        if found and not public:
            raise AddressRefused("not a public address")
        return public

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp's socket factory: the last check, of the address itself. Raises AddressRefused."""
        family, kind, proto, _, address = info
        if not is_public(address[0]) and (address[0], address[1]) not in self._trusted_addresses:
            raise AddressRefused("not a public address")
        return socket.socket(family=family, type=kind, proto=proto)


class _FilteringResolver(AbstractResolver):
    def __init__(self, addresses: AddressFilter) -> None:
        self._addresses = addresses
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return self._addresses.allowed(host, port, await self._system.resolve(host, port, family))

    async def close(self) -> None:
        await self._system.close()
