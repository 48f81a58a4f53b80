"""Hosts that the operator trusts although they are private or use plain http, such as sandboxes and tests.

They are ``host:port`` pairs, as in the setting IMAGINE_TRUSTED_HOSTS. Each adapter parses links itself and
has its own rules on which other hosts it may connect to; this is the one rule that all of them share.
"""

from __future__ import annotations

from collections.abc import Iterable


class TrustedHosts:
    """A set of ``host:port`` pairs. Case and surrounding spaces do not matter."""

    def __init__(self, pairs: Iterable[str] = ()) -> None:
        self._pairs = frozenset(pair.strip().lower() for pair in pairs)

    def include(self, host: str, port: int | None, *, scheme: str = "https") -> bool:
        """Whether ``host`` is trusted on ``port``; None is the usual port of ``scheme``."""
        return host_and_port(host, port, scheme=scheme) in self._pairs

    def pairs(self) -> list[tuple[str, int]]:
        """Every trusted host, in lower case and without brackets, with its port."""
        split = (pair.rpartition(":") for pair in sorted(self._pairs))
        return [(host.strip("[]"), int(port)) for host, _, port in split if port.isdecimal()]


def host_and_port(host: str, port: int | None, *, scheme: str = "https") -> str:
    """``host:port`` in lower case, an IPv6 address in brackets. ``port`` None is the usual one of
    ``scheme``."""
    shown = f"[{host}]" if ":" in host else host
    usual = 443 if scheme == "https" else 80
    return f"{shown}:{usual if port is None else port}".lower()
