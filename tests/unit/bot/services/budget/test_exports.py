"""No cell of an exported table is a formula, whichever separator a country's spreadsheet takes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.jobs.job import Job
from bot.domain.place import Place
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.services.budget.exports import safe_cell, write_table
from tests.contract.samples import TEAM, a_job

BEGINS_A_FORMULA = tuple("=+-@＝＋－＠")
TEXTS = st.text(st.sampled_from(";,\t\n\r\"'=+-@| x"), max_size=12)


class Database:
    """A transaction that finds jobs with these prompts, all public."""

    def __init__(self, prompts: Sequence[str]) -> None:
        self._jobs = [self._asked(number, prompt) for number, prompt in enumerate(prompts)]
        self.jobs = SimpleNamespace(
            counted_in=lambda *_: [job.id for job in self._jobs], of_ids=lambda _: self._jobs
        )
        self.ledger = SimpleNamespace(spent_by_job=lambda *_: {})

    @staticmethod
    def _asked(number: int, prompt: str) -> Job:
        request = PictureRequest(Kind.GENERATE, prompt, Size(1024, 1024), Quality.LOW, Format.PNG, 1)
        return a_job(f"J{number}", request=request, place=Place("T1", "C1", is_private=False))


def formulas(prompts: Sequence[str]) -> list[tuple[str, str]]:
    """The cells of the written file that begin a formula, with the separator with which they do."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(cast("Any", Database(prompts)), path, TEAM, "2026-11")
        found = []
        for separator in (",", ";", "\t"):
            with path.open(encoding="utf-8-sig", newline="") as file:
                cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]
            found += [
                (separator, cell) for cell in cells if cell.lstrip(' \t\r\n"').startswith(BEGINS_A_FORMULA)
            ]
        return found


@pytest.mark.parametrize(
    "prompt",
    [
        "x;\"=cmd|' /C calc'!A0;y",
        "x;\"=cmd|' /C calc'!A0\";y",
        ';"=1+1;',
        ';""=1+1',
        '\n"=1+1',
        '\t"=1+1',
        '\r\n"@SUM(A1)',
        'x; " ;\t"-2',
        '"=1+1"',
        ' "+1',
        ";\u00a0＝1",
    ],
)
def test_no_cell_is_a_formula_whichever_separator_is_taken(prompt: str) -> None:
    assert formulas([prompt, prompt]) == []


@given(st.lists(TEXTS, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
@example(['x;"', "=1"])
@example(['x;""', '"=1'])
def test_no_prompts_make_a_formula_together_either(prompts: list[str]) -> None:
    assert formulas(prompts) == []


@given(TEXTS)
def test_only_quotes_are_added_so_the_words_stay_readable(prompt: str) -> None:
    assert safe_cell(prompt).replace("'", "") == prompt.replace("'", "")


def test_a_cell_of_separators_only_takes_no_time() -> None:
    """A pattern that began anew at each of them would take hours."""
    many = ';"\n' * 500_000

    assert safe_cell(many) == many
