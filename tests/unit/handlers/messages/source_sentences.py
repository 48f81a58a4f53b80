"""The sentences as they stand in the source: none is missed by whoever forgets to say it in a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[4]

SAYS = ("handlers/messages", "handlers/budget", "handlers/views")
"""The rooms whose sentences are all built by the functions that the other modules here call."""

ALSO_SAYS = (
    "handlers/listeners", "handlers/commands", "handlers/conversation", "handlers/live/blocks.py",
    "handlers/parsing/picture_request.py", "handlers/parsing/flags.py", "handlers/parsing/values.py",
    "bot/media/edit_sources.py", "bot/services/intake/which_picture.py", "bot/services/requests/run_again.py",
)  # fmt: skip
"""Where else a sentence begins that a person reads."""

_SENTENCE = re.compile(r"[A-Za-z]{2}.* [a-z]")
_SILENT = {"error", "warning", "info", "debug", "exception", "compile"}


def in_source(*places: str) -> Iterator[tuple[str, str]]:
    """Where it stands, and the text, for every text of several words in these files and folders."""
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            tree = ast.parse(file.read_text())
            for node in ast.walk(tree):
                for child in ast.iter_child_nodes(node):
                    child.parent = node  # type: ignore[attr-defined]
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_said(node):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node.value


def _is_said(node: ast.Constant) -> bool:
    """Whether somebody reads it: no docstring, no pattern, no error's own text, no line of the log."""
    if not _SENTENCE.search(node.value) or isinstance(node.parent, ast.Expr):  # type: ignore[attr-defined]
        return False
    above: ast.AST | None = node
    while above is not None:
        if isinstance(above, ast.Raise) and not _asks(above):
            return False
        if isinstance(above, ast.Call) and _name(above.func) in _SILENT | {"super", "__init__"}:
            return False
        above = getattr(above, "parent", None)
    return True


def _asks(node: ast.Raise) -> bool:
    """An AskRefused holds what the person is told; a WrongField as well."""
    return isinstance(node.exc, ast.Call) and _name(node.exc.func) in {"AskRefused", "WrongField"}


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
