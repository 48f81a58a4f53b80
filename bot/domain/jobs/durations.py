"""How long a request usually takes, to tell people while they wait. These are typical values, not promises.

They come from the few durations on record (provider reference 5): at 1K, low quality takes about 15 s, medium
102 to 231 s, high 235 s. That larger pictures take longer is an inference.
"""

from __future__ import annotations

from bot.domain.requests.request import PictureRequest, Quality

_TYPICAL = {Quality.LOW: 15.0, Quality.MEDIUM: 120.0, Quality.HIGH: 235.0}
_SLOWER = ((1_572_864, 1.0), (4_400_000, 1.4), (8_294_400, 2.0))
"""(most pixels, factor on the typical seconds): for 1K, 2K and 4K."""


def expected_seconds(request: PictureRequest) -> float:
    """Seconds from the submission to the last picture. The number of pictures does not matter, as they are
    drawn at the same time. An edit whose size is not known yet counts as 1K, which it will become."""
    return _TYPICAL[request.quality] * _SLOWER[size_class(request)][1]


def size_class(request: PictureRequest) -> int:
    """0 for about 1K, 1 for 2K, 2 for 4K: sizes that take about as long."""
    pixels = request.size.pixels if request.size else 0
    return next((at for at, (most, _) in enumerate(_SLOWER) if pixels <= most), len(_SLOWER) - 1)
