"""The only room that knows SQL: tables, migrations, repositories, SQLite and PostgreSQL."""
