"""Counts what a connection has sent that nobody has begun to answer: a header that never ends, or one request
behind the other."""

from __future__ import annotations

MOST_BYTES = 16 * 1024
"""For a whole header. Slack's are about 1 kB, and what proxies add to them is a few (web reference 8)."""

_END = b"\r\n\r\n"


class HeaderBytes:
    """The count of one connection. It begins before the first header."""

    def __init__(self) -> None:
        self._is_answering = False
        self._is_body = False
        self._begin_header()

    def too_many(self, data: bytes) -> bool:
        """Take in ``data``. Returns whether the connection has to end: more than MOST_BYTES have come in one
        header, or while a request without a body is answered, as nobody who waits for an answer sends so
        much. What follows a header does not count until its request ``begins``."""
        if self._is_body:
            return False
        of_header = self._of_header(data)
        self._bytes += len(data) if self._is_answering else of_header
        return self._bytes > MOST_BYTES

    def begins(self, *, has_body: bool) -> None:
        """The answer to a request begins. A body is bounded by whoever reads it."""
        self._is_answering, self._is_body = not has_body, has_body
        self._begin_header()

    def ends(self, *, is_read: bool) -> None:
        """The answer is there. Without ``is_read`` a rest of the body is still to come, and then the end."""
        self._is_answering, self._is_body = False, not is_read

    def _begin_header(self) -> None:
        self._bytes, self._tail, self._is_complete = 0, b"", False

    def _of_header(self, data: bytes) -> int:
        """How much of ``data`` belongs to the next header. The parser skips empty lines before it, and so do
        we: else they would be its end."""
        if self._is_complete:
            return 0
        if not self._tail:
            data = data.lstrip(b"\r\n")
        joined = self._tail + data
        end = joined.find(_END)
        if end < 0:
            self._tail = joined[1 - len(_END) :]
            return len(data)
        self._is_complete = True
        return end + len(_END) - len(self._tail)
