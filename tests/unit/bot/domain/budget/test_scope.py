"""Scopes: their names, read back, and the order in which they are locked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget.scope import Scope, ScopeKind, scopes_of
from bot.domain.place import Place

ROOT = Path(__file__).parents[5]
IDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (Scope(ScopeKind.WORKSPACE, "T1"), "workspace:T1"),
        (Scope(ScopeKind.CHANNEL, "T1", "C1"), "channel:T1/C1"),
        (Scope(ScopeKind.USER, "T1", "U1"), "user:T1/U1"),
        (Scope(ScopeKind.DEFAULT, "T1"), "default:T1"),
    ],
)
def test_a_scope_has_the_name_that_databases_know(scope: Scope, name: str) -> None:
    assert str(scope) == name
    assert Scope.parse(name) == scope


@given(st.sampled_from(ScopeKind), IDS, IDS)
def test_every_name_is_read_back(kind: ScopeKind, team_id: str, ident: str) -> None:
    scope = Scope(kind, team_id, ident if kind.has_id else "")

    assert Scope.parse(str(scope)) == scope


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="planet"):
        Scope.parse("planet:T1")


@given(st.lists(st.tuples(st.sampled_from(ScopeKind), IDS, IDS), min_size=2))
def test_scopes_are_ordered_as_their_names_are(parts: list[tuple[ScopeKind, str, str]]) -> None:
    """Replicas of this version and of the one before must lock in the same order."""
    scopes = {Scope(kind, team_id, ident if kind.has_id else "") for kind, team_id, ident in parts}

    assert [str(scope) for scope in sorted(scopes)] == sorted(str(scope) for scope in scopes)


def test_an_ask_counts_for_channel_person_and_workspace() -> None:
    names = [str(scope) for scope in scopes_of(Place("T1", "D1"), "U1")]

    assert names == ["channel:T1/D1", "user:T1/U1", "workspace:T1"]


def test_nobody_else_takes_names_apart() -> None:
    """Neither a scope's name nor a period's key is read anywhere but where it is made."""
    apart = re.compile(
        r"""r?partition\("/"\)|split\("/"\)|scope\.(id|kind)\.|startswith\(.*(channel:|user:|workspace:)"""
        r"""|len\([\w.]*period_?key\)|len\([\w.]*period\.key\)|func\.length\([\w.]*(period_?key|scope)\)"""
    )
    own = {"bot/domain/budget/scope.py", "bot/domain/budget/periods.py"}  # the latter: names of time zones
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for room in ("app", "bot", "handlers", "storage")
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in own
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if apart.search(line)
    ]

    assert found == []
