"""The Web API's front door: tokens, bodies, scopes, rates, faults; then the method itself.

Facts: docs apis/web-api (bodies, errors with HTTP 200, X-OAuth-Scopes), apis/web-api/rate-limits.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from sandbox.faults import Fault
from sandbox.slack.args import Args
from sandbox.slack.core import Core
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.table import METHODS, Method
from sandbox.slack.recorder import CallRecord
from sandbox.slack.reference import Reference
from sandbox.slack.workspace import Json


class WebApi:
    """``/api/<method>``."""

    def __init__(self, core: Core, reference: Reference) -> None:
        self._core = core
        self._reference = reference

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/api/{method}", self.handle)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, spoilt by a fault if one matches."""
        method = request.match_info["method"]
        record = self._core.recorder.call(
            method,
            http_method=request.method,
            content_type=request.content_type if request.can_read_body else "",
        )

        async def work() -> web.StreamResponse:
            record.carried_out = True
            return await self._answer(request, method, record)

        def error(fault: Fault) -> web.StreamResponse:
            record.error = fault.error or "internal_error"
            body = SlackError(record.error).body()
            return web.json_response(body, headers=self._headers(method))

        response = await self._core.faults.run(method, request, work, error_response=error)
        if request.transport is not None and response.status != 499:
            record.status = response.status
        self._core.recorder.changed("call", method=method, number=record.number, error=record.error)
        return response

    async def _answer(self, request: web.Request, method: str, record: CallRecord) -> web.StreamResponse:
        try:
            values, token = await _read(request, METHODS.get(method))
            record.args = values
            known = METHODS.get(method)
            if known is None:
                raise SlackError("unknown_method", req_method=method)
            self._admit(known, token)
            self._reference.check(method, values, content_type=record.content_type)
            limited = self._limited(method, known, values, record)
            if limited is not None:
                return limited
            _require(known, values)
            body = {"ok": True, **await known.handler(self._core, Args(values))}
        except SlackError as refused:
            body = refused.body()
            record.error = refused.code
        return web.json_response(body, headers=self._headers(method))

    def _admit(self, method: Method, token: str) -> None:
        """The right kind of token, alive, with the scope."""
        core = self._core
        if not method.token:
            return
        if not token:
            raise SlackError("not_authed")
        if token not in {core.options.bot_token, core.options.app_token}:
            raise SlackError("invalid_auth")
        if core.token_error:
            raise SlackError(core.token_error)
        wanted = core.options.app_token if method.token == "app" else core.options.bot_token
        if token != wanted:
            raise SlackError("not_allowed_token_type")
        if method.scopes and not set(method.scopes) & set(core.options.scopes):
            raise SlackError(
                "missing_scope", needed=",".join(method.scopes), provided=",".join(core.options.scopes)
            )

    def _limited(
        self, name: str, method: Method, values: Json, record: CallRecord
    ) -> web.StreamResponse | None:
        channel = str(values.get("channel")) if method.limited_by_channel else None
        wait = self._core.limiter.retry_after(name, method.tier, channel)
        if wait is None:
            return None
        self._core.recorder.rate_limited += 1
        record.error = "ratelimited"
        return web.json_response(
            {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
        )

    def _headers(self, method: str) -> dict[str, str]:
        known = METHODS.get(method)
        return {
            "X-OAuth-Scopes": ",".join(self._core.options.scopes),
            "X-Accepted-OAuth-Scopes": ",".join(known.scopes) if known else "",
            "Cache-Control": "private, no-cache, no-store, must-revalidate",
        }


async def _read(request: web.Request, method: Method | None) -> tuple[Json, str]:
    """All arguments and the token; a JSON body counts only where the method takes one."""
    values: Json = dict(request.query)
    if request.can_read_body:
        if request.content_type == "application/json":
            values |= await _read_json(request) if method is None or method.json else {}
        elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            values |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
        elif request.method == "POST" and await request.read():
            raise SlackError("invalid_post_type")
    header = request.headers.get("Authorization", "")
    token = (
        header.removeprefix("Bearer ").strip()
        if header.startswith("Bearer ")
        else str(values.get("token", ""))
    )
    values.pop("token", None)
    return values, token


async def _read_json(request: web.Request) -> Json:
    text = await request.text()
    if not text.strip():
        return {}
    try:
        body: Any = json.loads(text)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _require(method: Method, values: Json) -> None:
    missing = [name for name in method.required if values.get(name) in (None, "")]
    if missing:
        raise SlackError(
            "invalid_arguments", messages=[f"[ERROR] missing required field: {name}" for name in missing]
        )
