"""What a database address may look like, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.errors import SettingsError

_FILE = "sqlite:///"
_SERVER = ("postgresql://", "postgres://")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """``path`` is as in the address: relative paths start at the working directory."""

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """``dsn`` holds the password: never print it."""

    dsn: str

    def __repr__(self) -> str:
        return "PostgresServer(…)"


def parse_url(url: str) -> SqliteFile | PostgresServer:
    """Parse IMAGINE_DATABASE_URL. Raises SettingsError, whose sentences repeat nothing that may be a
    password."""
    if url.startswith(_FILE):
        return _file(url.removeprefix(_FILE))
    if url.startswith(_SERVER):
        return _server(url)
    scheme = _SCHEME.match(url)
    given = f", not {scheme.group()}" if scheme else ""
    shapes = "sqlite:///PATH (sqlite:////PATH from the root) or postgresql://…"
    raise SettingsError([f"IMAGINE_DATABASE_URL must be {shapes}{given}."])


def _file(path: str) -> SqliteFile:
    if not path or path == ":memory:" or path.endswith("/"):
        raise SettingsError(["IMAGINE_DATABASE_URL must name a file after sqlite:///."])
    if "?" in path:
        raise SettingsError(["IMAGINE_DATABASE_URL takes no options after a SQLite file's name."])
    return SqliteFile(Path(path))


def _server(url: str) -> PostgresServer:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingsError(
            ["IMAGINE_DATABASE_URL is not a valid address: is a character of the password not %-encoded?"]
        ) from None
    return PostgresServer("postgresql" + url[url.index("://") :])
