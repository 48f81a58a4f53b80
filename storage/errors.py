"""Translates drivers' errors into our own, which are named after what the caller does about them."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import StoreUnavailable

DRIVER_ERRORS = (StatementError, PoolTimeoutError, OSError)
"""The errors that a statement can raise when the code is right; a refused connection and ``TimeoutError`` are
``OSError``s."""

_REPEATABLE = {
    "08",  # connection lost
    "40",  # serialization failure, deadlock
    "53",  # too many connections, out of memory
    "57P",  # the server is shutting down, starting or crashed
}

_READ_ONLY = "25006"


class Transient(StoreUnavailable):
    """Nothing of the unit was committed: it may run again in a fresh transaction."""


class HeldUp(StoreUnavailable):
    """The time for a unit ended while it waited for others' locks or in a long queue: that alone does not
    mean that the database is unavailable. Nothing of the unit was committed, and nothing will be."""


class ReadOnly(StoreUnavailable):
    """This connection takes no changes, because its server has become a standby. A new connection may lead to
    another server."""


class Violation(ValueError):
    """The unit tried to write what a constraint forbids. ``duplicate``: the row was there already."""

    def __init__(self, sentence: str, *, duplicate: bool = False) -> None:
        super().__init__(sentence)
        self.duplicate = duplicate


def translate(error: Exception) -> Exception:
    """Return our error for a driver's. Messages name codes and constraints, never values: those may be
    secrets."""
    if isinstance(error, IntegrityError):
        return _violation(error)
    if isinstance(error, DataError):
        return Violation(f"the database cannot hold this value ({_code(error)})")
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return error.orig if isinstance(error.orig, Exception) else error  # a value of the wrong type
    if not isinstance(error, DBAPIError):
        return Transient(f"the database cannot be reached ({type(error).__name__})")
    code = _code(error)
    if code == _READ_ONLY:
        return ReadOnly(f"the database takes no changes ({code})")
    if error.connection_invalidated or any(code.startswith(start) for start in _REPEATABLE):
        return Transient(f"the database went away ({code})")
    return StoreUnavailable(f"the database refused ({code})")


def _violation(error: IntegrityError) -> Violation:
    name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    if name is None:  # SQLite: "CHECK constraint failed: ck_…", "UNIQUE constraint failed: jobs.request_key"
        name = str(error.orig).partition(": ")[2]
    code = _code(error)
    return Violation(
        f"the database forbids it: {name} ({code})",
        duplicate=code in {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"},
    )


def _code(error: DBAPIError) -> str:
    """The SQLSTATE of PostgreSQL or the name of SQLite's result code."""
    for source in (error.orig, getattr(error.orig, "__cause__", None)):
        for attribute in ("sqlstate", "sqlite_errorname"):
            code = getattr(source, attribute, None)
            if code:
                return str(code)
    return type(error.orig).__name__
