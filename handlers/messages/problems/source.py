"""Sentences for pictures that cannot be edited: one for each reason, at once and from a job that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from bot.domain.requests.source_refusals import (
    AddressReason,
    BadMask,
    BadSource,
    MaskReason,
    NoPublicAddress,
    NoSource,
    SourceReason,
    SourceRefusal,
)
from handlers.messages.wording import Charge, Words, fact, say

_AS_PICTURE = "Send it as PNG, JPEG or WebP."
_AGAIN = "Upload it again and ask once more."

SOURCE_WORDS: Mapping[SourceReason, tuple[str, str]] = {
    SourceReason.EMPTY: ("That file is empty.", _AGAIN),
    SourceReason.WEB_PAGE: (
        "That file is a web page, not a picture.",
        "Save the picture itself and send that.",
    ),
    SourceReason.TEXT: ("That file is text, not a picture.", _AS_PICTURE),
    SourceReason.SVG: ("SVG drawings cannot be changed.", "Export it as PNG and send that."),
    SourceReason.PDF: ("PDF files cannot be changed.", "Send the page as PNG or JPEG."),
    SourceReason.VIDEO: ("Videos cannot be changed.", "Send one frame of it as PNG or JPEG."),
    SourceReason.UNSUPPORTED_FORMAT: ("Pictures of this format cannot be read.", _AS_PICTURE),
    SourceReason.NOT_A_PICTURE: ("That file is no picture.", _AS_PICTURE),
    SourceReason.DAMAGED: ("That picture is damaged or was cut off.", _AGAIN),
    SourceReason.TOO_MANY_PIXELS: (
        "That picture has too many pixels.",
        "Send a smaller version of it.",
    ),
    SourceReason.TOO_BIG: (
        "That picture is too large to open.",
        "Send it at half the size.",
    ),
    SourceReason.TOO_SLOW: ("That picture takes too long to open.", "Save it again as PNG or JPEG."),
    SourceReason.TOO_MANY_BYTES: ("That file is too large.", "Send a smaller version of it."),
    SourceReason.DELETED: ("That picture was deleted.", _AGAIN),
    SourceReason.HIDDEN_BY_PLAN: (
        "Slack's plan here no longer shows that picture.",
        _AGAIN,
    ),
    SourceReason.EXTERNAL: (
        "That picture is only linked from another service.",
        "Download it and upload it here.",
    ),
    SourceReason.SNIPPET: ("That is a text snippet, not a picture.", _AS_PICTURE),
    SourceReason.POST: ("That is a document, not a picture.", "Send its picture as a file."),
    SourceReason.NOT_VISIBLE: (
        "Slack does not let this bot see that picture.",
        "Upload it here and ask once more.",
    ),
    SourceReason.NO_PERMISSION: (
        "This bot may not read files in this workspace.",
        "Whoever runs it can change that.",
    ),
    SourceReason.FOREIGN_ADDRESS: (
        "That picture is kept outside of Slack.",
        "Download it and upload it here.",
    ),
    SourceReason.UNFETCHABLE: ("Slack did not hand over that picture.", _AGAIN),
    SourceReason.TOO_MANY: (
        "These are more pictures than the image service takes at once.",
        "Leave some out and ask again.",
    ),
}

MASK_WORDS: Mapping[MaskReason, tuple[str, str]] = {
    MaskReason.UNREADABLE: ("The mask cannot be read.", "Send it as a PNG."),
    MaskReason.SIZE: (
        "The mask has another shape than the picture.",
        "Make it from the picture.",
    ),
    MaskReason.NOT_A_MASK: (
        "The mask marks nothing.",
        "Make what may change transparent, or white on black.",
    ),
    MaskReason.NOTHING_MARKED: (
        "The mask marks nothing to change.",
        "Make what may change transparent, or white on black.",
    ),
    MaskReason.EVERYTHING_MARKED: (
        "The mask marks the whole picture.",
        "Leave it out to change everything.",
    ),
    MaskReason.SEVERAL: (
        "Several files are named as masks; one can be used.",
        "Send the picture with one of them.",
    ),
    MaskReason.ALONE: (
        "A mask needs the picture that it belongs to.",
        "Attach both, or rename the file.",
    ),
}

_STILL_WORKS = "New pictures and their changes work."
_ONLY_NEW_WORK = "New pictures work."
"""Said of a picture that the bot made itself: the image service keeps its own for a while only."""

ADDRESS_WORDS: Mapping[AddressReason, str] = {
    AddressReason.NONE_SET: "this bot has no public address",
    AddressReason.NOT_AN_ADDRESS: "its public address is wrong",
    AddressReason.NOT_HTTPS: "its public address is not https",
    AddressReason.NOT_PUBLIC: "its public address cannot be reached",
    AddressReason.STORAGE_REFUSED: "its storage did not take them",
}


def source_words(refusal: SourceRefusal) -> Words:
    match refusal:
        case BadSource():
            return _bad_source(refusal)
        case BadMask():
            return _bad_mask(refusal)
        case NoPublicAddress():
            return _no_public_address(refusal)
        case NoSource():
            return _no_source(refusal)
        case _:
            assert_never(refusal)


def _bad_source(refusal: BadSource) -> Words:
    what, todo = "That picture cannot be used.", _AS_PICTURE
    if refusal.reason is not None:
        what, todo = SOURCE_WORDS[refusal.reason]
    match refusal:
        case BadSource(reason=SourceReason.UNSUPPORTED_FORMAT, format=kind) if kind:
            what = f"{fact(kind)} pictures cannot be read."
        case BadSource(reason=SourceReason.TOO_MANY_BYTES, limit=int(limit)):
            what = f"That file is larger than {limit // 1_000_000} MB."
        case BadSource(reason=SourceReason.TOO_BIG):
            what = _too_big(refusal) or what
        case BadSource(reason=SourceReason.TOO_SLOW, limit=int(limit)):
            what = f"That picture takes more than {limit} s to open."
        case BadSource(reason=SourceReason.DAMAGED):
            what = "That picture is damaged or was cut off."
        case BadSource(reason=SourceReason.TOO_MANY, most=most):
            if most is not None:
                what = f"The image service takes {most} {'picture' if most == 1 else 'pictures'} at once."
    which = fact(refusal.name)
    return say(f"{which}: {what}" if which else what, Charge.FREE, todo, "the picture to edit is unusable")


def _too_big(refusal: BadSource) -> str | None:
    """With its numbers; None when they are not known."""
    width, height, limit = refusal.width, refusal.height, refusal.limit
    if width is None or height is None or limit is None:
        return None
    most = f"more than {limit // 1_000_000} MB"
    needs = f"{-(-refusal.needs // 1_000_000)} MB, {most}" if refusal.needs is not None else most
    return f"Its {width:,} × {height:,} pixels need {needs}."


def _no_source(refusal: NoSource) -> Words:
    short = "no picture to edit"
    if refusal.is_unread:
        what = "Slack does not show this bot the thread."
        return say(what, Charge.NOTHING, "Attach the picture, or draw a new one.", short)
    todo = "Attach one, or ask in its thread."
    return say("There is no picture to change here.", Charge.NOTHING, todo, short)


def _bad_mask(refusal: BadMask) -> Words:
    what, todo = (
        "The mask does not fit the picture.",
        "Send a PNG of its size, transparent where it changes.",
    )
    if refusal.reason is not None:
        what, todo = MASK_WORDS[refusal.reason]
    mask, source = fact(refusal.mask_size), fact(refusal.source_size)
    if refusal.reason is MaskReason.SIZE and mask and source:
        what = f"The mask ({mask}) has another shape than the picture ({source})."
    return say(what, Charge.FREE, todo, "the mask does not fit")


def _no_public_address(refusal: NoPublicAddress) -> Words:
    works = _ONLY_NEW_WORK if refusal.own else _STILL_WORKS
    return say(
        f"Pictures cannot be changed here: {ADDRESS_WORDS[refusal.reason]}.",
        Charge.FREE,
        works,
        "pictures cannot be changed here",
    )
