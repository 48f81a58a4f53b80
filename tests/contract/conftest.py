"""The contract suite runs on both engines; whoever needs the same databases imports the same names."""

from tests.support.databases import (  # noqa: F401 - fixtures
    clock,
    database_url,
    empty_database_url,
    empty_postgres_url,
    engine_name,
    migrated_postgres,
    postgres,
    postgres_url,
    sqlite_path,
    sqlite_template,
    sqlite_url,
    store,
)
