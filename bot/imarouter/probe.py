"""Whether a route of the API exists, read from its answer about a task that does not exist; for `doctor`."""

from __future__ import annotations

import re
from typing import Literal

from bot.imarouter.answers import parse
from bot.imarouter.error_reasons import read_error

Finding = Literal["answers", "missing", "denied", "unreachable", "unclear"]
"""``denied``: the key was refused before the route was looked at."""

_ABOUT_A_TASK = re.compile(r"\b(task|job)s?\b|task_|job_|任务", re.IGNORECASE)
_NO_SUCH_ROUTE = re.compile(r"invalid url|cannot get|no route|page not found", re.IGNORECASE)


def finding_of(status: int, body: bytes | None) -> Finding:
    """What such an answer says of the route. An unknown task is 400 ``task_not_exist`` in the live dialect
    (provider reference 2.4) and presumably 404 in the documented one; a missing route is New API's 404
    "Invalid URL (GET …)" or a bare 404 or 405."""
    error_body = read_error(body or b"")
    if status in {401, 402, 403}:
        return "denied"
    if status >= 500:
        return "unreachable"
    if error_body.is_html or _NO_SUCH_ROUTE.search(error_body.message):
        return "missing"
    if status in {404, 405}:
        return "answers" if status == 404 and _ABOUT_A_TASK.search(error_body.text) else "missing"
    if status in {200, 400, 422} and parse(body or b"") is not None:
        return "answers"
    return "unclear"
