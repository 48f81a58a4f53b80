"""Why a picture that somebody sent cannot be edited: codes, facts, and the text kept with a job that failed.

Sentences for people are made from these in ``handlers/messages/source_problems.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, unquote

from bot.domain.problem import Problem

MOST_CHARACTERS = 500
"""Of the text kept in a job's ``Failure.detail``."""


class SourceReason(StrEnum):
    """Why a source is refused."""

    # What the bytes are
    EMPTY = "empty"
    """Zero bytes."""
    WEB_PAGE = "web_page"
    """HTML, whatever its name says."""
    TEXT = "text"
    SVG = "svg"
    PDF = "pdf"
    VIDEO = "video"
    UNSUPPORTED_FORMAT = "unsupported_format"
    """A picture that we do not read; ``format`` is its usual name, such as ``Photoshop``."""
    NOT_A_PICTURE = "not_a_picture"
    """Bytes of no kind that we know."""
    DAMAGED = "damaged"
    """Cut off or broken."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """More than is ever decoded; ``width``, ``height`` and ``limit`` in pixels."""
    TOO_MANY_BYTES = "too_many_bytes"
    """``limit`` in bytes."""
    # Why they cannot be had from the conversation
    DELETED = "deleted"
    HIDDEN_BY_PLAN = "hidden_by_plan"
    """Older than the workspace's free plan shows."""
    EXTERNAL = "external"
    """A link to another service that the conversation only displays."""
    SNIPPET = "snippet"
    POST = "post"
    """A document written in the conversation's own editor (a post, a canvas, a list)."""
    NOT_VISIBLE = "not_visible"
    """It exists where the bot may not look, such as the other side of a shared channel."""
    NO_PERMISSION = "no_permission"
    """The app lacks the permission to read files, or was not installed again after it got it."""
    FOREIGN_ADDRESS = "foreign_address"
    """The file's link does not lead to a host that the token may be shown to."""
    UNFETCHABLE = "unfetchable"
    """An answer that nobody foresaw."""
    # The request as a whole
    TOO_MANY = "too_many"
    """More pictures than one request takes; ``most`` says how many it takes."""


class MaskReason(StrEnum):
    """Why a mask is refused."""

    UNREADABLE = "unreadable"
    """``why`` is the SourceReason."""
    SIZE = "size"
    """Another ratio than the picture's; ``mask_size`` and ``source_size`` as ``WxH``."""
    NOT_A_MASK = "not_a_mask"
    """Neither transparency nor black and white."""
    NOTHING_MARKED = "nothing_marked"
    EVERYTHING_MARKED = "everything_marked"
    SEVERAL = "several"
    """More than one file is named as a mask."""
    ALONE = "alone"
    """There is no picture that it could belong to."""


class AddressReason(StrEnum):
    """Why there is no address at which the image service can fetch a source, or why one is no good."""

    NONE_SET = "none_set"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    NOT_PUBLIC = "not_public"
    STORAGE_REFUSED = "storage_refused"
    """The object store did not take the picture: wrong key, bucket or policy."""


@dataclass(frozen=True, slots=True)
class BadSource:
    """One of the pictures cannot be used. ``reason`` None: a version that wrote it knew one that we do not.

    ``name`` is the file's, set where the request has several. ``detail`` is for operators only. ``own``: all
    pictures of the request were made by this bot.
    """

    code: ClassVar[Problem] = Problem.BAD_SOURCE
    reason: SourceReason | None = None
    name: str = ""
    format: str = ""
    limit: int | None = None
    most: int | None = None
    width: int | None = None
    height: int | None = None
    detail: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class BadMask:
    """The mask cannot be used. ``reason`` None and ``own`` as in BadSource."""

    code: ClassVar[Problem] = Problem.BAD_MASK
    reason: MaskReason | None = None
    why: SourceReason | None = None
    mask_size: str = ""
    source_size: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class NoPublicAddress:
    """The image service cannot be given pictures from here. ``own`` as in BadSource."""

    code: ClassVar[Problem] = Problem.NO_PUBLIC_ADDRESS
    reason: AddressReason = AddressReason.NONE_SET
    own: bool = False


@dataclass(frozen=True, slots=True)
class NoSource:
    """There is no picture to edit. ``is_unread``: there may be one, but the thread cannot be read."""

    code: ClassVar[Problem] = Problem.NO_SOURCE
    is_unread: bool = False


SourceRefusal = BadSource | BadMask | NoPublicAddress | NoSource

_UNREAD = "unread"


def kept_text(refusal: SourceRefusal) -> str:
    """The refusal in one line for a job's ``Failure.detail``, such as ``too_many most=16``; empty without a
    reason. ``read_kept`` reads it; older versions wrote the same texts."""
    if isinstance(refusal, NoSource):
        return _UNREAD if refusal.is_unread else ""
    facts = {field.name: getattr(refusal, field.name) for field in fields(refusal)}
    reason = facts.pop("reason")
    if reason is None:
        return ""
    pairs = (f"{name}={quote(_written(facts[name]))}" for name in sorted(facts) if _written(facts[name]))
    return " ".join([str(reason), *pairs])[:MOST_CHARACTERS]


def read_kept(problem: Problem, detail: str) -> SourceRefusal | None:
    """The refusal that a failed job was kept with; None for a problem of another kind. Any text can be read:
    what is not understood in it is left out."""
    reason, *pairs = detail.split(" ")
    split = (pair.partition("=") for pair in pairs)
    facts = {name: unquote(value) for name, sign, value in split if sign}
    match problem:
        case Problem.BAD_SOURCE:
            return _bad_source(reason, facts)
        case Problem.BAD_MASK:
            return BadMask(
                _member(MaskReason, reason),
                why=_member(SourceReason, facts.get("why", "")),
                mask_size=facts.get("mask_size", ""),
                source_size=facts.get("source_size", ""),
                own="own" in facts,
            )
        case Problem.NO_PUBLIC_ADDRESS:
            return NoPublicAddress(_member(AddressReason, reason) or AddressReason.NONE_SET, "own" in facts)
        case Problem.NO_SOURCE:
            return NoSource(is_unread=reason == _UNREAD)
        case _:
            return None


def _bad_source(reason: str, facts: Mapping[str, str]) -> BadSource:
    return BadSource(
        _member(SourceReason, reason),
        name=facts.get("name", ""),
        format=facts.get("format", ""),
        limit=_number(facts.get("limit", "")),
        most=_number(facts.get("most", "")),
        width=_number(facts.get("width", "")),
        height=_number(facts.get("height", "")),
        detail=facts.get("detail", ""),
        own="own" in facts,
    )


def _written(value: Any) -> str:
    """Empty for a fact that is not known."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 20 else None


Code = TypeVar("Code", bound=StrEnum)


def _member(codes: type[Code], text: str) -> Code | None:
    return codes(text) if text in set(codes) else None
