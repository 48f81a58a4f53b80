"""What was asked for: a submit's body read and checked the way the gateway and the model check it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.imarouter.options import Dialect, Options
from sandbox.imarouter.refusals import Refusal, bad_request, no_model

QUALITIES = ("low", "medium", "high")
FORMATS = ("png", "jpeg", "webp")
EDGE, MAX_EDGE, MAX_RATIO = 16, 3840, 3
MIN_PIXELS, MAX_PIXELS = 655_360, 8_294_400
VERIFIED = frozenset({(1024, 1024), (1024, 1536), (1536, 1024)})
"""Sizes that were seen to work on the live provider."""

PRESETS = {
    "square_hd": (1024, 1024),
    "square": (1024, 1024),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (864, 1536),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1536, 864),
}
"""fal's names, mapped up where fal's own pixels are below the model's floor (a guess; see the package)."""

_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_JOBS_FIELDS = frozenset({"prompt", "imageSize", "quality", "numImages", "outputFormat"})
_EDIT_FIELDS = _JOBS_FIELDS | {"imageUrls", "maskUrl"}
_IMAGES_FIELDS = frozenset(
    {
        "model", "prompt", "size", "quality", "output_format", "n", "image", "images", "mask",
        "background", "input_fidelity", "moderation", "output_compression",
    }
)  # fmt: skip
_REFUSED = ("response_format", "style", "input_fidelity")
"""The model answers 400 to these (guides of other routers to the same model)."""


@dataclass(frozen=True)
class Order:
    """A submit that the model takes. `size` None is "auto": the shape of the first source."""

    prompt: str
    size: tuple[int, int] | None
    quality: str
    format: str
    n: int
    sources: tuple[str, ...] = ()
    mask: str | None = None
    compression: int | None = None


def read_order(body: object, *, dialect: Dialect, edit: bool, options: Options) -> Order:
    """The order in a submit's JSON body; raises `Refusal`. `edit` is the jobs dialect's other path."""
    if not isinstance(body, Mapping):
        raise Refusal(400, "invalid_request", "request body is not a JSON object", origin="gateway")
    return (
        _images_order(body, options) if dialect == "images" else _jobs_order(body, edit=edit, options=options)
    )


def _jobs_order(body: Mapping[str, Any], *, edit: bool, options: Options) -> Order:
    known = _EDIT_FIELDS if edit else _JOBS_FIELDS
    _strict(body, known, options)
    sources = _urls(body, "imageUrls", options) if edit else ()
    if edit and not sources:
        raise bad_request("imageUrls is required", "missing_required_parameter")
    size = body.get("imageSize", "auto" if edit else "landscape_4_3")
    return Order(
        prompt=_prompt(body, options),
        size=_jobs_size(size, edit=edit, options=options),
        quality=_choice(body, "quality", QUALITIES, "high"),
        format=_choice(body, "outputFormat", FORMATS, "png"),
        n=_number(body, "numImages", 1, options.n_max) or 1,
        sources=sources,
        mask=_text(body, "maskUrl") if edit else None,
    )


def _jobs_size(value: object, *, edit: bool, options: Options) -> tuple[int, int] | None:
    """A preset's name or `{"width","height"}`; "auto" is promised for edits only."""
    if value == "auto" and edit:
        return None
    if isinstance(value, str) and value in PRESETS:
        return checked_size(*PRESETS[value], options)
    if isinstance(value, Mapping):
        width, height = value.get("width"), value.get("height")
        if _is_int(width) and _is_int(height):
            return checked_size(int(str(width)), int(str(height)), options)
    raise bad_request(f"Invalid imageSize {value!r}. Use a preset or an object with width and height.")


def _images_order(body: Mapping[str, Any], options: Options) -> Order:
    _strict(body, _IMAGES_FIELDS, options)
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise Refusal(400, "invalid_request", "model is required", origin="gateway")
    if model not in options.models:
        raise no_model(model)
    _refuse_unsupported(body)
    if body.get("image") is not None and body.get("images") is not None:
        raise Refusal(400, "invalid_request", "use either image or images, not both", origin="gateway")
    one = _text(body, "image")
    sources = (one,) if one else _urls(body, "images", options)
    mask = _text(body, "mask")
    if mask and not sources:
        raise bad_request("mask needs an image to edit")
    picture_format = _choice(body, "output_format", FORMATS, "png")
    return Order(
        prompt=_prompt(body, options),
        size=_images_size(body.get("size", "auto" if sources else "1024x1024"), bool(sources), options),
        quality=_choice(body, "quality", QUALITIES, "high"),
        format=picture_format,
        n=_number(body, "n", 1, options.n_max) or 1,
        sources=sources,
        mask=mask,
        compression=_compression(body, picture_format),
    )


