"""Turns: simulated rounds over people, places and channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs.fair_queue import InFlight, Line, Waiting

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPEN = InFlight(user=None, workspace=None)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def asks(user: str, count: int = 1, *, since: float = 0, channel: str = "C1") -> list[Waiting]:
    return [Waiting(f"{user}-{since}-{n}", user, channel, at(since)) for n in range(count)]


def line(waiting: list[Waiting], *, running: int = 0, served: dict[str, float] | None = None) -> Line:
    others = tuple((f"R{number}", "C9") for number in range(running))
    return Line(others, tuple(waiting), {user: at(when) for user, when in (served or {}).items()})


def test_without_caps_everybody_begins() -> None:
    assert all(line(asks("A", 3)).may_begin(one, OPEN) for one in asks("A", 3))


def test_the_one_served_longest_ago_has_the_last_place() -> None:
    waiting = asks("A") + asks("B", since=1) + asks("C", since=2)
    look = line(waiting, running=1, served={"A": -1, "B": -5, "C": -3})

    begun = [one.user_id for one in waiting if look.may_begin(one, InFlight(None, 2))]

    assert begun == ["B"]
    first = look.next_up(InFlight(None, 2))
    assert first is not None
    assert first.user_id == "B"


def test_with_places_for_all_the_one_served_longest_ago_is_next() -> None:
    waiting = asks("A") + asks("B", since=1) + asks("C", since=1) + asks("D", since=2)
    look = line(waiting, served={"A": -1, "B": -5})

    assert all(look.may_begin(one, OPEN) for one in waiting)
    first = look.next_up(OPEN)
    assert first is not None
    assert first.user_id == "C", "never served, and asked before D"


def test_nobody_begins_twice_past_somebody_who_waits_even_with_places_free() -> None:
    mine, theirs = asks("A", since=3)[0], asks("B", since=1)[0]
    wide = InFlight(user=3, workspace=10)

    assert line([theirs, mine], served={"B": -9}).may_begin(mine, wide)
    assert not line([theirs, mine], served={"A": 2, "B": -9}).may_begin(mine, wide)
    assert line([theirs, mine], served={"A": 0.5, "B": -9}).may_begin(mine, wide), "B came after A's turn"


def test_somebody_at_their_own_cap_keeps_no_place_free() -> None:
    mine, theirs = asks("A", since=5)[0], asks("B", since=1)[0]
    busy = Line((("B", "C1"),), (theirs, mine), {"A": at(4)})

    assert busy.may_begin(mine, InFlight(user=1, workspace=2))
    assert not busy.may_begin(mine, InFlight(user=2, workspace=2))
    assert not busy.may_begin(theirs, InFlight(user=1, workspace=2))


def test_a_channels_places_are_shared_in_turn_within_it() -> None:
    here, there = asks("A", since=2), asks("B", since=1)
    elsewhere = asks("C", since=1, channel="C2")
    look = Line((("D", "C1"),), (*there, *elsewhere, *here), {"A": at(-1)})
    caps = InFlight(user=None, workspace=None, channel=2)

    assert not look.may_begin(here[0], caps)
    assert look.may_begin(there[0], caps)
    assert look.may_begin(elsewhere[0], caps)


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 30)), min_size=1, max_size=60),
    st.integers(1, 4),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_before_ones_first_start_each_other_begins_at_most_once(asked, places, own, random) -> None:  # type: ignore[no-untyped-def]
    """Whatever is asked when, in whatever order the steps happen to look, and however long jobs take."""
    caps = InFlight(user=own, workspace=places)
    queue = sorted(
        (Waiting(f"J{n}", user, "C1", at(second)) for n, (user, second) in enumerate(asked)),
        key=lambda one: (one.since, one.job_id),
    )
    clock, running, starts = 0, [], []
    served: dict[str, datetime] = {}
    total = len(queue)
    while len(starts) < total:
        here = [one for one in queue if one.since <= at(clock)]
        look = Line(tuple((one.user_id, "C1") for one in running), tuple(here), dict(served))
        ready = [one for one in here if look.may_begin(one, caps)]
        assert ready or running or not here, "somebody can always begin once all places are free"
        if ready:
            chosen = random.choice(ready)
            queue.remove(chosen)
            running.append(chosen)
            now = max([at(clock), *(when + timedelta(microseconds=1) for when in served.values())])
            served[chosen.user_id] = now
            starts.append((chosen, now))
            assert sum(one.user_id == chosen.user_id for one in running) <= own
            assert len(running) <= places
        if not ready or random.random() < 0.3:
            clock += 1
            if running and random.random() < 0.7:
                running.remove(random.choice(running))
    for user in {one.user_id for one, _ in starts}:
        first, began = next(item for item in starts if item[0].user_id == user)
        between = [one.user_id for one, when in starts if first.since < when < began]
        assert all(between.count(other) <= 1 for other in set(between)), (user, between)


def test_before_a_job_are_only_those_that_really_begin_earlier() -> None:
    heavy, light = asks("A", 3), asks("B", 2, since=5)
    tight = InFlight(user=None, workspace=1)
    look = line([*heavy, *light], running=1, served={"A": 0})

    assert [look.before(one, tight) for one in light] == [0, 2], "A has begun one since"
    assert [look.before(one, tight) for one in heavy] == [1, 3, 4]


def test_who_has_no_place_of_their_own_holds_nobody_up() -> None:
    mine, theirs = asks("A", since=9)[0], asks("B", 3)
    full = Line((("B", "C9"),), (*theirs, mine), {"A": at(5)})

    assert full.before(mine, InFlight(user=1, workspace=1)) == 0


@given(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=12), st.sampled_from("ABCD"))
def test_it_is_the_order_in_which_they_begin(users: list[str], last: str) -> None:
    waiting = [asks(user, since=number)[0] for number, user in enumerate(users)]
    caps, served = InFlight(user=None, workspace=1), {last: at(-1)}
    said = {one.job_id: Line((("R", "C9"),), tuple(waiting), served).before(one, caps) for one in waiting}

    order: list[str] = []
    while waiting:
        first = Line((), tuple(waiting), served).next_up(InFlight(None, 1))
        assert first is not None
        served = {**served, first.user_id: at(100 + len(order))}
        waiting.remove(first)
        order.append(first.job_id)
    assert [said[job] for job in order] == list(range(len(order)))
