"""One refusal quiets everybody; what was let in opens the door again."""

from bot.domain.jobs.backpressure import Throttle


def test_rounds_of_refusals_double_the_pause_up_to_the_most() -> None:
    door, now, pauses = Throttle(first=2, most=10), 0.0, []

    for _ in range(4):
        pauses.append(door.refused(now, after=None))
        now += door.wait(now)

    assert pauses == [2, 4, 8, 10]


def test_those_who_knocked_together_are_one_round() -> None:
    door = Throttle(first=2, most=60)

    first, *_ = [door.refused(0.1 * i, after=None) for i in range(4)]

    assert first == 2
    assert door.wait(0.3) < 2.5


def test_the_other_sides_own_wait_counts_and_success_opens() -> None:
    door = Throttle(first=2, most=60)

    assert door.refused(0, after=33) == 33
    assert door.wait(3) == 30
    door.taken()
    assert door.wait(3) == 0
    assert door.refused(3, after=None) == 2
