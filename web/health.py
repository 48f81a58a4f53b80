"""``/healthz`` and ``/readyz``: whether the process runs, and whether it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Probe = Callable[[], Awaitable[str | None]]
"""Asks one part whether it is ready: None, or the reason why not, without secrets. Safe to repeat."""

PROBE_SECONDS = 2.0
"""A part that has not answered by then counts as not ready."""


class Health:
    """``/healthz`` answers while the event loop runs; ``/readyz`` asks every part (database, slack,
    worker)."""

    def __init__(
        self,
        probes: Mapping[str, Probe],
        *,
        notes: Mapping[str, Probe] | None = None,
        patience: float = PROBE_SECONDS,
    ) -> None:
        self._notes = frozenset(notes or ())
        self._probes = {**probes, **(notes or {})}
        self._patience = patience
        self._asking: dict[str, asyncio.Task[str | None]] = {}

    async def live(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(self, _request: web.Request) -> web.Response:
        """200 with every part ``ok``, else 503 with the reasons. A note is shown and does not count:
        asks can be taken all the same."""
        reasons = dict(zip(self._probes, await asyncio.gather(*map(self._ask, self._probes)), strict=True))
        ready = not any(reason for name, reason in reasons.items() if name not in self._notes)
        parts = {name: reason or "ok" for name, reason in reasons.items()}
        return web.json_response({"ready": ready, "checks": parts}, status=200 if ready else 503)

    async def _ask(self, name: str) -> str | None:
        """One question at a time a part: a hanging one is neither cancelled nor asked again meanwhile."""
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(_reason(self._probes[name]), name=f"ready:{name}")
            task.add_done_callback(lambda _: self._asking.pop(name, None))
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        return task.result() if done else f"no answer within {self._patience:g} s"


async def _reason(probe: Probe) -> str | None:
    """A probe that breaks is a part that is not ready; its message may hold secrets, its class does not."""
    (outcome,) = await asyncio.gather(probe(), return_exceptions=True)
    if isinstance(outcome, BaseException):
        return f"the check failed ({type(outcome).__name__})"
    return outcome
