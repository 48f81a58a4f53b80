"""The rules of the house that no other tool checks."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["app", "bot", "handlers", "storage", "web", "sandbox"]
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MAX_LINES = 330
MAX_FUNCTION_LINES = 60


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_modules_stay_readable() -> None:
    """A longer one holds two jobs."""
    lengths = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in SOURCES}

    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{f.name}": lines
        for path in SOURCES
        for f in _functions(path)
        if (lines := (f.end_lineno or 0) - f.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert long == {}


def test_nine_of_ten_functions_have_at_most_forty_lines() -> None:
    lengths = sorted((f.end_lineno or 0) - f.lineno + 1 for path in SOURCES for f in _functions(path))

    assert lengths[int(len(lengths) * 0.9)] <= 40


def test_no_sql_or_slack_words_in_the_bot() -> None:
    word = re.compile(r"\b(slack_sdk|slack_bolt|sqlalchemy|chat\.postMessage|SELECT |INSERT INTO)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.is_relative_to(ROOT / "bot") and word.search(path.read_text())
    ]

    assert found == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0 or not listed.stdout:
        pytest.skip("not a git checkout")
    word = re.compile(r"(/wo" r"rk/|/fa" r"rm/|/ro" r"ot/|pypi\.o" r"rg/simple|registry\.npm" r"js)")
    found = []
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".gif", ".png", ".jpg", ".webp", ".ttf"} or not path.is_file():
            continue
        found += [f"{name}: {line}" for line in path.read_text().splitlines() if word.search(line)]

    assert found == []


def test_every_setting_is_in_the_example() -> None:
    from app.settings.settings import Settings

    example = (ROOT / ".env.example").read_text()
    missing = [name.upper() for name in Settings.model_fields if f"\n{name.upper()}=" not in example]

    assert missing == []
