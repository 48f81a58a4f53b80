"""What was done to a picture that somebody sent, and assumed of a mask: codes, as data.

Sentences for people are made from these in ``edit_sources.py``.
"""

from __future__ import annotations

from enum import StrEnum


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
