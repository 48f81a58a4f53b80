"""How much memory decoding may take, by the container (bot.media.limits)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.media.limits import Limits, container_limit, decoding_memory

MB = 1_000_000


@pytest.mark.parametrize(
    ("container", "decoding"),
    [(None, 640), (8000 * MB, 640), (1088 * MB, 640), (768 * MB, 320), (640 * MB, 256), (64 * MB, 256)],
)
def test_decoding_takes_what_the_bot_leaves(container: int | None, decoding: int) -> None:
    assert decoding_memory(container) == decoding * MB


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({}, None),
        ({"memory.max": "max\n"}, None),
        ({"memory.max": "671088640\n"}, 671_088_640),
        ({"memory/memory.limit_in_bytes": "671088640\n"}, 671_088_640),
        ({"memory/memory.limit_in_bytes": "9223372036854771712\n"}, None),
    ],
)
def test_a_containers_limit_is_read_as_its_system_says_it(
    files: dict[str, str], limit: int | None, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    assert container_limit(tmp_path) == limit


@pytest.mark.parametrize(
    ("given", "fitted"),
    [((640, 480), (640, 480)), ((9400, 9500), (2864, 2895)), ((8000, 2), (3840, 1)), ((1, 1), (1, 1))],
)
def test_a_size_is_fitted_with_its_ratio(given: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert Limits().fitted(*given) == fitted
