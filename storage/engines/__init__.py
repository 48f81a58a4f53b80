"""SQLite (one writer) and PostgreSQL."""
