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
from handlers.messages.block_kit import Code
from handlers.messages.wording import BotNames, Charge, Words, fact, say

_AS_PICTURE = "Send it as PNG, JPEG or WebP."
_AGAIN = "Upload it again and ask once more."

SOURCE_WORDS: Mapping[SourceReason, tuple[str, str]] = {
    SourceReason.EMPTY: ("That file is empty.", _AGAIN),
    SourceReason.WEB_PAGE: (
        "That file is a web page, not a picture.",
        "Save the picture itself and send that.",
    ),
    SourceReason.TEXT: ("That file is text, not a picture.", _AS_PICTURE),
    SourceReason.SVG: ("I cannot edit SVG drawings.", "Export it as PNG and send that."),
    SourceReason.PDF: ("I cannot edit PDF files.", "Send the page as PNG or JPEG."),
    SourceReason.VIDEO: ("I cannot edit videos.", "Send one frame of it as PNG or JPEG."),
    SourceReason.UNSUPPORTED_FORMAT: ("I cannot read pictures of this format.", _AS_PICTURE),
    SourceReason.NOT_A_PICTURE: ("I do not recognise that file as a picture.", _AS_PICTURE),
    SourceReason.DAMAGED: ("That picture is damaged or was cut off.", _AGAIN),
    SourceReason.TOO_MANY_PIXELS: (
        "That picture has too many pixels for me.",
        "Send a smaller version of it.",
    ),
    SourceReason.TOO_BIG: (
        "That picture needs more memory to open than I have.",
        "Send it at half the size.",
    ),
    SourceReason.TOO_SLOW: ("That picture takes too long to open.", "Save it again as PNG or JPEG."),
    SourceReason.TOO_MANY_BYTES: ("That file is too large.", "Send a smaller version of it."),
    SourceReason.DELETED: ("That picture was deleted.", _AGAIN),
    SourceReason.HIDDEN_BY_PLAN: (
        "Slack hides that picture: it is older than this workspace's plan shows.",
        _AGAIN,
    ),
    SourceReason.EXTERNAL: (
        "That picture is only linked from another service.",
        "Download it and upload it here.",
    ),
    SourceReason.SNIPPET: ("That is a text snippet, not a picture.", _AS_PICTURE),
    SourceReason.POST: ("That is a document, not a picture.", "Send the picture in it as a file of its own."),
    SourceReason.NOT_VISIBLE: (
        "I am not allowed to see that picture where it was shared.",
        "Upload it here and ask once more.",
    ),
    SourceReason.NO_PERMISSION: (
        "I am not allowed to read files in this workspace.",
        "Whoever runs this bot needs to give it the permission files:read and install it again.",
    ),
    SourceReason.FOREIGN_ADDRESS: (
        "That picture is kept outside of Slack, where I do not fetch from.",
        "Download it and upload it here.",
    ),
    SourceReason.UNFETCHABLE: ("I could not fetch that picture from Slack.", _AGAIN),
    SourceReason.TOO_MANY: (
        "These are more pictures than the image service takes at once.",
        "Leave some out and ask again.",
    ),
}

MASK_WORDS: Mapping[MaskReason, tuple[str, str]] = {
    MaskReason.UNREADABLE: ("I cannot read the mask.", "Send it as a PNG."),
    MaskReason.SIZE: (
        "The mask has another shape than the picture.",
        "Make it from a copy of the picture, so that both have the same size.",
    ),
    MaskReason.NOT_A_MASK: (
        "The mask marks nothing that I can see.",
        "Make what may change transparent, or white on black.",
    ),
    MaskReason.NOTHING_MARKED: (
        "The mask marks nothing to change.",
        "Make what may change transparent, or white on black.",
    ),
    MaskReason.EVERYTHING_MARKED: (
        "The mask marks the whole picture.",
        "Leave it out to change everything, or keep a part of it opaque (or black).",
    ),
    MaskReason.SEVERAL: (
        "I can use one mask, and several of these files are named as masks.",
        "Send the picture with one of them, or give the others another name.",
    ),
    MaskReason.ALONE: (
        "A file named mask is taken as a mask, and I found no picture that it belongs to.",
        "Attach the picture too, ask in its thread, or give the file another name.",
    ),
}

_STILL_WORKS = "New pictures, and changes of pictures that I made, still work."
_ONLY_NEW_WORK = "New pictures still work."
"""Said of a picture that I made myself: the image service keeps its own for a while only."""

