"""``imagine-bot demo --once``, from outside: the thread is printed and the pictures are saved."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sandbox.ports import free_port
from tests.support.world import clean_environment


async def once(folder: Path, text: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "demo", "--once", text, "--data", str(folder),
        "--port", str(free_port()),
        env=clean_environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.png"))


async def test_the_thread_is_printed_and_the_pictures_are_saved(tmp_path: Path) -> None:
    code, said = await once(tmp_path, "a red fox in snow --n 2")
    assert code == 0, said
    assert "[Use 1]  [Use 2]" in said
    assert len(pictures(tmp_path)) == 3  # the sheet, too


async def test_what_draws_nothing_says_so(tmp_path: Path) -> None:
    code, said = await once(tmp_path, "help")
    assert code == 1
    assert pictures(tmp_path) == []
    assert "Draw something" in said
