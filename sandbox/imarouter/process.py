"""The simulated provider as a process of its own: `imagine-bot sandbox imarouter --port N`."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time

from sandbox.imarouter.options import Options
from sandbox.imarouter.server import SandboxImaRouter


def serve(host: str = "127.0.0.1", port: int = 0, options: Options | None = None) -> None:
    """Print one line with URL and key, then run until SIGTERM or SIGINT."""
    asyncio.run(_serve(host, port, options or Options()))


async def _serve(host: str, port: int, options: Options) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    provider = SandboxImaRouter(clock=time.time, random=random.Random(), options=options)
    url = await provider.start(host, port)
    sys.stdout.write(f"ImaRouter sandbox at {url} with key {provider.api_key}\n")
    sys.stdout.flush()
    try:
        await stop.wait()
    finally:
        await provider.stop()
