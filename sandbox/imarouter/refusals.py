"""How the provider says no: its refusals and the JSON (or not JSON) shapes they come in."""

from __future__ import annotations

import json

from aiohttp import web

from sandbox.imarouter.options import Dialect, Options

SATURATED = "当前分组上游负载已饱和，请稍后再试"
"""New API puts this in place of an upstream's 429 text."""
MODERATED = (
    "Your request was rejected by the safety system. If you believe this is an error, contact us at "
    "help.openai.com and include the request ID {id}. safety_violations=[violence]."
)
MODERATED_LATE = "The request was rejected by the safety system. safety_violations=[sexual]"
BLOCKED = (
    "The resource has been temporarily blocked because we detected behavior that may violate our policy."
)


def json_answer(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON as the gateway writes it: Chinese stays Chinese."""
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")


class Refusal(Exception):
    """A request that is refused. `origin` is who says no, and so decides the shape of the answer.

    `auth`: the gateway's key and quota checks (New API's own error object); `gateway`: its task code
    (`{"code","message","data"}`); `model`: the image model behind it (an OpenAI error, which the gateway
    wraps as a *string* when it relays a submit).
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        origin: str = "model",
        kind: str = "image_generation_user_error",
        retry_after: int | str | None = None,
        shape: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.origin = origin
        self.kind = kind
        self.retry_after = retry_after
        self.shape = shape


def bad_request(message: str, code: str = "invalid_value") -> Refusal:
    """The model does not take these parameters."""
    return Refusal(400, code, message)


def unknown_task(dialect: Dialect) -> Refusal:
    """An id that is no task: 400 `task_not_exist` in New API, a plain 404 object in the jobs dialect."""
    if dialect == "images":
        return Refusal(400, "task_not_exist", "task_not_exist", origin="gateway")
    return Refusal(
        404, "job_not_found", "job not found", shape="openai", kind="invalid_request_error"
    )  # fmt: skip


def too_many(options: Options) -> Refusal:
    """429 as configured: no body at all (the per-address limiter), Chinese text, or the error object."""
    shape = {"empty": "empty", "chinese": "task", "json": "new_api"}[options.rate_limit_body]
    code = "fail_to_fetch_task" if shape == "task" else "rate_limit_exceeded"
    return Refusal(
        429, code, SATURATED, origin="gateway", retry_after=options.retry_after, shape=shape
    )  # fmt: skip


def ordered_refusal(word: str, options: Options, request_id: str) -> Refusal | None:
    """The refusal that a submit behaviour stands for, or None if it stands for something else."""
    if word == "ratelimit":
        return too_many(options)
    table = {
        "moderate": Refusal(400, "moderation_blocked", MODERATED.format(id=request_id)),
        "account": Refusal(403, "resource_blocked", BLOCKED, kind="invalid_request_error"),
        "model": no_model("gpt-image-2"),
        "quota": no_quota(0),
        "key": bad_key(given=True),
        "toolarge": Refusal(413, "request_too_large", "request body too large", origin="auth"),
    }
    return table.get(word)


def no_model(model: str) -> Refusal:
    """No channel for the model in this key's group."""
    text = f"分组 default 下模型 {model} 无可用渠道（distributor）"
    return Refusal(503, "model_not_found", text, origin="auth")


def no_quota(left_micros: int) -> Refusal:
    """The balance does not cover the pre-charge."""
    text = f"用户额度不足, 剩余额度: ＄{left_micros / 1_000_000:.6f}"
    return Refusal(403, "insufficient_user_quota", text, origin="auth")


def bad_key(*, given: bool) -> Refusal:
    """No key, or one that is not ours."""
    return Refusal(401, "", "无效的令牌" if given else "未提供令牌", origin="auth")


def missing_route(request: web.Request, options: Options) -> web.Response:
    """A path that is not served: New API's own answer, or a plain one from something in front of it."""
    if options.missing_route == "plain_405":
        return web.Response(status=405, text="405: Method Not Allowed", headers={"Allow": "GET, HEAD"})
    if options.missing_route == "plain_404":
        return web.Response(status=404, text="404 page not found")
    text = f"Invalid URL ({request.method} {request.path})"
    error = {"message": text, "type": "invalid_request_error", "param": "", "code": ""}
    return json_answer({"error": error}, status=404)


def render(refusal: Refusal, *, dialect: Dialect, options: Options, request_id: str) -> web.Response:
    """A refusal as bytes, in the shape its origin (or an option) asks for."""
    default = {"auth": "new_api", "gateway": "task", "model": "nested" if dialect == "images" else "openai"}
    shape = refusal.shape or default[refusal.origin]
    if refusal.shape is None and refusal.origin == "model" and options.refusal_shape:
        shape = options.refusal_shape
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after is not None else None
    if shape in ("plain", "empty"):
        text = refusal.message if shape == "plain" else None
        return web.Response(status=refusal.status, text=text, headers=headers)
    return json_answer(_body(refusal, shape, request_id), status=refusal.status, headers=headers)


def _body(refusal: Refusal, shape: str, request_id: str) -> dict[str, object]:
    upstream = {"message": refusal.message, "type": refusal.kind, "param": "", "code": refusal.code}
    if shape == "text":
        return {"error": refusal.message}
    if shape == "openai":
        return {"error": upstream}
    if shape == "nested":
        text = json.dumps({"error": upstream}, ensure_ascii=False)
        return {"code": "fail_to_fetch_task", "message": text, "data": None}
    if shape == "task":
        return {"code": refusal.code, "message": refusal.message, "data": None}
    message = f"{refusal.message} (request id: {request_id})"
    return {"error": {**upstream, "message": message, "type": "new_api_error"}}
