"""The only package that knows SQL: tables, migrations, repositories, SQLite and PostgreSQL."""
