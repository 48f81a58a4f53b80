"""What is said when a picture that somebody sent cannot be used: one kind sentence for each reason.

The reason is the fact ``reason`` of a refusal; a job's failure keeps all that is known as its detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import facts_in
from bot.media.codes import AddressReason, MaskReason, SourceReason
from handlers.messages.block_kit import Code
from handlers.messages.wording import Case, Charge, Words, say

TOO_MANY = "too_many"
"""More pictures than one request takes; ``most`` says how many it takes."""

UNREAD = "unread"
"""There may be a picture, but the thread cannot be read."""

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


def bad_source(case: Case) -> Words:
    case = _read(case)
    reason = case.fact("reason")
    if reason == TOO_MANY:
        return _too_many(case)
    what, todo = _SOURCES.get(reason, ("I cannot use that picture.", _AS_PICTURE))
    kind = case.fact("format")
    if reason == SourceReason.UNSUPPORTED_FORMAT and kind:
        what = f"I cannot read {kind} pictures."
    limit = case.fact("limit")
    if reason == SourceReason.TOO_MANY_BYTES and limit.isdecimal():
        what = f"That file is too large: I take up to {int(limit) // 1_000_000} MB."
    which = case.fact("name")
    return say(f"{which}: {what}" if which else what, Charge.NOTHING, todo, "the picture to edit is unusable")


def no_source(case: Case) -> Words:
    if _read(case).fact("reason") == UNREAD:
        return Words(
            ("I cannot read this thread, so I do not know which picture you mean.",),
            Charge.NOTHING,
            (
                "Attach the picture, or choose Edit this image in its menu. For a new picture type ",
                Code(case.command),
                ".",
            ),
            "no picture to edit",
        )
    return say(
        "I found no picture to edit.",
        Charge.NOTHING,
        "Attach one to your message, or ask in the thread that has it.",
        "no picture to edit",
    )


def bad_mask(case: Case) -> Words:
    case = _read(case)
    what, todo = _MASKS.get(
        case.fact("reason"),
        ("The mask does not fit the picture.", "Send a PNG of its size, transparent where it may change."),
    )
    mask, source = case.fact("mask_size"), case.fact("source_size")
    if case.fact("reason") == MaskReason.SIZE and mask and source:
        what = f"The mask ({mask}) has another shape than the picture ({source})."
    return say(what, Charge.NOTHING, todo, "the mask does not fit")


def no_public_address(case: Case) -> Words:
    case = _read(case)
    why = _ADDRESSES.get(case.fact("reason"), ADDRESS_WORDS[AddressReason.NONE_SET])
    works = _ONLY_NEW_WORK if case.fact("own") else _STILL_WORKS
    return say(
        f"The image service cannot be given pictures to edit from here: {why}.",
        Charge.NOTHING,
        f"Whoever runs this bot can change that: its command doctor says how. {works}",
        "this bot has no public address",
    )


def _too_many(case: Case) -> Words:
    most = case.fact("most")
    takes = f" It takes {most}" + (" picture." if most == "1" else " pictures.") if most else ""
    return say(
        f"These are more pictures than the image service takes at once.{takes}",
        Charge.NOTHING,
        "Leave some out and ask again.",
        "too many pictures to edit",
    )


def _read(case: Case) -> Case:
    """With the facts of the refusal, also where it was kept with a job meanwhile."""
    return case if case.fact("reason") else replace(case, facts=facts_in(case.detail) | dict(case.facts))


_SOURCES: dict[str, tuple[str, str]] = {str(reason): words for reason, words in SOURCE_WORDS.items()}
_MASKS: dict[str, tuple[str, str]] = {str(reason): words for reason, words in MASK_WORDS.items()}
_ADDRESSES: dict[str, str] = {str(reason): words for reason, words in ADDRESS_WORDS.items()}
