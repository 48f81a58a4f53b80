"""What the decoder's process is asked, and how it answers: JSON, as an answer of bytes that strangers sent
must be nothing but data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.domain.requests.request import Size
from bot.domain.requests.source_refusals import kept_text
from bot.errors import GivenUp
from bot.media.decoding.check_result import inspect
from bot.media.decoding.estimate import Plan
from bot.media.decoding.mask import prepare_mask
from bot.media.decoding.normalise import as_png, normalise
from bot.media.decoding.preview import preview
from bot.media.decoding.sheet import sheet
from bot.media.limits import Limits
from bot.media.unusable import Unusable

OUT = Path("out")
"""The file in the process's folder that holds the picture that was made."""

Say = Callable[[Mapping[str, Any]], None]


def carry_out(ask: Mapping[str, Any], say: Say) -> None:
    """Do the one task that is asked; ``say`` hears the plan and then the answer. Raises what nobody expects,
    such as OSError for a file that cannot be read."""

    def told(plan: Plan) -> None:
        say({"plan": {"width": plan.width, "height": plan.height, "needs": plan.needs}})

    try:
        say({"done": _TASKS[ask["task"]](ask, Limits(**ask["limits"]), told)})
    except Unusable as unusable:
        say({"refused": [unusable.refusal.code, kept_text(unusable.refusal)]})
    except GivenUp as given_up:
        say({"given_up": given_up.failure.detail})
    except MemoryError:
        say({"too_big": True})


def _normalise(ask: Mapping[str, Any], limits: Limits, told: Callable[[Plan], None]) -> dict[str, Any]:
    made = normalise(_file(ask), limits=limits, told=told)
    OUT.write_bytes(made.data)
    return {
        "format": made.format,
        "width": made.width,
        "height": made.height,
        "notes": made.notes,
        "had_alpha": made.had_alpha,
        "original": [made.original.width, made.original.height],
        "came_as": made.came_as,
    }


def _as_png(ask: Mapping[str, Any], _limits: Limits, _told: Callable[[Plan], None]) -> dict[str, Any]:
    OUT.write_bytes(as_png(_file(ask).read_bytes()))
    return {}


def _mask(ask: Mapping[str, Any], limits: Limits, _told: Callable[[Plan], None]) -> dict[str, Any]:
    made = prepare_mask(
        _file(ask).read_bytes(),
        Size(*ask["size"]),
        Size(*ask["original"]),
        limits=limits,
        invert=ask["invert"],
    )
    OUT.write_bytes(made.data)
    return {
        "coverage": list(made.coverage.as_integer_ratio()),
        "notes": made.notes,
        "width": made.width,
        "height": made.height,
    }


def _inspect(ask: Mapping[str, Any], limits: Limits, _told: Callable[[Plan], None]) -> dict[str, Any]:
    made = inspect(_file(ask), memory=limits.memory)
    return {"format": made.format, "width": made.width, "height": made.height}


def _sheet(ask: Mapping[str, Any], limits: Limits, told: Callable[[Plan], None]) -> dict[str, Any]:
    tiles = [None if file is None else Path(file) for file in ask["files"]]
    return _our_png(*sheet(tiles, limits=limits, told=told))


def _preview(ask: Mapping[str, Any], limits: Limits, told: Callable[[Plan], None]) -> dict[str, Any]:
    return _our_png(*preview(_file(ask), limits=limits, told=told))


def _our_png(data: bytes, size: tuple[int, int]) -> dict[str, Any]:
    OUT.write_bytes(data)
    return {"width": size[0], "height": size[1]}


def _file(ask: Mapping[str, Any]) -> Path:
    """The only one that is asked about."""
    (file,) = ask["files"]
    return Path(file)


_TASKS = {
    "normalise": _normalise,
    "as_png": _as_png,
    "mask": _mask,
    "inspect": _inspect,
    "sheet": _sheet,
    "preview": _preview,
}
