"""What every kind of test may ask for: databases, properties that no slow machine fails, plain logs."""

import os

import structlog
from hypothesis import HealthCheck, settings

from app.open_files import allow_more_open_files

pytest_plugins = ["tests.support.databases"]

# How long an example takes says how busy the machine is, and nothing about the property.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What decides whether a change may land must not be luck: the same examples every time. `make test-full`
# looks for new ones.
settings.register_profile("same examples", settings.get_profile("any machine"), derandomize=True)
settings.load_profile(os.environ.get("EXAMPLES", "same examples"))

# structlog's own default draws every traceback with its local variables, which takes a tenth of a second.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

allow_more_open_files()  # some systems give a shell fewer than the bot starts with
