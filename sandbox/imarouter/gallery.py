"""Result files: drawn on the first download, kept for the next, and served as well or as badly as told."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from aiohttp import web

from sandbox.faults import truncate
from sandbox.imarouter.options import Options
from sandbox.imarouter.pictures import Sheet, draw, draw_edit, draw_plain
from sandbox.imarouter.tasks import Task

_KEPT = 256
_GONE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n  <Code>{code}</Code>\n'
    "  <Message>{message}</Message>\n</Error>\n"
)
"""Object storage answers XML; live results lie in one (Aliyun OSS)."""
_CHUNK = 1 << 16


class Gallery:
    """The pictures of all tasks."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[str, int], asyncio.Task[bytes]] = OrderedDict()

    async def picture(self, task: Task, index: int, *, plain: bool) -> bytes:
        """The encoded picture; the same bytes however often it is asked for."""
        key = (task.id, index)
        if key not in self._drawn:
            self._drawn[key] = asyncio.ensure_future(asyncio.to_thread(_paint, task, index, plain=plain))
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        return await asyncio.shield(self._drawn[key])

    def forget(self) -> None:
        self._drawn.clear()


async def serve_result(
    request: web.Request, task: Task, *, gallery: Gallery, options: Options
) -> web.StreamResponse:
    """Answer a download the way the task, or else the options, ask for. `index` is in the path."""
    mode = task.conduct.result_mode() or options.result
    index = int(request.match_info["index"])
    renewed = request.match_info["key"] != task.link_key(0)
    if mode == "gone" or (mode == "moved" and not renewed):
        task.link_missed = True
        return _xml(404, "NoSuchKey", "The specified key does not exist.")
    if mode == "forbidden":
        return _xml(403, "AccessDenied", "You have no right to access this object.")
    if mode == "redirect" and "again" not in request.query:
        target = options.redirect_to or str(request.rel_url.update_query(again="1"))
        return web.Response(status=302, headers={"Location": target})
    if mode == "html":
        text = "<!doctype html><html><body><h1>Service temporarily unavailable</h1></body></html>"
        return web.Response(text=text, content_type="text/html")
    if mode == "oversize":
        return await _oversize(request, options.oversize_bytes)
    data = await gallery.picture(task, index, plain=options.plain_pictures)
    kind = "application/octet-stream" if mode == "wrong_type" else f"image/{task.order.format}"
    whole = web.Response(body=data, content_type=kind)
    return await truncate(request, whole) if mode == "truncated" else whole


async def _oversize(request: web.Request, length: int) -> web.StreamResponse:
    """A stream that begins like a picture, says no length, and goes on."""
    response = web.StreamResponse(headers={"Content-Type": "image/png"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b"\x89PNG\r\n\x1a\n")
    for _ in range(length // _CHUNK):
        await response.write(bytes(_CHUNK))
    return response


def _xml(status: int, code: str, message: str) -> web.Response:
    text = _GONE.format(code=code, message=message)
    return web.Response(status=status, text=text, content_type="application/xml")


def _paint(task: Task, index: int, *, plain: bool) -> bytes:
    order = task.order
    sheet = Sheet(
        order.prompt,
        index,
        order.n,
        task.size,
        order.quality,
        "png" if task.conduct.has("as-png") else order.format,
        None if task.conduct.has("as-png") else order.compression,
        task.variant,
    )
    if plain:
        return draw_plain(sheet)
    sources = [source.data for source in task.sources if source.role == "source"]
    masks = [source.data for source in task.sources if source.role == "mask"]
    return draw_edit(sheet, sources, masks[0] if masks else None) if sources else draw(sheet)
