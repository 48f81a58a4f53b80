"""The form for a new picture or an edit (loop reference 8). Pure; its metadata holds no words.

Limits: titles and buttons 24 characters, file inputs 10 files of 10 MB (Slack reference 6). A field whose
block id and action id stay the same keeps what was typed in it when the view is updated, so the words of the
two modes have block ids of their own. Each field begins with what it held before, in case it does not.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.request import Format
from bot.domain.requests.variations import Orders
from handlers.ids import is_direct
from handlers.messages.block_kit import Json, context, plain_text
from handlers.messages.status_text import size_text
from handlers.parsing import MAX_N
from handlers.views.form_fields import Option, conversations, field, files, radio, select, text
from handlers.views.form_prices import estimate, quality_options, submit_text, sum_text
from handlers.views.form_state import HERE, K2, K4, ONLY_ME, OTHER, SAME, SHAPES, Chosen, Mode, Seen, Start
from handlers.views.form_state import size_behind as size_named

FORM = "picture_form"
EDIT_SHORTCUT = "edit_image"
NEW_SHORTCUT = "generate_image"
EDIT_PICTURE, CHANGE_DRAFT, CHANGE_WORDS = "pic_edit", "draft_change", "pic_words"
"""Names that Slack sends back: of the form, of shortcuts (in the manifest, too) and of buttons."""

SRC, SHEET, WHICH, MODE, CHANGE, KEEP, PROMPT = "src", "sheet", "which", "mode", "change", "keep", "prompt"
QUALITY, SIZE, CUSTOM, COUNT, FORMAT = "quality", "size", "custom", "number", "format"
PICTURES, MASK, WHERE, SUM = "pictures", "mask", "where", "sum"
"""The blocks' ids."""

DISPATCHING = (MODE, QUALITY, SIZE, COUNT, PICTURES, MASK)
"""The fields that the price follows while the form is open. Words never do."""

MOST_FILES, MOST_MASKS = 9, 1
CHANGE_CHARACTERS, KEEP_CHARACTERS, PROMPT_CHARACTERS = 2000, 1000, 3000
"""What Slack lets a text field take at most is 3000."""

_NAMES = dict(zip(SHAPES, ("Square", "3:2", "16:9", "2:3", "9:16"), strict=True))


def form_view(start: Start, seen: Seen, chosen: Chosen, orders: Orders, prices: PriceTable) -> Json:
    """The form, for ``views.open`` and ``views.update``. ``orders`` are what would be drawn if it were sent
    now; their price is on the button."""
    cost = estimate(prices, orders)
    kept = replace(start, shown=cost, seen_files=chosen.files + chosen.masks)
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": kept.packed(),
        "title": plain_text("Edit this picture" if start.is_edit else "New picture"),
        "submit": plain_text(submit_text(cost), 24),
        "close": plain_text("Cancel"),
        "blocks": [
            *_source(start, seen, chosen),
            *_words(start, chosen),
            *_settings(start, chosen, orders, prices),
            *_files(start, seen, chosen),
            *_where(start, chosen),
            {**context(sum_text(orders.request, cost, start.left)), "block_id": SUM},
        ],
    }


def without_pictures(view: Json) -> Json:
    """The same view, for somebody whom Slack does not show the pictures in it; nor do its updates."""
    blocks = [
        {key: value for key, value in block.items() if key != "accessory"}
        for block in view["blocks"]
        if block["type"] != "image"
    ]
    if view.get("callback_id") != FORM:
        return {**view, "blocks": blocks}
    start = replace(Start.unpacked(view["private_metadata"]), picture=None)
    return {**view, "blocks": blocks, "private_metadata": start.packed()}


def _source(start: Start, seen: Seen, chosen: Chosen) -> list[Json]:
    """What the form is about, with the picture; for one of several, all of them to choose from."""
    blocks: list[Json] = []
    if seen.title:
        blocks.append({"type": "section", "block_id": SRC, "text": plain_text(seen.title, 300)})
    if start.picture is not None:
        image: Json = {
            "type": "image",
            "slack_file": {"id": start.picture},
            "alt_text": plain_text(seen.alt, 2000)["text"],
        }
        if start.is_open:
            blocks.append({**image, "block_id": SHEET})
        elif blocks:
            blocks[0]["accessory"] = image
    if start.is_open:
        numbers = [(str(i), str(i)) for i in range(1, start.count + 1)]
        blocks.append(field(WHICH, "Which picture", radio(numbers, str(chosen.which or 1))))
    if start.has_modes:
        modes = [(Mode.CHANGE.value, "Change this picture"), (Mode.ANEW.value, "Draw anew from the words")]
        blocks.append(field(MODE, "What to do", radio(modes, chosen.mode), dispatches=True))
    return blocks


