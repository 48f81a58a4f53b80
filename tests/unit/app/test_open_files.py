"""The demo gives its bot as many open files as the system lets it."""

import resource

import pytest

from app.open_files import allow_more_open_files

NONE = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((256, NONE), (8192, NONE)),
        ((256, 4096), (4096, 4096)),
        ((1024, 1024), None),
        ((20_000, 30_000), None),
        ((NONE, NONE), None),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may(
    monkeypatch: pytest.MonkeyPatch, before: tuple[int, int], after: tuple[int, int] | None
) -> None:
    made: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: before)
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: made.append(limits))

    allow_more_open_files()

    assert made == ([] if after is None else [after])
