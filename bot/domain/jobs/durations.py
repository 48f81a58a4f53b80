"""How long a request usually takes, to tell people while they wait. Typical values, never a promise.

From the few durations on record (provider reference 5): at 1K low about 15 s, medium 102 to 231, high 235.
That larger pictures take longer is our inference.
"""

from __future__ import annotations

from bot.domain.requests.request import PictureRequest, Quality

_TYPICAL = {Quality.LOW: 15.0, Quality.MEDIUM: 120.0, Quality.HIGH: 235.0}
_SLOWER = ((1_572_864, 1.0), (4_400_000, 1.4), (8_294_400, 2.0))
"""Factors by most pixels: 1K, 2K, 4K."""


def expected_seconds(request: PictureRequest) -> float:
    """Seconds from the order to the last picture. Pictures of one ask are drawn at the same time; an edit
    whose size is not known yet becomes a 1K one."""
    pixels = request.size.pixels if request.size else 0
    factor = next((factor for most, factor in _SLOWER if pixels <= most), _SLOWER[-1][1])
    return _TYPICAL[request.quality] * factor
