"""Which bytes of a connection count, and which are somebody's body."""

from __future__ import annotations

import pytest

from web.header_bytes import MOST_BYTES, HeaderBytes

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"
MUCH = b"x" * (MOST_BYTES + 1)


def test_a_header_counts_up_to_its_end_however_it_is_cut() -> None:
    for cut in range(len(HEAD)):
        one = HeaderBytes()
        assert not one.too_many(HEAD[:cut])
        assert not one.too_many(HEAD[cut:] + MUCH), f"a body in the same piece, cut at {cut}"
        assert not one.too_many(MUCH), "the rest of it"


def test_the_exact_limit() -> None:
    one = HeaderBytes()

    assert not one.too_many(MUCH[:-1])
    assert one.too_many(b"x")


@pytest.mark.parametrize("empty", [b"\r\n\r\n", b"\r\n" * 5000])
def test_empty_lines_before_a_header_are_not_its_end(empty: bytes) -> None:
    one = HeaderBytes()

    assert not one.too_many(empty)
    assert one.too_many(empty + MUCH)


def test_each_request_has_a_header_of_its_own() -> None:
    one = HeaderBytes()
    for _ in range(3):
        assert not one.too_many(HEAD + MUCH)
        one.begins(has_body=True)
        assert not one.too_many(MUCH)
        one.ends(is_read=True)
    assert one.too_many(MUCH)


def test_a_header_that_comes_just_before_the_answer_has_ended_is_known_as_one() -> None:
    one = HeaderBytes()
    one.too_many(HEAD)
    one.begins(has_body=False)
    assert not one.too_many(HEAD)
    one.ends(is_read=True)

    assert not one.too_many(MUCH), "its body"


def test_nobody_sends_much_before_the_answer() -> None:
    one = HeaderBytes()
    one.too_many(HEAD)
    one.begins(has_body=False)

    assert one.too_many(HEAD + MUCH)


def test_the_rest_of_a_body_that_nobody_read_does_not_count() -> None:
    one = HeaderBytes()
    one.too_many(HEAD)
    one.begins(has_body=True)
    one.ends(is_read=False)

    assert not one.too_many(MUCH)
