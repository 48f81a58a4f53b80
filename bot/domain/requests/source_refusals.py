"""Why a picture cannot be edited: codes, facts, and the text that is stored with a job that failed for it.

Sentences for people are made from these in ``handlers/messages/problems/source.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, unquote

from bot.domain.problem import Problem

MOST_CHARACTERS = 500
"""The longest text that is stored in a job's ``Failure.detail``."""


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
    """A picture format that the bot does not read; ``format`` is its usual name, such as ``Photoshop``."""
    NOT_A_PICTURE = "not_a_picture"
    """Bytes of no known kind."""
    DAMAGED = "damaged"
    """Cut off or broken."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """More pixels than are ever decoded; ``width``, ``height`` and ``limit`` in pixels."""
    TOO_BIG = "too_big"
    """Opening it takes more memory than there is for that; ``needs`` and ``limit`` in bytes, ``width`` and
    ``height`` in pixels. Where the file does not say its size, all four may be missing."""
    TOO_SLOW = "too_slow"
    """Opening it takes longer than it may; ``limit`` in seconds."""
    TOO_MANY_BYTES = "too_many_bytes"
    """The file is too large; ``limit`` in bytes."""
    # Why they cannot be downloaded from the conversation
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
    """The app has no permission to read files, or was not installed again after it was given one."""
    FOREIGN_ADDRESS = "foreign_address"
    """The file's link leads to a host that the token may not be sent to."""
    UNFETCHABLE = "unfetchable"
    """The download was refused in a way that has no reason of its own here."""
    # The request as a whole
    TOO_MANY = "too_many"
    """More pictures than one request may have; ``most`` is how many it may have."""


class MaskReason(StrEnum):
    """Why a mask is refused."""

    UNREADABLE = "unreadable"
    """``why`` is the SourceReason."""
    SIZE = "size"
    """The mask's ratio is not the picture's; ``mask_size`` and ``source_size`` are written ``WxH``."""
    NOT_A_MASK = "not_a_mask"
    """It has no transparency and is not black and white."""
    NOTHING_MARKED = "nothing_marked"
    EVERYTHING_MARKED = "everything_marked"
    SEVERAL = "several"
    """More than one file is named as a mask."""
    ALONE = "alone"
    """The request has a mask but no picture that it could belong to."""


class AddressReason(StrEnum):
    """Why there is no address at which the image API can fetch a source, or why the one that is set cannot
    be used."""

    NONE_SET = "none_set"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    NOT_PUBLIC = "not_public"
    STORAGE_REFUSED = "storage_refused"
    """The object store refused the picture: wrong key, bucket or policy."""


@dataclass(frozen=True, slots=True)
class BadSource:
    """One of the pictures cannot be used. ``reason`` is None when the stored reason is missing, or is not
    one that this version of the bot knows.

    ``name`` is the file's, set when the request has several. ``reference`` finds the
    file in the log, where it was the decoder that failed. ``detail`` is for operators only. ``own``: all
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
    needs: int | None = None
    reference: str = ""
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
    """The image API cannot fetch pictures from this bot. ``own`` as in BadSource."""

    code: ClassVar[Problem] = Problem.NO_PUBLIC_ADDRESS
    reason: AddressReason = AddressReason.NONE_SET
    own: bool = False


@dataclass(frozen=True, slots=True)
class NoSource:
    """There is no picture to edit. ``is_unread``: there may be one, but the thread could not be read."""

    code: ClassVar[Problem] = Problem.NO_SOURCE
    is_unread: bool = False


SourceRefusal = BadSource | BadMask | NoPublicAddress | NoSource

_UNREAD = "unread"


def kept_text(refusal: SourceRefusal) -> str:
    """The refusal as one line for a job's ``Failure.detail``, such as ``too_many most=16``; empty when it has
    no reason. ``read_kept`` reads it. The format must not change: older versions of the bot wrote it too."""
    if isinstance(refusal, NoSource):
        return _UNREAD if refusal.is_unread else ""
    facts = {field.name: getattr(refusal, field.name) for field in fields(refusal)}
    reason = facts.pop("reason")
    if reason is None:
        return ""
    pairs = (f"{name}={quote(_written(facts[name]))}" for name in sorted(facts) if _written(facts[name]))
    return " ".join([str(reason), *pairs])[:MOST_CHARACTERS]


def read_kept(problem: Problem, detail: str) -> SourceRefusal | None:
    """The refusal from the ``problem`` and ``detail`` that were stored with a failed job; None for a problem
    that is not about sources. Never raises: parts of the text that are not understood are left out."""
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
        needs=_number(facts.get("needs", "")),
        reference=facts.get("reference", ""),
        detail=facts.get("detail", ""),
        own="own" in facts,
    )


def _written(value: Any) -> str:
    """The fact as text; empty when it is not known."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 20 else None


Code = TypeVar("Code", bound=StrEnum)


def _member(codes: type[Code], text: str) -> Code | None:
    return codes(text) if text in set(codes) else None
