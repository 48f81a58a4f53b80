"""The JSON a client sees: submit answers and polls, in each shape that is documented or was seen."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.imarouter.behaviours import DONE_WORDS, FAILED_WORDS
from sandbox.imarouter.options import Options
from sandbox.imarouter.pricing import MICROS, output_tokens
from sandbox.imarouter.tasks import Phase, Task, bill

Render = Callable[[Task, int], Awaitable[bytes]]
"""The bytes of one picture of a task."""

ABSURD_USD = 14.90
"""What `amount:absurd` says of any task: dollars where a cent or a few are right."""

_GATEWAY_WORDS = {"queued": "queued", "running": "processing", "done": "succeeded", "failed": "failed"}
_FLAT_WORDS = {"queued": "queued", "running": "in_progress", "done": "completed", "failed": "failed"}
_JOBS_WORDS = {"queued": "queued", "running": "running", "done": "completed", "failed": "failed"}
_PROGRESS = {"queued": 0, "running": 50, "done": 100, "failed": 100}


def submit_answer(task: Task, options: Options, *, model: str) -> dict[str, Any]:
    """200 to an accepted submit. Jobs: the documentation shows only `id`."""
    if task.dialect == "jobs":
        return _with_amount({"id": task.id}, task, options)
    if options.submit_shape in ("wrapped", "data_id"):
        name = "task_id" if options.submit_shape == "wrapped" else "id"
        return {"code": "success", "data": _with_amount({name: task.id}, task, options)}
    answer = {
        "id": task.id,
        "task_id": task.id,
        "object": "image",
        "model": model,
        "status": _word("queued", _GATEWAY_WORDS, task, options),
        "progress": 0,
        "created_at": int(task.submitted_at),
    }
    return _with_amount(answer, task, options)


async def poll_answer(
    task: Task, now: float, options: Options, *, base: str, render: Render
) -> dict[str, Any]:
    """200 to a poll: also for a failed task, whose failure is in the body."""
    phase = task.phase(now)
    urls = result_urls(task, base) if phase == "done" else []
    if task.dialect == "jobs":
        return _jobs(task, phase, urls, options)
    if options.poll_shape == "wrapped":
        return _wrapped(task, phase, urls, options)
    if options.poll_shape == "video":
        return _video(task, phase, urls, options)
    data: list[dict[str, str]] = [{"url": url} for url in urls]
    if options.poll_shape == "flat_b64":
        pictures = [await render(task, index) for index in range(len(urls))]
        data = [{"b64_json": base64.b64encode(picture).decode()} for picture in pictures]
    return _flat(task, phase, data, now, options)


def result_urls(task: Task, base: str) -> list[str]:
    """One link per picture: unguessable, unsigned, without authentication, as seen live."""
    key = task.link_key(task.links)
    return [f"{base}/results/{key}_{index}.{task.order.format}" for index in range(task.shown)]


def _jobs(task: Task, phase: Phase, urls: list[str], options: Options) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": task.id, "status": _word(phase, _JOBS_WORDS, task, options)}
    if phase == "failed":
        answer["error"] = _error_text(task)
    if phase == "done":
        answer["output"] = [{"url": url} for url in urls]
        if options.jobs_usage:
            answer["usage"] = _usage(task, options)
            answer.update(_amount(task, phase, options))
    return answer


def _wrapped(task: Task, phase: Phase, urls: list[str], options: Options) -> dict[str, Any]:
    """Shape W: one url, whatever `n` was; a list beside it where it was told to send more."""
    data: dict[str, Any] = {
        "task_id": task.id,
        "status": _word(phase, _GATEWAY_WORDS, task, options),
        "format": task.order.format,
        "url": urls[0] if urls else "",
        "error": {"message": _error_text(task)} if phase == "failed" else None,
        "metadata": None,
    }
    if task.shown > task.made:
        data["results"] = [{"url": url} for url in urls]
    if options.usage != "absent":
        data["usage"] = _usage(task, options) if phase == "done" else None
    data.update(_amount(task, phase, options))
    return {"code": "success", "data": data}


def _flat(
    task: Task, phase: Phase, data: list[dict[str, str]], now: float, options: Options
) -> dict[str, Any]:
    """Shape F: key names inferred from the gateway's Go field names."""
    answer: dict[str, Any] = {
        "id": task.id,
        "object": "image",
        "status": _word(phase, _FLAT_WORDS, task, options),
        "model": "gpt-image-2",
        "created_at": int(task.submitted_at),
    }
    done_at = task.done_at(now)
    if done_at is not None:
        answer["completed_at"] = int(done_at)
    if phase == "done":
        answer["result"] = {"data": data}
    if phase == "failed":
        answer["error"] = {"code": "task_failed", "message": _error_text(task)}
    return {**answer, **_amount(task, phase, options)}


def _video(task: Task, phase: Phase, urls: list[str], options: Options) -> dict[str, Any]:
    """The cousin of shape F that videos use."""
    answer: dict[str, Any] = {
        "id": task.id,
        "status": _word(phase, _FLAT_WORDS, task, options),
        "progress": _PROGRESS[phase],
        "results": [{"url": url} for url in urls],
        "metadata": {"url": urls[0]} if urls else None,
        "error": {"code": "task_failed", "message": _error_text(task)} if phase == "failed" else None,
    }
    return {**answer, **_amount(task, phase, options)}


def _word(phase: Phase, words: dict[str, str], task: Task, options: Options) -> str:
    """The status word: the shape's own, another one by option, or the one the task was told to use."""
    word = options.status_words.get(phase, words[phase])
    told = task.conduct.argument("status")
    if told is not None:
        pending = told not in DONE_WORDS and told not in FAILED_WORDS
        fits = {"done": told in DONE_WORDS, "failed": told in FAILED_WORDS}.get(phase, pending)
        word = told if fits else word
    return word.upper() if options.uppercase_status else word


def _error_text(task: Task) -> str:
    return task.failure.message if task.failure is not None else ""


def _usage(task: Task, options: Options) -> dict[str, int]:
    output = output_tokens(task.picture()) * task.order.n
    if options.usage == "total":
        return {"input_tokens": 0, "output_tokens": output, "total_tokens": output}
    words = max(1, len(task.order.prompt) // 4) + 1000 * len(task.order.sources)
    return {"input_tokens": words, "output_tokens": output, "total_tokens": words + output}


def _amount(task: Task, phase: Phase, options: Options) -> dict[str, Any]:
    """`amount_usd`: a JSON number, 0 while pending and after a failure, and sometimes not to be trusted."""
    mode = task.conduct.argument("amount") or options.amount
    if mode == "absent":
        return {}
    if phase != "done":
        return {"amount_usd": 0.0}
    real = bill(task, options) / MICROS
    told: dict[str, Any] = {
        "present": real,
        "zero": 0.0,
        "null": None,
        "negative": -real,
        "nan": "NaN",
        "string": f"{real:.6f}",
        "absurd": ABSURD_USD,
    }
    return {"amount_usd": told[mode]}


def _with_amount(answer: dict[str, Any], task: Task, options: Options) -> dict[str, Any]:
    return {**answer, "amount_usd": task.precharge / MICROS} if options.amount_at_submit else answer
