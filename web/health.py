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
        """200 if every part is ready, else 503; with ``ok`` or the reason for each. Notes are shown and do
        not count, as asks can be taken all the same. Safe to repeat."""
        reasons = dict(zip(self._probes, await asyncio.gather(*map(self._ask, self._probes)), strict=True))
        ready = not any(reason for name, reason in reasons.items() if name not in self._notes)
        parts = {name: reason or "ok" for name, reason in reasons.items()}
        return web.json_response({"ready": ready, "checks": parts}, status=200 if ready else 503)

    async def _ask(self, name: str) -> str | None:
        """Ask one part. It gets one question at a time: one that hangs is neither cancelled nor asked again
        meanwhile."""
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(_reason(self._probes[name]), name=f"ready:{name}")
            task.add_done_callback(lambda _: self._asking.pop(name, None))
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        return task.result() if done else f"no answer within {self._patience:g} s"


async def _reason(probe: Probe) -> str | None:
    """Run a probe. One that raises counts as not ready; only the error's class is shown, as its message may
    hold secrets."""
    (outcome,) = await asyncio.gather(probe(), return_exceptions=True)
    if isinstance(outcome, BaseException):
        return f"the check failed ({type(outcome).__name__})"
    return outcome
