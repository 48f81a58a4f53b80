"""The addresses that are no API methods: uploads, private files, thumbnails, the login page, response_urls.

Facts: docs messaging/working-with-files, objects/file-object (a bad token is a redirect to a login page that
answers 200 text/html), interactivity/handling-user-interaction; 410 for files hidden by a plan's limit.
"""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from PIL import Image

from sandbox.faults import Fault
from sandbox.slack.core import Core
from sandbox.slack.errors import SlackError
from sandbox.slack.file_desk import FILETYPES
from sandbox.slack.workspace import BOT_USER, File

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Login | Slack</title></head><body>Sign in to Sandbox</body></html>"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ByteRoutes:
    """Everything with bytes in it."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[web.RouteDef]:
        upload = self._faulty("upload", self.upload)
        download = self._faulty("download", self.download)
        return [
            web.post("/upload/v1/{ticket}", upload),
            web.post("/upload/{ticket}", upload),
            web.get("/files-pri/{identifier}/{name}", download),
            web.get("/files-pri/{identifier}/download/{name}", download),
            web.get("/files-tmb/{identifier}/{name}", self._faulty("thumbnail", self.thumbnail)),
            web.get("/login", self.login),
            web.post("/response/{secret:.+}", self._faulty("response_url", self.respond)),
            web.get("/link/", self._faulty("socket", self._core.sockets.accept)),
        ]

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Step 2: the bytes, raw or as the first part of a form; their number was declared in step 1."""
        file = self._core.files.by_ticket(request.match_info["ticket"])
        if file is None:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
            data = parts[0].file.read() if parts else b""
        else:
            data = await request.read()
        if len(data) != file.declared:
            self._core.recorder.violation("upload", "length", f"declared {file.declared}, sent {len(data)}")
            return web.Response(status=400, text=f"content length mismatch: {len(data)}")
        file.data, file.uploaded = data, True
        self._core.recorder.changed("uploaded", file=file.id)
        return web.Response(text=f"OK - {len(data)}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        file = self._file(request)
        if not self._may_read(request, file):
            return self._to_login(request)
        if file is None or file.deleted or file.mode == "tombstone":
            return web.Response(status=404, text="File not found")
        if file.mode == "hidden_by_limit":
            return web.Response(status=410, text="Gone")
        kind = next((mime for mime, short in FILETYPES.items() if short == file.filetype), None)
        return web.Response(body=file.data, content_type=file.mimetype or kind or "application/octet-stream")

    async def thumbnail(self, request: web.Request) -> web.StreamResponse:
        """A picture scaled down to the edge in its name, as PNG."""
        file = self._file(request)
        if not self._may_read(request, file):
            return self._to_login(request)
        if file is None or file.deleted or not file.width:
            return web.Response(status=404, text="File not found")
        edge = int(request.match_info["name"].rsplit("_", 1)[-1].removesuffix(".png"))
        with Image.open(io.BytesIO(file.data)) as picture:
            picture.thumbnail((edge, edge))
            out = io.BytesIO()
            picture.convert("RGBA").save(out, "PNG")
        return web.Response(body=out.getvalue(), content_type="image/png")

    async def login(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text=LOGIN_PAGE, content_type="text/html")

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """What Slack answers is never the message: "ok", or 404 with a code."""
        try:
            text = await request.text()
            if request.content_type == "application/x-www-form-urlencoded":
                text = str((await request.post()).get("payload", ""))
            body = json.loads(text)
            self._core.responses.receive(request.match_info["secret"], body)
        except SlackError as refused:
            self._core.recorder.changed("response_refused", error=refused.code)
            return web.json_response(refused.body(), status=404)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        return web.Response(text="ok")

    def _faulty(self, name: str, handler: Handler) -> Handler:
        """The handler under the faults of this name."""

        def error(fault: Fault) -> web.StreamResponse:
            return web.json_response({"ok": False, "error": fault.error}, status=404)

        async def run(request: web.Request) -> web.StreamResponse:
            return await self._core.faults.run(name, request, lambda: handler(request), error_response=error)

        return run

    def _file(self, request: web.Request) -> File | None:
        parts = request.match_info["identifier"].split("-")
        return self._core.workspace.files.get(parts[1]) if len(parts) > 1 else None

    def _may_read(self, request: web.Request, file: File | None) -> bool:
        """The bot's token with files:read, for its own files and those shared where it is a member."""
        core = self._core
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != core.options.bot_token or core.token_error or "files:read" not in core.options.scopes:
            return False
        if file is None or file.user == BOT_USER:
            return True
        return any(BOT_USER in core.workspace.channels[c].members for c in file.shares) or not file.shares

    def _to_login(self, request: web.Request) -> web.StreamResponse:
        location = f"{self._core.workspace.base_url}/login?redir={request.path}"
        return web.Response(status=302, headers={"Location": location})