def _refuse_unsupported(body: Mapping[str, Any]) -> None:
    for name in _REFUSED:
        if body.get(name) is not None:
            raise bad_request(f"Unknown parameter: '{name}'.", "unknown_parameter")
    if body.get("background") == "transparent":
        raise bad_request("Transparent background is not supported for this model.")
    _choice(body, "background", ("auto", "opaque"), "auto")
    _choice(body, "moderation", ("auto", "low"), "auto")


def _images_size(value: object, edit: bool, options: Options) -> tuple[int, int] | None:  # noqa: FBT001
    if value == "auto" and edit:
        return None
    found = _SIZE.fullmatch(str(value))
    if found is None:
        raise bad_request(f"Invalid size {value!r}. Expected WIDTHxHEIGHT.")
    return checked_size(int(found[1]), int(found[2]), options)


def checked_size(width: int, height: int, options: Options) -> tuple[int, int]:
    """The model's rules: edges in sixteens up to 3840, at most 3:1, 655,360 to 8,294,400 pixels."""
    named = f"Invalid size '{width}x{height}'."
    if width < 1 or height < 1 or width % EDGE or height % EDGE:
        raise bad_request(f"{named} Width and height must both be divisible by {EDGE}.")
    if max(width, height) > MAX_EDGE:
        raise bad_request(f"{named} The longest edge must not exceed {MAX_EDGE}.")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise bad_request(f"{named} The aspect ratio must not exceed {MAX_RATIO}:1.")
    if not MIN_PIXELS <= width * height <= MAX_PIXELS:
        raise bad_request(f"{named} The size must have {MIN_PIXELS} to {MAX_PIXELS} pixels.")
    if options.verified_sizes_only and (width, height) not in VERIFIED:
        raise bad_request(f"{named} Supported sizes are 1024x1024, 1024x1536 and 1536x1024.")
    return width, height


def auto_size(width: int, height: int) -> tuple[int, int]:
    """What "auto" makes of a source: the verified size nearest to its shape."""
    return min(sorted(VERIFIED), key=lambda size: abs(size[0] / size[1] - width / height))


def _strict(body: Mapping[str, Any], known: frozenset[str], options: Options) -> None:
    unknown = sorted(set(body) - known - set(_REFUSED))
    if options.strict_fields and unknown:
        raise bad_request(f"Unknown parameter: '{unknown[0]}'.", "unknown_parameter")


def _prompt(body: Mapping[str, Any], options: Options) -> str:
    prompt = body.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refusal(400, "invalid_request", "prompt is required", origin="gateway")
    if len(prompt) > options.prompt_limit:
        raise bad_request(
            "Invalid 'prompt': string too long. Expected a string with maximum length "
            f"{options.prompt_limit}, but got a string with length {len(prompt)} instead.",
            "string_above_max_length",
        )
    return prompt


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise bad_request(f"Invalid type for '{name}': expected a string.", "invalid_type")


def _urls(body: Mapping[str, Any], name: str, options: Options) -> tuple[str, ...]:
    value = body.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise bad_request(f"Invalid type for '{name}': expected an array of strings.", "invalid_type")
    if not value or len(value) > options.max_sources:
        raise bad_request(f"Invalid '{name}': expected 1 to {options.max_sources} images.")
    return tuple(value)


def _choice(body: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = body.get(name)
    if value is None:
        return default
    if value not in allowed:
        listed = ", ".join(f"'{item}'" for item in allowed)
        raise bad_request(f"Invalid value: {value!r} for '{name}'. Supported values are: {listed}.")
    return str(value)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(body: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_request(f"Invalid type for '{name}': expected an integer.", "invalid_type")
    if not low <= value <= high:
        raise bad_request(f"Invalid '{name}': expected a value from {low} to {high}, but got {value}.")
    return value


def _compression(body: Mapping[str, Any], picture_format: str) -> int | None:
    value = _number(body, "output_compression", 0, 100)
    if value is not None and value < 100 and picture_format == "png":
        raise bad_request("Compression less than 100 is not supported for PNG output format")
    return value
