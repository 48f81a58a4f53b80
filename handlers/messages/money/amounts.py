"""How many pictures of which quality, as people are told: a draft, a medium picture, a final. Pure.

One name a thing (loop reference 12): low pictures are drafts and high ones finals everywhere.
"""

from __future__ import annotations

from bot.domain.requests.budget_refusals import Variant
from bot.domain.requests.request import PictureRequest, Quality

NAMES = {Quality.LOW: "draft", Quality.MEDIUM: "medium picture", Quality.HIGH: "final"}


def drawn(request: PictureRequest, count: int | None = None) -> str:
    """``4 drafts``, ``1 medium picture``, ``2 finals``; or ``count`` of them."""
    of = request.n if count is None else count
    return f"{of} {NAMES[request.quality]}{'' if of == 1 else 's'}"


def withdrawn_words(request: PictureRequest) -> str:
    """Why what its asker or an admin has cancelled comes all the same."""
    if request.n == 1:
        return "Your picture was drawn before it could be cancelled."
    return "Your pictures were drawn before they could be cancelled."


def briefly(variant: Variant) -> str:
    """A variant as a button says it: ``4 medium``, ``1 draft``, with the size where that became smaller:
    ``1 final, 2560×1440``."""
    request = variant.request
    what = f"{request.n} medium" if request.quality is Quality.MEDIUM else drawn(request)
    if request.size is None or not variant.is_smaller:
        return what
    return f"{what}, {request.size.width}×{request.size.height}"
