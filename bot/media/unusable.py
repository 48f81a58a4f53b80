"""The error of a picture or mask that cannot be used, light enough for the process that decodes."""

from __future__ import annotations

from bot.domain.errors import BotError
from bot.domain.requests.source_refusals import BadMask, BadSource, SourceReason


class Unusable(BotError):
    """This picture or mask cannot be used: the ask is refused for it. ``AskRefused`` says the same to the
    services, and loads four times as much."""

    def __init__(self, refusal: BadSource | BadMask) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def unusable(
    reason: SourceReason,
    *,
    format_name: str = "",
    limit: int | None = None,
    width: int | None = None,
    height: int | None = None,
    needs: int | None = None,
    detail: str = "",
) -> Unusable:
    """The error for a picture that cannot be used; see BadSource for the facts."""
    return Unusable(
        BadSource(
            reason, format=format_name, limit=limit, width=width, height=height, needs=needs, detail=detail
        )
    )
