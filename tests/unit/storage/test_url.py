"""Database addresses: the few that are understood, and clear words about the others."""

from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from storage.url import PostgresServer, SqliteFile, parse_url


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/imagine.db", "data/imagine.db"),
        ("sqlite:////var/lib/imagine.db", "/var/lib/imagine.db"),
        ("sqlite:///C:/bot/imagine.db", "C:/bot/imagine.db"),
        ("sqlite:///a b%20c.db", "a b%20c.db"),
    ],
)
def test_sqlite_address_names_a_file(url: str, path: str) -> None:
    assert parse_url(url) == SqliteFile(Path(path))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:pw@db.example:5432/imagine?sslmode=require",
        "postgresql://postgres:@/postgres?host=/tmp/sockets",
        "postgresql:///imagine",
    ],
)
def test_postgres_address_is_passed_on_as_it_is(url: str) -> None:
    assert parse_url(url) == PostgresServer(url)


def test_postgres_may_be_called_postgres() -> None:
    assert parse_url("postgres://bot@db/imagine") == PostgresServer("postgresql://bot@db/imagine")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "imagine.db",
        "mysql://bot:geheim@db/imagine",
        "postgresql+psycopg://bot:geheim@db/imagine",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///data/",
        "sqlite:///imagine.db?mode=ro",
        "postgresql://bot:geheim@db:port/imagine",
        "postgresql://bot:geh[eim@db/imagine",
    ],
)
def test_other_address_is_refused_in_one_sentence_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_url(url)

    assert len(caught.value.sentences) == 1
    assert "IMAGINE_DATABASE_URL" in str(caught.value)
    assert "geh" not in str(caught.value)


def test_another_kind_of_database_is_named_by_its_scheme() -> None:
    with pytest.raises(SettingsError, match=r"not mysql://\.$"):
        parse_url("mysql://bot:geheim@db/imagine")


def test_server_never_shows_its_password() -> None:
    assert "geheim" not in repr(parse_url("postgresql://bot:geheim@db/imagine"))
