"""The limit of open files, where a program may raise its own."""

from __future__ import annotations

import resource

ENOUGH = 8192


def allow_more_open_files() -> None:
    """Raise this process's limit, and so that of the processes it starts, to ENOUGH or as far as the system
    lets it: some give a shell 256 and let it have more. Safe to repeat."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
