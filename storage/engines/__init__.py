"""The two engines: SQLite (one writer) and PostgreSQL."""
