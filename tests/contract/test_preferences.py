"""What a new picture is when nothing is said of it: person before channel before installation; on both
engines."""

from __future__ import annotations

import pytest

from bot.domain.place import Place
from bot.domain.requests.amounts import PictureMode
from bot.domain.requests.refusals import AskRefused
from bot.services.budget.admins import Admins
from bot.services.requests.preferences import Choices, Preferences
from storage.store import SqlStore
from tests.support.collaborators import Members

DRAFTS, SINGLE = PictureMode
HERE, THERE, ELSEWHERE = Place("T1", "C1"), Place("T1", "C2"), Place("T2", "C1")
ADMIN = "UADMIN"


def preferences(store: SqlStore, installation: PictureMode = DRAFTS) -> Preferences:
    return Preferences(store=store, admins=Admins(named=[ADMIN], people=Members()), installation=installation)


async def test_a_persons_choice_counts_before_the_channels_and_that_before_the_installations(
    store: SqlStore,
) -> None:
    kept = preferences(store)
    assert await kept.mode(HERE, "U1") is DRAFTS
    assert await preferences(store, SINGLE).mode(HERE, "U1") is SINGLE

    await kept.choose_for_channel(HERE, ADMIN, SINGLE)
    assert [await kept.mode(place, "U1") for place in (HERE, THERE, ELSEWHERE)] == [SINGLE, DRAFTS, DRAFTS]

    await kept.choose(HERE, "U1", DRAFTS)
    await kept.choose(THERE, "U2", SINGLE)
    assert await kept.mode(HERE, "U1") is DRAFTS
    assert await kept.mode(THERE, "U2") is SINGLE
    assert await kept.mode(ELSEWHERE, "U2") is DRAFTS, "another workspace's person of the same id"


async def test_a_choice_is_kept_and_taken_back_and_both_may_be_repeated(store: SqlStore) -> None:
    kept = preferences(store)
    for _ in range(2):
        await kept.choose(HERE, "U1", SINGLE)
    assert await preferences(store).mode(HERE, "U1") is SINGLE, "also after a restart"
    for _ in range(2):
        await kept.choose(HERE, "U1", None)

    assert await kept.choices(HERE, "U1") == Choices(None, None, DRAFTS)


async def test_only_admins_choose_for_a_channel(store: SqlStore) -> None:
    kept = preferences(store)

    with pytest.raises(AskRefused):
        await kept.choose_for_channel(HERE, "U1", SINGLE)

    assert await kept.choices(HERE, ADMIN) == Choices(None, None, DRAFTS, rules=True)
