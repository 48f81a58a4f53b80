"""A client of the control API, for tests that drive a simulator in another process."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from sandbox.faults import Fault


class SandboxImaRouterClient:
    """The verbs of `SandboxImaRouter` over HTTP. A refused call raises ValueError with the reason."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def summary(self) -> dict[str, Any]:
        """Tasks by status, the balance, armed faults."""
        return await self._call("GET", "/sandbox")

    async def options(self) -> dict[str, Any]:
        return await self._call("GET", "/sandbox/options")

    async def set_options(self, **values: Any) -> dict[str, Any]:
        """Change options; returns all of them. Sets may be given as lists."""
        plain = {name: sorted(v) if isinstance(v, set | frozenset) else v for name, v in values.items()}
        return await self._call("POST", "/sandbox/options", plain)

    async def next(self, *behaviours: str, count: int = 1) -> None:
        """Order behaviours for the next `count` submits; -1 until reset."""
        await self._call("POST", "/sandbox/next", {"behaviours": list(behaviours), "count": count})

    async def add_fault(self, fault: Fault) -> None:
        """Arm a fault for `submit`, `poll`, `download`, `balance` or `*`."""
        await self._call("POST", "/sandbox/faults", fault.to_json())

    async def faults(self) -> list[Fault]:
        """What is still armed."""
        answer = await self._call("GET", "/sandbox/faults")
        return [Fault.from_json(item) for item in answer["faults"]]

    async def clear_faults(self) -> None:
        await self._call("DELETE", "/sandbox/faults")

    async def tasks(self) -> list[dict[str, Any]]:
        """Every accepted task, oldest first."""
        return list((await self._call("GET", "/sandbox/tasks"))["tasks"])

    async def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Every request, or those of one operation, oldest first."""
        query = f"?operation={operation}" if operation else ""
        return list((await self._call("GET", f"/sandbox/requests{query}"))["requests"])

    async def balance(self) -> dict[str, float]:
        """`balance_usd` and `used_amount_usd`, up to date."""
        return await self._call("GET", "/sandbox/balance")

    async def advance(self, seconds: float) -> None:
        """Turn the simulator's clock forward."""
        await self._call("POST", "/sandbox/advance", {"seconds": seconds})

    async def reset(self) -> None:
        """Forget tasks, requests, faults and orders; options stay."""
        await self._call("POST", "/sandbox/reset")

    async def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        response = await self._http.request(method, path, json=body)
        answer = response.json()
        if response.status_code != 200:
            raise ValueError(answer.get("error", f"{method} {path}: {response.status_code}"))
        return dict(answer)
