"""Which addresses a result may be fetched from: public ones, checked where the connection is made.

The check of the link stops literals; the resolver stops names, at the moment of connecting, so that a name
cannot answer differently the second time (DNS rebinding); the socket factory stops whatever two parsers of
one link could disagree about. (Slack reference 8, SSRF.)
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import httpx
from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

_INNER_V4 = tuple(
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
_INNER_V6 = tuple(
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
        return not any(ip in net for net in _INNER_V4)
    return ip.scope_id is None and ip in _PUBLIC_V6 and not any(ip in net for net in _INNER_V6)


def host_and_port(url: httpx.URL) -> str:
    """``host:port`` as trusted hosts are written; IPv6 in brackets."""
    return key_of(url.host, url.port or (443 if url.scheme == "https" else 80))


def key_of(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}".lower()


def check_link(url: httpx.URL, trusted: frozenset[str]) -> None:
    """Raise AddressRefused unless ``url`` may be fetched; names are checked later, by the resolver."""
    if url.scheme not in {"http", "https"} or not url.host:
        raise AddressRefused("not an http(s) link")
    if url.userinfo:
        raise AddressRefused("a link with a user name")
    if host_and_port(url) in trusted:
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


class Gate:
    """Resolver and socket factory of one client: nothing connects but through it.

    ``trusted`` are ``host:port`` pairs that may be private.
    """

    def __init__(self, trusted: frozenset[str]) -> None:
        self._trusted = frozenset(host.lower() for host in trusted)
        self._opened: set[tuple[str, int]] = set()
        for host in self._trusted:
            name, _, port = host.rpartition(":")
            if port.isdigit() and _is_literal(name.strip("[]")):
                self._opened.add((name.strip("[]"), int(port)))

    def resolver(self) -> AbstractResolver:
        return _PublicResolver(self)

    def admit(self, host: str, port: int, found: list[ResolveResult]) -> list[ResolveResult]:
        """The addresses of ``host`` that may be connected to. Raises AddressRefused when none may."""
        if key_of(host, port) in self._trusted:
            self._opened.update((result["host"], port) for result in found)
            return found
        public = [result for result in found if is_public(result["host"])]
        if found and not public:
            raise AddressRefused("not a public address")
        return public

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp's socket factory: the last look, at the address itself."""
        family, kind, proto, _, address = info
        if not is_public(address[0]) and (address[0], address[1]) not in self._opened:
            raise AddressRefused("not a public address")
        return socket.socket(family=family, type=kind, proto=proto)


class _PublicResolver(AbstractResolver):
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return self._gate.admit(host, port, await self._system.resolve(host, port, family))

    async def close(self) -> None:
        await self._system.close()
