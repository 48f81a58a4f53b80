"""Looking through many pictures: in portions, page by page, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ports import Transaction
from bot.services.requests import library
from bot.services.requests.library import Library, Search
from storage.store import SqlStore
from tests.contract.samples import START, a_job, add_with_picture

MINE = Search("T1", "U1")


@pytest.fixture
async def shelves(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Library:
    """25 jobs, of which every fifth is a fox, read seven at a time."""
    monkeypatch.setattr(library, "_AT_ONCE", 7)

    def fill(tx: Transaction) -> None:
        for number in range(25):
            job = a_job(f"J{number:02}", created_at=START + timedelta(seconds=number))
            prompt = f"a {'Fox' if number % 5 == 0 else 'hare'} number {number}"
            add_with_picture(tx, replace(job, request=replace(job.request, prompt=prompt)))

    await store.write(fill)
    return Library(store=store)


async def ids(shelves: Library, search: Search, number: int = 0) -> tuple[list[str], int, bool]:
    page = await shelves.page(search, number)
    return [view.job.id for view in page.views], page.number, page.has_older


async def test_pages_follow_each_other_and_the_last_stands_for_all_after_it(shelves: Library) -> None:
    newest = [f"J{number:02}" for number in reversed(range(25))]

    assert await ids(shelves, MINE) == (newest[:10], 0, True)
    assert await ids(shelves, MINE, 1) == (newest[10:20], 1, True)
    assert await ids(shelves, MINE, 2) == (newest[20:], 2, False)
    assert await ids(shelves, MINE, 9) == (newest[20:], 2, False)
    assert await ids(shelves, replace(MINE, user_id="U2"), 3) == ([], 0, False)


async def test_words_are_found_beyond_the_first_portion_whatever_their_case(shelves: Library) -> None:
    foxes = ["J20", "J15", "J10", "J05", "J00"]

    assert await ids(shelves, replace(MINE, words="fOX")) == (foxes, 0, False)
    assert await ids(shelves, replace(MINE, words="number fox 15")) == (["J15"], 0, False)
    assert await ids(shelves, replace(MINE, words="alt J10 fox")) == (["J10"], 0, False), "its alt text"
    assert await ids(shelves, replace(MINE, words="fox hare")) == ([], 0, False)


async def test_no_more_than_the_newest_are_looked_through(
    shelves: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "SEARCHED", 14)

    assert await ids(shelves, replace(MINE, words="fox")) == (["J20", "J15"], 0, False)
