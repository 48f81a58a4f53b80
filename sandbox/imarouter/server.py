"""The simulated provider as an HTTP server: routes, keys, faults, the journal."""

from __future__ import annotations

import random as random_module
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.faults import Fault, Faults, hang_up
from sandbox.imarouter.control import control_routes
from sandbox.imarouter.gallery import Gallery, serve_result
from sandbox.imarouter.gateway import Gateway
from sandbox.imarouter.journal import Journal, operation_of
from sandbox.imarouter.options import Dialect, Options
from sandbox.imarouter.pricing import MICROS
from sandbox.imarouter.refusals import Refusal, bad_key, json_answer, missing_route, ordered_refusal, render
from sandbox.imarouter.shapes import poll_answer, submit_answer
from sandbox.imarouter.tasks import Task, task_json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MAX_BODY = 32 * 1024 * 1024
_REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)


class SandboxImaRouter:
    """The provider on a port of its own. The verbs of its control API are methods too.

    `clock` gives epoch seconds; nothing but faults and source fetching waits on real time, so a test may turn
    the clock (or `advance`) instead of sleeping. `random` makes ids and durations.
    """

    def __init__(self, *, clock: Callable[[], float], random: random_module.Random, options: Options) -> None:
        self.gateway = Gateway(clock=clock, random=random, options=options)
        self.faults = Faults()
        self.journal = Journal()
        self.gallery = Gallery()
        self.base_url = ""
        self._runner: web.AppRunner | None = None

    # life

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen and return the base URL, without a trailing slash; port 0 picks a free one."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        self._runner = runner
        self.base_url = f"http://{host}:{runner.addresses[0][1]}"
        return self.base_url

    async def stop(self) -> None:
        """Close the port and every connection; safe to call twice."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self.gateway.close()

    # verbs

    @property
    def options(self) -> Options:
        return self.gateway.options

    @property
    def api_key(self) -> str:
        return self.options.api_key

    def set_options(self, **values: Any) -> None:
        """Change options; ValueError for an unknown one or a bad value."""
        self.gateway.change(values)

    def next(self, *behaviours: str, count: int = 1) -> None:
        """Order behaviours for the next `count` submits; -1 until reset."""
        self.gateway.next.add(behaviours, count)

    def advance(self, seconds: float) -> None:
        """Turn the clock forward."""
        self.gateway.advance(seconds)

    def tasks(self) -> list[dict[str, Any]]:
        """Every accepted task, oldest first, as the control API shows it."""
        self.gateway.settle()
        now = self.gateway.now()
        return [task_json(task, now) for task in self.gateway.book.tasks.values()]

    def balance(self) -> dict[str, float]:
        """The account: `balance_usd` and `used_amount_usd`, up to date."""
        self.gateway.settle()
        account = self.gateway.book.account
        return {"balance_usd": account.balance / MICROS, "used_amount_usd": account.used / MICROS}

    async def fetched(self) -> None:
        """Wait until every accepted task has its sources, or has failed for want of them."""
        await self.gateway.fetched()

    def reset(self) -> None:
        """Forget tasks, requests, faults and orders; options stay, the balance starts again."""
        self.gateway.book.forget()
        account = self.gateway.book.account
        account.balance, account.used = round(self.options.balance_usd * MICROS), 0
        self.gateway.next.clear()
        self.faults.clear()
        self.journal.entries.clear()
        self.gallery.forget()

    # HTTP

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._middleware], client_max_size=_MAX_BODY)
        app.add_routes(
            [
                web.post("/v1/image/gpt-image-2/generate", self._jobs_generate),
                web.post("/v1/image/gpt-image-2/edit", self._jobs_edit),
                web.get("/v1/jobs/{id}", self._jobs_poll),
                web.post("/v1/images/generations", self._images_submit),
                web.get("/v1/images/generations/{id}", self._images_poll),
                web.get("/api/usage/token/user-balance", self._balance),
                web.get(r"/results/{key:[0-9a-f]{32}}_{index:\d+}.{format}", self._download),
                *control_routes(self),
            ]
        )
        return app

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note the request, give faults their chance, turn refusals into answers."""
        if f"{request.path}/".startswith("/sandbox/"):
            return await handler(request)
        request[_REQUEST_ID] = self.gateway.request_id()
        operation = operation_of(request)
        entry = await self.journal.note(request, operation, self.gateway.now())

        async def work() -> web.StreamResponse:
            return await self._answered(request, handler)

        response = await self.faults.run(
            operation, request, work, error_response=lambda fault: self._fault_error(request, fault)
        )
        entry.status = response.status
        return response

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Refusal as refusal:
            response = self._refused(request, refusal)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            response = missing_route(request, self.options)
        if not response.prepared:
            response.headers["X-Oneapi-Request-Id"] = request[_REQUEST_ID]
            if self.options.date is not None:
                response.headers["Date"] = self.options.date
        return response

    def _refused(self, request: web.Request, refusal: Refusal) -> web.Response:
        dialect: Dialect = "images" if request.path.startswith("/v1/images") else "jobs"
        request_id = request[_REQUEST_ID]
        return render(refusal, dialect=dialect, options=self.options, request_id=request_id)

    def _fault_error(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """A fault's `error`: the name of a submit behaviour, or any code, in the gateway's task shape."""
        code = fault.error or "unknown"
        refusal = ordered_refusal(code, self.options, request[_REQUEST_ID])
        known = refusal or Refusal(fault.status, code, fault.body or code, origin="gateway")
        return self._refused(request, known)

    def _authorise(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or key.strip() != self.options.api_key:
            raise bad_key(given=bool(key))

    def _serves(self, dialect: Dialect) -> None:
        if dialect not in self.options.dialects:
            raise web.HTTPNotFound

    async def _jobs_generate(self, request: web.Request) -> web.StreamResponse:
        return await self._submit(request, "jobs", edit=False)

    async def _jobs_edit(self, request: web.Request) -> web.StreamResponse:
        return await self._submit(request, "jobs", edit=True)

    async def _images_submit(self, request: web.Request) -> web.StreamResponse:
        return await self._submit(request, "images", edit=False)

    async def _submit(self, request: web.Request, dialect: Dialect, *, edit: bool) -> web.StreamResponse:
        self._serves(dialect)
        self._authorise(request)
        try:
            body = await request.json()
        except ValueError:
            raise Refusal(400, "invalid_request", "invalid JSON body", origin="gateway") from None
        request_id = request[_REQUEST_ID]
        done = await self.gateway.submit(body, dialect=dialect, edit=edit, request_id=request_id)
        if done.conduct.has("drop") or done.conduct.has("lost"):
            return hang_up(request)
        if done.conduct.has("lost-502"):
            return web.Response(status=502, text="<h1>502 Bad Gateway</h1>", content_type="text/html")
        if done.task is None:
            return json_answer({"message": "queue full"})
        model = body.get("model", "gpt-image-2")
        return json_answer(submit_answer(done.task, self.options, model=model))

    async def _jobs_poll(self, request: web.Request) -> web.StreamResponse:
        return await self._poll(request, "jobs")

    async def _images_poll(self, request: web.Request) -> web.StreamResponse:
        return await self._poll(request, "images")

    async def _poll(self, request: web.Request, dialect: Dialect) -> web.StreamResponse:
        self._serves(dialect)
        self._authorise(request)
        task = self.gateway.find(request.match_info["id"], dialect)
        base = self.options.result_base or self.base_url
        answer = await poll_answer(
            task, self.gateway.seen_at(), self.options, base=base, render=self._render
        )  # fmt: skip
        return json_answer(answer)

    async def _render(self, task: Task, index: int) -> bytes:
        return await self.gallery.picture(task, index, plain=self.options.plain_pictures)

    async def _balance(self, request: web.Request) -> web.StreamResponse:
        self._authorise(request)
        data = {"object": "user_balance", "user_id": 1001, "username": self.options.username}
        return json_answer({"success": True, "message": "", "data": {**data, **self.balance()}})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Result files need no key; a link that does not lead to a finished picture is no route."""
        task = self.gateway.book.by_link(request.match_info["key"])
        finished = task is not None and task.phase(self.gateway.now()) == "done"
        if task is None or not finished or int(request.match_info["index"]) >= task.shown:
            return web.Response(status=404, text="NoSuchKey")
        return await serve_result(request, task, gallery=self.gallery, options=self.options)
