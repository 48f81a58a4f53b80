"""Services are tried over the real database, on a clock that a test moves."""

from tests.support.databases import (  # noqa: F401 - fixtures
    clock,
    database_url,
    engine_name,
    migrated_postgres,
    postgres,
    postgres_url,
    sqlite_path,
    sqlite_template,
    sqlite_url,
    store,
)
