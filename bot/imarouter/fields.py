"""Every name that the image API uses, in one table: paths, fields, status words, presets.

Nothing here was seen on a live key by us (provider reference 0), so every name may have to change;
no other file spells one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.requests.request import Size

DialectName = Literal["jobs", "images"]


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The paths and field names of one dialect. Paths begin at the host; ``{model}`` and ``{task_id}`` are
    filled in.

    ``model`` None: the model is in the path, not in the body. ``source`` None: one source is sent as a list
    of one.
    """

    generate_path: str
    edit_path: str
    poll_path: str
    prompt: str
    size: str
    quality: str
    format: str
    n: str
    sources: str
    mask: str
    source: str | None = None
    model: str | None = None


JOBS = FieldNames(
    generate_path="/v1/image/{model}/generate",
    edit_path="/v1/image/{model}/edit",
    poll_path="/v1/jobs/{task_id}",
    prompt="prompt",
    size="imageSize",
    quality="quality",
    format="outputFormat",
    n="numImages",
    sources="imageUrls",
    mask="maskUrl",
)
"""The documented dialect (provider reference 1; the edit fields are assumed from fal)."""

IMAGES = FieldNames(
    generate_path="/v1/images/generations",
    edit_path="/v1/images/generations",
    poll_path="/v1/images/generations/{task_id}",
    model="model",
    prompt="prompt",
    size="size",
    quality="quality",
    format="output_format",
    n="n",
    source="image",
    sources="images",
    mask="mask",
)
"""The live dialect (provider reference 2.2): one source is ``image``, several are ``images``, never both."""

PRESETS: dict[Size, str] = {
    Size(1024, 1024): "square_hd",
    Size(1024, 768): "landscape_4_3",
    Size(768, 1024): "portrait_4_3",
}
"""Words for ``imageSize``, only where fal's pixels and ours agree. Its 16:9 words mean 1024x576, which is
below the model's floor (provider reference 3): what they give is unknown, so 16:9 goes as width and height
and the size that was priced is the size that comes."""

WIDTH, HEIGHT = "width", "height"

BALANCE_PATH = "/api/usage/token/user-balance"
"""Below the host, not below ``/v1`` (provider reference 2.1)."""
BALANCE_LEFT = ("data.balance_usd", "balance_usd")
BALANCE_USED = ("data.used_amount_usd", "used_amount_usd")

TASK_ID_PATHS = ("task_id", "id", "data.task_id", "data.id")
"""Where a submit answer may hold the task id, in this order (provider reference 2.2)."""
STATUS_PATHS = ("data.status", "status")
AMOUNT_PATHS = ("data.amount_usd", "amount_usd")
FAILURE_PATHS = ("data.error", "error", "data.fail_reason", "fail_reason", "data.message", "message")
"""Where a failed task says why. ``fail_reason`` is New API's own task field."""

RESULT_PATHS = (
    "data",
    "data.results",
    "data.output",
    "data.images",
    "data.result.data",
    "data.metadata",
    "result.data",
    "results",
    "output",
    "images",
    "metadata",
    "",
)
"""Where results may be: an object with a link, or a list of them (provider reference 2.3, widened)."""
LINK = "url"
INLINE = "b64_json"

QUEUED_STATUSES = frozenset({"queued", "submitted", "pending", "not_start", "unknown", ""})
DRAWING_STATUSES = frozenset({"processing", "in_progress", "running"})
DONE_STATUSES = frozenset({"succeeded", "completed", "success"})
FAILED_STATUSES = frozenset({"failed", "failure", "error", "cancelled", "canceled", "expired"})
"""Status words, lower-cased (provider reference 2.3). Any other word means still drawing."""
