"""What went wrong, in sentences: one module a kind of problem, each guarded by mypy against a missing one."""