ADDRESS_WORDS: Mapping[AddressReason, str] = {
    AddressReason.NONE_SET: "it has no public address to fetch them from",
    AddressReason.NOT_AN_ADDRESS: "the public address in my settings is not a web address",
    AddressReason.NOT_HTTPS: "the public address in my settings does not begin with https",
    AddressReason.NOT_PUBLIC: "the public address in my settings cannot be reached from outside",
    AddressReason.STORAGE_REFUSED: "the storage that I would put them in did not take them",
}


def source_words(refusal: SourceRefusal, names: BotNames) -> Words:
    match refusal:
        case BadSource():
            return _bad_source(refusal)
        case BadMask():
            return _bad_mask(refusal)
        case NoPublicAddress():
            return _no_public_address(refusal)
        case NoSource():
            return _no_source(refusal, names)
        case _:
            assert_never(refusal)


def _bad_source(refusal: BadSource) -> Words:
    what, todo, short = "I cannot use that picture.", _AS_PICTURE, "the picture to edit is unusable"
    if refusal.reason is not None:
        what, todo = SOURCE_WORDS[refusal.reason]
    match refusal:
        case BadSource(reason=SourceReason.UNSUPPORTED_FORMAT, format=kind) if kind:
            what = f"I cannot read {fact(kind)} pictures."
        case BadSource(reason=SourceReason.TOO_MANY_BYTES, limit=int(limit)):
            what = f"That file is too large: I take up to {limit // 1_000_000} MB."
        case BadSource(reason=SourceReason.TOO_BIG):
            what = _too_big(refusal) or what
        case BadSource(reason=SourceReason.TOO_SLOW, limit=int(limit)):
            what = f"That picture takes more than {limit} s to open."
        case BadSource(reason=SourceReason.DAMAGED, reference=str(reference)) if reference:
            what = f"That picture is damaged or was cut off (reference {fact(reference)})."
        case BadSource(reason=SourceReason.TOO_MANY, most=most):
            short = "too many pictures to edit"
            if most is not None:
                what += f" It takes {most} {'picture' if most == 1 else 'pictures'}."
    which = fact(refusal.name)
    return say(f"{which}: {what}" if which else what, Charge.NOTHING, todo, short)


def _too_big(refusal: BadSource) -> str | None:
    """With its numbers; None when they are not known."""
    width, height, needs, limit = refusal.width, refusal.height, refusal.needs, refusal.limit
    if width is None or height is None or limit is None:
        return None
    size, most = f"That picture is {width:,} × {height:,} pixels", f"{limit // 1_000_000} MB"
    if needs is None:
        return f"{size} and needs more memory to open than the {most} that I have for it."
    return f"{size} and needs about {-(-needs // 1_000_000)} MB to open; {most} is the limit."


def _no_source(refusal: NoSource, names: BotNames) -> Words:
    short = "no picture to edit"
    if refusal.is_unread:
        instead = "Attach the picture, or choose Edit this image in its menu. For a new picture type "
        what = "I cannot read this thread, so I do not know which picture you mean."
        return Words((what,), Charge.NOTHING, (instead, Code(names.command), "."), short)
    todo = "Attach one to your message, or ask in the thread that has it."
    return say("I found no picture to edit.", Charge.NOTHING, todo, short)


def _bad_mask(refusal: BadMask) -> Words:
    what, todo = (
        "The mask does not fit the picture.",
        "Send a PNG of its size, transparent where it may change.",
    )
    if refusal.reason is not None:
        what, todo = MASK_WORDS[refusal.reason]
    mask, source = fact(refusal.mask_size), fact(refusal.source_size)
    if refusal.reason is MaskReason.SIZE and mask and source:
        what = f"The mask ({mask}) has another shape than the picture ({source})."
    return say(what, Charge.NOTHING, todo, "the mask does not fit")


def _no_public_address(refusal: NoPublicAddress) -> Words:
    works = _ONLY_NEW_WORK if refusal.own else _STILL_WORKS
    return say(
        f"The image service cannot be given pictures to edit from here: {ADDRESS_WORDS[refusal.reason]}.",
        Charge.NOTHING,
        f"Whoever runs this bot can change that: its command doctor says how. {works}",
        "this bot has no public address",
    )
