"""The page's routes: its static files, the bot behind it, and the provider's control API on the same port."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.imarouter.control import control_routes
from sandbox.page.stage import Stage

STATIC = Path(__file__).parent / "static"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # no string ever becomes HTML: innerHTML throws
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Page:
    """``/``, ``/page/…``, ``/sandbox/app``, ``/sandbox/bot…`` and ``/sandbox/provider…``."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._files = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/page/{name}", self._static),
            web.get("/sandbox/app", self._app),
            web.get("/sandbox/bot", self._bot),
            web.get("/sandbox/bot/jobs", self._jobs),
            web.get("/sandbox/bot/audit", self._audit),
            web.post("/sandbox/bot/{act:start|stop|kill|restart}", self._act),
            *self._provider(),
        ]

    def _provider(self) -> list[web.RouteDef]:
        """The provider's own control routes, moved below ``/sandbox/provider``."""
        found = control_routes(self._stage.provider)
        moved = [(route, route.path.removeprefix("/sandbox")) for route in found]
        return [web.route(route.method, f"/sandbox/provider{tail}", route.handler) for route, tail in moved]

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return self._file("index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._file(request.match_info["name"])

    def _file(self, name: str) -> web.StreamResponse:
        path = self._files.get(name)
        if path is None:
            return web.Response(status=404, text="not found", headers=HEADERS)
        kind = {"Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8"}
        return web.FileResponse(path, headers={**HEADERS, **kind})

    async def _app(self, _request: web.Request) -> web.StreamResponse:
        """What the app's manifest gives people to use."""
        features: dict[str, Any] = self._stage.manifest.get("features") or {}
        return web.json_response(
            {
                "name": self._stage.manifest.get("display_information", {}).get("name", "App"),
                "description": self._stage.manifest.get("display_information", {}).get("description", ""),
                "commands": features.get("slash_commands") or [],
                "shortcuts": features.get("shortcuts") or [],
                "home": features.get("app_home") or {},
            }
        )

    async def _bot(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({**self._stage.bot.state(), "log": self._stage.bot.log()})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """start, stop (SIGTERM), kill (SIGKILL), or restart: kill and start again."""
        bot, act = self._stage.bot, request.match_info["act"]
        if act == "stop":
            await bot.stop()
        if act in {"kill", "restart"}:
            await bot.kill()
        if act in {"start", "restart"}:
            await bot.start()
        return await self._bot(request)

    async def _jobs(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(await self._stage.jobs())

    async def _audit(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(await self._stage.audit())
