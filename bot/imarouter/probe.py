"""What the answer to a question about no task tells of the route that gave it, for `doctor`."""

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
    """An unknown task is 400 ``task_not_exist`` in the live dialect (provider reference 2.4) and presumably
    404 in the documented one; a missing route is New API's 404 "Invalid URL (GET …)" or a bare 404 or 405."""
    reported = read_error(body or b"")
    if status in {401, 402, 403}:
        return "denied"
    if status >= 500:
        return "unreachable"
    if reported.html or _NO_SUCH_ROUTE.search(reported.message):
        return "missing"
    if status in {404, 405}:
        return "answers" if status == 404 and _ABOUT_A_TASK.search(reported.text) else "missing"
    if status in {200, 400, 422} and parse(body or b"") is not None:
        return "answers"
    return "unclear"
