"""A file as Slack shows it in events, messages and ``files.info``.

Facts: docs.slack.dev/reference/objects/file-object; Slack reference 2.5, 2.6.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_ENDINGS = frozenset(
    {"png", "jpg", "jpeg", "jfif", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff"}
)


def _text(value: object) -> object:
    return value if isinstance(value, str) else ""


def _number(value: object) -> object:
    return value if isinstance(value, int) else None


Text = Annotated[str, BeforeValidator(_text)]
"""Slack leaves fields out or sends null; neither is worth losing an event for."""


_DOCUMENTS = frozenset({"external", "snippet", "post", "space", "docs", "quip", "canvas", "list"})


class SlackFile(BaseModel):
    """Only the id is certain: a file of a shared channel comes with nothing else, one that was just posted
    without its type, a deleted one without its links. Links are secrets and hidden from the representation.
    ``size`` is what Slack says, in bytes; nothing relies on it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str = Field(min_length=1)
    name: Text = ""
    title: Text = ""
    mimetype: Text = ""
    filetype: Text = ""
    mode: Text = ""
    file_access: Text = ""
    is_external: Annotated[bool | None, BeforeValidator(_number)] = None
    size: Annotated[int | None, BeforeValidator(_number)] = None
    url_private: Text = Field(default="", repr=False)
    url_private_download: Text = Field(default="", repr=False)

    @property
    def needs_info(self) -> bool:
        """Whether Slack wants ``files.info`` asked before the file is used."""
        if self.mode == "file_access" or self.file_access == "check_file_info":
            return True
        return not self.mode and not self.links

    @property
    def links(self) -> tuple[str, ...]:
        """Where its bytes are, the better link first (the download one can be absent)."""
        return tuple(link for link in (self.url_private_download, self.url_private) if link)

    def kept(self) -> str:
        """One string with all that is needed to fetch the file, to be stored in place of its id.

        For files of a form: they are in no message, and whether ``files.info`` knows those is not documented.
        """
        if not self.links:
            return self.id
        known = {"name": self.name, "mimetype": self.mimetype or "application/octet-stream", "mode": "hosted"}
        return f"{self.id} {json.dumps(known | {'url_private': self.links[0]})}"

    @classmethod
    def of(cls, kept: str) -> SlackFile:
        """The file behind an id, or behind what ``kept`` made. Raises ValueError for neither."""
        ident, _, known = kept.partition(" ")
        return cls.model_validate({**(json.loads(known) if known else {}), "id": ident})

    @property
    def is_document(self) -> bool:
        """What Slack makes of a link to a document or of a long text (Slack reference 2.5): nobody attached
        it to have it edited."""
        return self.mode in _DOCUMENTS and not self.may_be_picture

    @property
    def may_be_picture(self) -> bool:
        """A first guess for choosing among the files of a message; its bytes decide whether it is one."""
        if self.mimetype.startswith("image/") or self.needs_info:
            return True
        ending = PurePosixPath(self.name.lower()).suffix.removeprefix(".")
        return ending in _ENDINGS or not (self.mimetype or ending)
