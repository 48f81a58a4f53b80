"""What each command loads: a start is fast because of what it leaves out, whatever the machine.

Every command runs in a process of its own, which then lists its modules.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from storage.migrate import migrate
from tests.support.ports import free_port
from tests.support.world import clean_environment

CHILD = """
import json, os, sys
before = set(sys.modules)  # what the interpreter and an editable install bring
sys.argv[0] = "imagine-bot"
try:
    from app.__main__ import main
    main()
finally:
    loaded = sorted(set(sys.modules) - before)
    with open(os.environ["LOADED"], "w") as file:
        json.dump(loaded, file)
"""

SLACK = {"slack_bolt", "slack_sdk", "handlers"}
HTTP = {"aiohttp", "httpx", "web", "bot.imarouter"}
PICTURES = {"PIL", "pillow_heif", "obstore"}
DATABASE = {"sqlalchemy", "aiosqlite", "asyncpg", "alembic", "storage.engine", "storage.schema"}
WHOLE_BOT = {"app.composition.app", "app.runtime", "bot.worker", "bot.services.pipeline", "sandbox", "yaml"}


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database at the current schema."""
    url = f"sqlite:///{tmp_path / 'imagine.db'}"
    asyncio.run(migrate(url))
    return url


def loaded_by(folder: Path, *args: str, code: int, **env: str) -> set[str]:
    """The modules that ``imagine-bot ARGS`` has loaded when it ends with ``code``."""
    listed = folder / "loaded.json"
    process = subprocess.run(
        [sys.executable, "-c", CHILD, *args],
        cwd=folder,
        env={**clean_environment(), "LOADED": str(listed), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == code, process.stderr
    return set(json.loads(listed.read_text()))


def packages(modules: Iterable[str]) -> set[str]:
    """Of which packages they are, without those of the standard library."""
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names


def within(modules: Iterable[str], forbidden: set[str]) -> set[str]:
    """Those that are forbidden or below what is forbidden."""
    return {name for name in modules if any(f"{name}.".startswith(f"{each}.") for each in forbidden)}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("--help", 0),
        ("jobs --help", 0),
        ("demo --help", 0),
        ("", 2),
        ("draw", 2),
        ("jobs --status bogus", 2),
        ("jobs --parked --status failed", 2),
        ("jobs retry", 2),
        ("audit --yaml", 2),
        ("demo --port 70000", 2),
        ("sandbox teams", 2),
    ],
)
def test_help_and_mistakes_of_use_load_the_table_of_commands_only(
    args: str, code: int, tmp_path: Path
) -> None:
    loaded = loaded_by(tmp_path, *args.split(), code=code)

    assert packages(loaded) == {"app", "click"}
    assert within(loaded, {"app"}) == {"app", "app.__main__", "app.cli"}


def test_health_loads_the_standard_library_only(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "health", code=1, IMAGINE_PORT=str(free_port()))

    assert packages(loaded) == {"app"}
    assert within(loaded, {"asyncio", "app.cli"}) == set()


def test_manifest_loads_no_listener(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "manifest", code=0)

    listeners = {"slack_bolt", "slack_sdk", "handlers.bolt", "handlers.listeners", "handlers.web_api"}
    assert within(loaded, listeners | HTTP | PICTURES | DATABASE | {"structlog", "app.composition"}) == set()


@pytest.mark.parametrize(
    ("args", "code"), [("jobs", 0), ("jobs --parked", 0), ("jobs retry x", 1), ("audit", 0), ("migrate", 0)]
)
def test_what_reads_the_database_loads_nothing_of_the_bot_that_runs(
    args: str, code: int, tmp_path: Path, database: str
) -> None:
    loaded = loaded_by(tmp_path, *args.split(), code=code, IMAGINE_DATABASE_URL=database)

    assert within(loaded, SLACK | HTTP | PICTURES | WHOLE_BOT) == set()
    assert within(loaded, {"alembic", "asyncpg", "storage.engines.postgres"}) == set()


def test_migrate_loads_alembic_when_there_is_something_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    loaded = loaded_by(tmp_path, "migrate", code=0, IMAGINE_DATABASE_URL=url)

    assert "alembic" in loaded
    assert within(loaded, SLACK | HTTP | PICTURES | WHOLE_BOT) == set()


def test_run_loads_nothing_that_its_settings_do_not_use(tmp_path: Path, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:  # ends the start when all is loaded
        loaded = loaded_by(
            tmp_path,
            "run",
            code=2,
            IMAGINE_DATABASE_URL=database,
            IMAGINE_PORT=str(taken.getsockname()[1]),
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_APP_TOKEN="xapp-1",
            IMAROUTER_API_KEY="key",
        )

    assert "handlers.bolt.register" in loaded
    assert within(loaded, {"alembic", "asyncpg", "obstore", "yaml", "sandbox", "app.demo"}) == set()
