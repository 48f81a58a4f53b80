"""A fresh, migrated SQLite database for each test that asks for one."""

from tests.support.databases import sqlite_path, sqlite_template, sqlite_url

__all__ = ["sqlite_path", "sqlite_template", "sqlite_url"]
