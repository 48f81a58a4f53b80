"""``imagine-bot health``: asks the bot that runs on this machine. Standard library only, for its start."""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

PATIENCE_SECONDS = 5.0
"""More than ``/readyz`` gives its parts to answer (``web.health.PROBE_SECONDS``)."""

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a bot that listens everywhere is asked at


def check_health() -> int:
    """Say on standard error why the bot is not ready. Returns the exit code: 0 when it is ready, 1 when it
    is not, 2 when the settings do not say where it listens."""
    env = {**_env_file(Path(".env")), **{name.upper(): value for name, value in os.environ.items() if value}}
    host = env.get("IMAGINE_HOST", "").strip() or "127.0.0.1"
    port = env.get("IMAGINE_PORT", "").strip() or "3000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return _end("IMAGINE_PORT: it must be a number from 1 to 65535 for the bot to be found.", code=2)
    reason = _why_not_ready(_LOOPBACK.get(host, host), int(port))
    return 0 if reason is None else _end(reason, code=1)


def _end(sentence: str, *, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


def _env_file(path: Path) -> Mapping[str, str]:
    """The assignments in a ``.env`` file, as far as a host and a port need: without line breaks in quotes
    and without references to other variables."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # there is none, or ``run`` has said that it cannot be read
        return {}
    found = {}
    for line in lines:
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and not name.startswith("#") and (plain := _unquoted(value.strip())):
            found[name.strip().upper()] = plain
    return found


def _unquoted(value: str) -> str:
    if value[:1] in {"'", '"'}:
        return value[1:].partition(value[0])[0]
    return "" if value.startswith("#") else value.partition(" #")[0].rstrip()


def _why_not_ready(host: str, port: int) -> str | None:
    """What ``/readyz`` says is missing; None when nothing is."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)
    where = f"{host}:{port}"
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(1 << 16)
    except TimeoutError:
        return f"The bot at {where} has not answered within {PATIENCE_SECONDS:g} s."
    except OSError as error:
        return f"No bot answers at {where} ({error.strerror or error})."
    except http.client.HTTPException as error:
        return f"What listens at {where} is not this bot ({type(error).__name__})."
    finally:
        connection.close()
    return _reason(where, answer.status, body)


def _reason(where: str, status: int, body: bytes) -> str | None:
    try:
        checks = json.loads(body)["checks"].items()
        parts = [f"{part}: {state}" for part, state in checks if state != "ok"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"What listens at {where} is not this bot (HTTP {status})."
    return None if status == http.HTTPStatus.OK else f"The bot is not ready: {'; '.join(parts)}."
