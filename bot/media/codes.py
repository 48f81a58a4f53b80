"""Why a picture that somebody sent cannot be used, and what was done to one that can: codes, as data.

Sentences for people are made from these elsewhere. A reason travels as the fact ``reason`` of an AskRefused,
with the further facts that its line names.
"""

from __future__ import annotations

from enum import StrEnum


class SourceReason(StrEnum):
    """Why a source is refused (Problem.BAD_SOURCE)."""

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
    """Cut off or broken; ``detail`` is for the log."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """More than is ever decoded; ``width``, ``height``, ``limit`` (pixels)."""
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
    """An answer that nobody foresaw; ``detail`` is for the log."""


class MaskReason(StrEnum):
    """Why a mask is refused (Problem.BAD_MASK)."""

    UNREADABLE = "unreadable"
    """``why`` is the SourceReason."""
    SIZE = "size"
    """Another ratio than the picture's; ``mask_size`` and ``source_size`` as ``WxH``."""
    NOT_A_MASK = "not_a_mask"
    """Neither transparency nor black and white."""
    NOTHING_MARKED = "nothing_marked"
    EVERYTHING_MARKED = "everything_marked"
    SEVERAL = "several"
    """More than one is named so."""
    ALONE = "alone"
    """There is no picture that it could belong to."""


class AddressReason(StrEnum):
    """Why there is no address for a source (Problem.NO_PUBLIC_ADDRESS), or why one is no good."""

    NONE_SET = "none_set"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    NOT_PUBLIC = "not_public"
    STORAGE_REFUSED = "storage_refused"
    """The object store did not take the picture: wrong key, bucket or policy."""


class Note(StrEnum):
    """What was done to a source; the facts are fields of the normalised picture."""

    FIRST_FRAME = "first_frame"
    """Only the first picture of an animation or of several pages is used."""
    SCALED = "scaled"
    """Made smaller: from the original size to the size now."""
    TURNED = "turned"
    """Stored lying down; turned as its camera said."""
    CONVERTED = "converted"
    """Sent in another file format than it came in."""
    COLOURS = "colours"
    """Brought to sRGB from print colours or another colour profile."""
    LOCATION_REMOVED = "location_removed"
    """It said where it was taken; that is not passed on."""
    TINY = "tiny"
    """So small that most of a result is invented."""


class MaskNote(StrEnum):
    """What was assumed of a mask and done to it."""

    TRANSPARENT_CHANGES = "transparent_changes"
    WHITE_CHANGES = "white_changes"
    INVERTED = "inverted"
    """Turned round on request: what the line above says stays, the rest changes."""
    SCALED = "scaled"
    """Brought to the picture's size; the ratio was the same."""
