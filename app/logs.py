"""Sets up logging: an event word and its fields, readable on a terminal, JSON elsewhere, without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRETS = re.compile(r"\b(xox[a-z]?-|xapp-|sk-)[A-Za-z0-9-]{6,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
"""Slack and provider tokens, and passwords in addresses."""


def configure_logs(*, style: str | None, level: str) -> None:
    """Set up structlog and the standard library's loggers the same way. ``style``: ``console``, ``json``, or
    None for what suits standard error. Safe to call again."""
    if style is None:
        style = "console" if sys.stderr.isatty() else "json"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # The default prints local variables: prompts, reply links, tokens.
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
        if style == "console"
        else [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These print whole requests, with prompts and tokens, below WARNING.
    for name in ("slack_sdk", "slack_bolt", "aiohttp.access", "httpx", "httpcore", "sqlalchemy"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("alembic").setLevel(logging.WARNING)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace tokens and passwords in every text field, tracebacks included. A structlog processor."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRETS.sub("[secret]", value)
    return event