def _words(start: Start, chosen: Chosen) -> list[Json]:
    if chosen.mode is Mode.ANEW:
        words = text(
            "a lighthouse at dusk, oil on canvas",
            chosen.prompt,
            most=PROMPT_CHARACTERS,
            multiline=True,
            focus=True,
        )
        return [field(PROMPT, "Words" if start.job_id or start.draft else "What to draw", words)]
    change = text("make the sky pink", chosen.change, most=CHANGE_CHARACTERS, multiline=True, focus=True)
    keep = text("the bottle, its label, the light", chosen.keep, most=KEEP_CHARACTERS)
    return [
        field(CHANGE, "Change", change),
        field(KEEP, "Keep exactly", keep, optional=True, hint="Left empty: everything else."),
    ]


def _settings(start: Start, chosen: Chosen, orders: Orders, prices: PriceTable) -> list[Json]:
    qualities = select(quality_options(prices, orders), chosen.quality)
    sizes = select(_sizes(start, chosen), SAME if chosen.size == "auto" else chosen.size)
    blocks = [
        field(QUALITY, "Quality", qualities, dispatches=True),
        field(SIZE, "Size", sizes, dispatches=True),
    ]
    if chosen.size == OTHER:
        typed = text("2048x1152", chosen.custom, most=20)
        blocks.append(field(CUSTOM, "Width × height in pixels", typed))
    numbers = [(str(i), str(i)) for i in range(1, MAX_N + 1)]
    formats = [(one.value, one.value.upper()) for one in Format]
    return [
        *blocks,
        field(COUNT, "How many", select(numbers, str(chosen.number)), dispatches=True),
        field(FORMAT, "File format", select(formats, chosen.format)),
    ]


def _sizes(start: Start, chosen: Chosen) -> list[Option]:
    """A picture's own size first. The larger ones have its shape, where that is known."""
    same: list[Option] = []
    if start.same is not None:
        same = [(SAME, f"Same · {size_text(start.same)}")]
    elif start.is_edit or chosen.size == SAME:
        same = [(SAME, "Same shape as the picture")]
    named = [(value, f"{_NAMES[value]} · {_pixels(value, start)}") for value in SHAPES]
    large = [(value, f"{value.upper()} · {_pixels(value, start)}") for value in (K2, K4)]
    return [*same, *named, *large, (OTHER, "Other…")]


def _pixels(value: str, start: Start) -> str:
    size = size_named(value, start.same)
    return f"{size.width}×{size.height}" if size else ""


def _files(start: Start, seen: Seen, chosen: Chosen) -> list[Json]:
    """More pictures and a mask. Slack may drop files when it redraws the form; then the field says so."""
    has = chosen.sources(start) > chosen.files
    label = "More pictures" if has else "Pictures to edit" if start.is_edit else "Start from pictures"
    hint = "Up to 9, any of which may be used in the result." if has else "Up to 9, 10 MB each."
    if seen.is_lost:
        hint = "The files you added were lost when the form changed. Add them again, or draw without them."
    must = start.is_edit and not start.has_picture
    mask = "As large as the picture: transparent, or white on black, where it may change."
    return [
        field(PICTURES, label, files(MOST_FILES), optional=not must, hint=hint, dispatches=True),
        field(MASK, "Mask", files(MOST_MASKS), optional=True, hint=mask, dispatches=True),
    ]


def _where(start: Start, chosen: Chosen) -> list[Json]:
    """Where the result goes; in a direct message there is nothing to choose."""
    if start.channel_id is None:
        if start.job_id is not None:
            return []
        return [field(WHERE, "Where", conversations(chosen.channel_id))]
    if is_direct(start.channel_id):
        return []
    in_thread = start.thread_ts is not None or start.has_modes
    options = [(HERE, "In the thread" if in_thread else "In this channel"), (ONLY_ME, "Only me")]
    return [field(WHERE, "Where", select(options, chosen.where))]
