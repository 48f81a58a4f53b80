"""Ports for servers that come and go under one address."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

LOW = range(28_000, 32_000)
"""Below what systems hand out to whoever asks for any port (Linux from 32768, others from 49152): a server
that ends finds its port still free when it starts again."""


def free_port(ports: Iterable[int] | None = None) -> int:
    """The first of ``ports`` (a random one of LOW without) that nobody listens at now. Raises OSError when
    there is none."""
    for port in ports if ports is not None else random.sample(LOW, len(LOW)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
