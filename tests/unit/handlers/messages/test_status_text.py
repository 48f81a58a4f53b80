"""Parts of sentences about a job: sizes, amounts, times."""

import pytest

from bot.domain.money import Money
from bot.domain.requests.request import Size
from handlers.messages.status_text import duration, elapsed_step, price, roughly, short_id, size_text


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        (Size(1024, 1024), "1024×1024 (1:1)"),
        (Size(864, 1536), "864×1536 (9:16)"),
        (Size(1536, 656), "1536×656 (21:9)"),
        (Size(1008, 800), "1008×800 (5:4)"),
        (Size(1040, 720), "1040×720"),
    ],
)
def test_sizes_name_their_familiar_ratio(size: Size, wanted: str) -> None:
    assert size_text(size) == wanted


def test_amounts_and_times_read_well() -> None:
    assert price(Money(4_000), exact=False) == "under $0.01"
    assert price(Money(50_000), exact=True) == "$0.05"
    assert [duration(s) for s in (0, 59, 60, 61, 3600, 3900)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 min 1 s",
        "1 h",
        "1 h 5 min",
    ]
    assert [roughly(s) for s in (2, 44, 89, 91, 150)] == [
        "about 10 s",
        "about 40 s",
        "about 90 s",
        "about 2 min",
        "about 2 min",
    ]
    assert [elapsed_step(s) for s in (-1, 9, 10, 59, 60, 89, 90)] == [0, 0, 10, 50, 60, 60, 90]
    assert short_id("k3f9") == "#k3f9"
    assert short_id("0" * 40) == "#00000000…"
