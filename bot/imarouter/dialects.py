"""The two ways to ask the image API: what to send, where, and how many pictures one task gives."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import quote

import httpx

from bot.imarouter import fields
from bot.imarouter.fields import DialectName, FieldNames
from bot.ports import Order

_SLACK = ("slack.com", "slack-files.com", "slack-edge.com")


class Dialect(Protocol):
    """One way to ask. ``returns_many``: one task gives as many pictures as were asked for, not only one."""

    @property
    def name(self) -> DialectName: ...
    @property
    def returns_many(self) -> bool: ...

    @property
    def max_sources(self) -> int:
        """Source pictures in one order, the mask apart."""
        ...

    def submit_path(self, order: Order) -> str: ...

    def body(self, order: Order) -> dict[str, Any]:
        """The JSON to POST. Raises ValueError when the provider could not fetch a source."""
        ...

    def poll_path(self, task_id: str) -> str: ...


class JobsDialect:
    """The documented dialect (provider reference 1)."""

    name: DialectName = "jobs"
    returns_many = True
    max_sources = 16  # siblings of the documented dialect (provider reference 3)

    def __init__(self, model: str) -> None:
        self._model = quote(model, safe="")

    def submit_path(self, order: Order) -> str:
        names = fields.JOBS
        path = names.edit_path if order.source_urls else names.generate_path
        return path.format(model=self._model)

    def body(self, order: Order) -> dict[str, Any]:
        word = fields.PRESETS.get(order.size)
        pixels = {fields.WIDTH: order.size.width, fields.HEIGHT: order.size.height}
        return _body(fields.JOBS, order, size=word or pixels)

    def poll_path(self, task_id: str) -> str:
        return fields.JOBS.poll_path.format(task_id=_segment(task_id))


class ImagesDialect:
    """The live dialect: one picture a task (provider reference 2, 2.8)."""

    name: DialectName = "images"
    returns_many = False
    max_sources = 1  # users report one only (provider reference 2.7)

    def __init__(self, model: str) -> None:
        self._model = model

    def submit_path(self, order: Order) -> str:
        names = fields.IMAGES
        return names.edit_path if order.source_urls else names.generate_path

    def body(self, order: Order) -> dict[str, Any]:
        names = fields.IMAGES
        assert names.model is not None
        return {names.model: self._model, **_body(names, order, size=str(order.size))}

    def poll_path(self, task_id: str) -> str:
        return fields.IMAGES.poll_path.format(task_id=_segment(task_id))


def check_source(link: str) -> None:
    """Raise ValueError for a link that the provider cannot fetch: it takes public http(s) links only and
    holds no Slack token (provider reference 2.7). The link is not in the message: it may be a secret."""
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, TypeError):
        raise ValueError("a source is not a link") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("a source is not an http(s) link")
    if any(url.host == host or url.host.endswith(f".{host}") for host in _SLACK):
        raise ValueError("a source is a Slack link, which only the bot can open")


def _body(names: FieldNames, order: Order, *, size: object) -> dict[str, Any]:
    for link in (*order.source_urls, *([order.mask_url] if order.mask_url else [])):
        check_source(link)
    body: dict[str, Any] = {
        names.prompt: order.prompt,
        names.size: size,
        names.quality: order.quality.value,
        names.format: order.format.value,
        names.n: order.n,
    }
    if len(order.source_urls) == 1 and names.source is not None:
        body[names.source] = order.source_urls[0]
    elif order.source_urls:
        body[names.sources] = list(order.source_urls)
    if order.mask_url:
        body[names.mask] = order.mask_url
    return body


def _segment(task_id: str) -> str:
    """A task id as one piece of a path, whatever characters it has."""
    return quote(task_id, safe="")
