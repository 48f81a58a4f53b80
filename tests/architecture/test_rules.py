"""The rules of the house that no other tool checks."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["bot", "handlers", "storage", "web", "sandbox"]
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MAX_LINES = 330
MAX_FUNCTION_LINES = 60


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_stays_readable(path: Path) -> None:
    lines = path.read_text().count("\n")

    assert lines <= MAX_LINES, f"{path} has {lines} lines: does it hold two jobs?"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_short(path: Path) -> None:
    long = {
        f.name: n for f in _functions(path) if (n := (f.end_lineno or 0) - f.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert not long


def test_nine_of_ten_functions_have_at_most_forty_lines() -> None:
    lengths = sorted((f.end_lineno or 0) - f.lineno + 1 for path in SOURCES for f in _functions(path))

    assert lengths[int(len(lengths) * 0.9)] <= 40


def test_no_sql_or_slack_words_in_the_bot() -> None:
    word = re.compile(r"\b(slack_sdk|slack_bolt|sqlalchemy|chat\.postMessage|SELECT |INSERT INTO)\b")
    composition = {ROOT / "bot" / name for name in ("app.py", "cli.py", "demo.py", "doctor.py", "logs.py")}
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.is_relative_to(ROOT / "bot") and path not in composition and word.search(path.read_text())
    ]

    assert found == []


def test_no_floats_in_money() -> None:
    """Floats admit one job too few (budgets reference 8): money paths never build one."""
    for name in ("money", "pricing", "budget", "audit"):
        tree = ast.parse((ROOT / "bot" / "domain" / f"{name}.py").read_text())
        floats = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)]
        calls = [
            n
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "float"
        ]

        assert not floats, name
        assert not calls, name


def test_nothing_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0 or not listed.stdout:
        pytest.skip("not a git checkout")
    word = re.compile(r"(/wo" r"rk/|/fa" r"rm/|/ro" r"ot/|pypi\.o" r"rg/simple|registry\.npm" r"js)")
    found = []
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in {".png", ".jpg", ".webp", ".ttf"} or not path.is_file():
            continue
        found += [f"{name}: {line}" for line in path.read_text().splitlines() if word.search(line)]

    assert found == []


def test_every_setting_is_in_the_example() -> None:
    from bot.settings import Settings

    example = (ROOT / ".env.example").read_text()
    missing = [name.upper() for name in Settings.model_fields if f"\n{name.upper()}=" not in example]

    assert missing == []
