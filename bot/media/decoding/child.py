"""The decoder's process: ``python -I -S child.py``, with one line of JSON on standard input.

It sets its own limits before it loads anything that decodes (pictures reference 1.3). It finds the bot's
modules where whoever started it found them, so a checkout that is not installed works as well as a wheel;
that is why it is started by its path and not by its module's name. Answers are lines of JSON on standard
output, the last of them is the answer.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

BESIDE = 128_000_000
"""Bytes of address space for the interpreter, its libraries and their threads."""
WRITES = 64_000_000
FILES = 32
ORPHANED_SECONDS = 10
"""It ends itself so long after it ought to have been ended: then nobody is there to do that."""


def limit_myself(*, memory: int, cpu_seconds: int, wall_seconds: float) -> None:
    """Bytes for decoding, seconds of computing, seconds in all. Not from a function that runs between fork
    and exec: that is unsafe beside threads."""
    limits = {
        resource.RLIMIT_AS: memory + BESIDE,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: WRITES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: FILES,
    }
    for what, most in limits.items():
        hard = most + 1 if what == resource.RLIMIT_CPU else most  # the soft one says which limit it was
        with suppress(ValueError, OSError):  # macOS refuses to limit the address space; the memory is watched
            resource.setrlimit(what, (most, hard))
    signal.setitimer(signal.ITIMER_REAL, wall_seconds + ORPHANED_SECONDS)
    with suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text("1000")  # rather this one than the bot


def main() -> None:
    """Do what standard input asks for."""
    ask = json.loads(sys.stdin.readline())
    limit_myself(**ask["process"])
    sys.path[:] = [*ask["path"], str(Path(__file__).parents[3])]
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what libraries print is no answer

    def say(answer: Mapping[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    from bot.media.decoding.tasks import carry_out  # noqa: PLC0415 - only now the limits hold

    carry_out(ask, say)


if __name__ == "__main__":
    main()
