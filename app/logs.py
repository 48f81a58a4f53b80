"""Sets up logging: an event word and its fields, readable on a terminal, JSON elsewhere, without secrets."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any

import structlog

from app.redaction import Redaction

_redaction = Redaction()
"""Of the process, as logging itself is: what is a secret in one line is one in all."""

_in_every_line: dict[str, str] = {}

_TOO_TALKATIVE = ("slack_sdk", "slack_bolt", "aiohttp.access", "httpx", "httpcore", "sqlalchemy")
"""These print whole requests, with prompts and tokens, below WARNING."""


def configure_logs(*, style: str | None, level: str, secrets: Iterable[str] = ()) -> None:
    """Set up structlog and the standard library's loggers the same way, and what is said of errors that
    nobody catches. ``style``: ``console``, ``json``, or None for what suits standard error. ``secrets`` are
    never printed (see ``hide``). Safe to call again."""
    if style is None:
        style = "console" if sys.stderr.isatty() else "json"
    hide(*secrets)
    shared: list[Any] = [
        lambda _, __, event: {**_in_every_line, **event},
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        _Redacted(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(style)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def hide(*secrets: str) -> None:
    """Never print these, in any line from now on, if they have eight characters or more. Safe to repeat."""
    _redaction.add(*secrets)


def name_replica(owner: str) -> None:
    """Say in every line from now on which of several processes it is of. Safe to repeat."""
    _in_every_line["replica"] = owner


def _rendering(style: str) -> list[Any]:
    if style == "console":
        return [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # The default prints local variables: prompts, reply links, tokens.
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


class _Redacted(structlog.stdlib.ProcessorFormatter):
    """Takes secrets out of the whole rendered entry: only there is everything text, whatever was nested in a
    field, in a cause of an error or in a library's line."""

    def format(self, record: logging.LogRecord) -> str:
        return _redaction(super().format(record))


class _Handler(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - named so by logging
        """One line instead of the standard library's, which prints the arguments and every frame."""
        error = sys.exc_info()[0]
        sys.stderr.write(f"a line of {record.name} could not be logged ({error and error.__name__})\n")


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """In place of the interpreter's own report, which knows no secrets."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    caught = (kind, error or kind(), trace)
    structlog.get_logger(__name__).critical("not_caught", exc_info=caught)
