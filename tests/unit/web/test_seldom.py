"""What strangers cause is logged seldom."""

from __future__ import annotations

import errno
import logging

import pytest

from web.seldom import AcceptErrors, Seldom


class Ticking:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_one_line_in_ten_seconds_and_the_number_of_those_left_out() -> None:
    time = Ticking()
    seldom = Seldom(now=time)
    said = []
    for second in range(25):
        time.seconds = float(second)
        said += [seldom.due() for _ in range(100)]

    assert [each for each in said if each is not None] == [0, 999, 999]


def test_accept_errors_are_one_line_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("an accepting loop")
    logger.addFilter(AcceptErrors(Seldom(now=Ticking())))
    for _ in range(500):
        try:
            raise OSError(errno.EMFILE, "Too many open files")
        except OSError:
            logger.exception("socket.accept() out of system resource\nsocket: <socket>")
    logger.error("something else")

    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("no connection can be accepted: Too many open files; left out since the last line: 0", None),
        ("something else", None),
    ]
