"""Our own scheduling against the sandbox's limiter, on one simulated clock: a crowd is never refused."""

import heapq
import itertools

import pytest

from bot.errors import TryLater
from handlers.web_api.pacing import PATIENCE_SECONDS, TIERS, Pacing
from sandbox.slack.limits import Limiter
from sandbox.slack.options import Limits, Options


class Time:
    """Simulated seconds; whoever sleeps moves them."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def _pacing(time: Time) -> Pacing:
    return Pacing(time=time, sleep=time.sleep)


def _run(calls: list[tuple[str, str, str]], *, most_seconds: float = 3600) -> tuple[Time, int, int]:
    """Make each (method, tier, channel) call once, coming back when told; (clock, refusals, detours)."""
    time, refusals, detours = Time(), 0, 0
    limiter = Limiter(options=Options(limits=Limits()), clock=time)
    pacing = _pacing(time)
    order = itertools.count()
    queue = [(0.0, next(order), "ask", call) for call in calls]
    while queue:
        time.now, _, what, call = heapq.heappop(queue)
        assert time.now < most_seconds, "it never ends"
        method, tier, channel = call
        if what == "send":
            refusals += limiter.retry_after(method, tier, channel) is not None
            continue
        try:
            wait = pacing.wait_for(method, channel)
        except TryLater as later:
            detours += 1
            heapq.heappush(queue, (time.now + (later.after or 0.0), next(order), "ask", call))
        else:
            assert wait <= PATIENCE_SECONDS
            heapq.heappush(queue, (time.now + wait, next(order), "send", call))
    return time, refusals, detours


def test_a_hundred_posts_in_one_channel_are_never_refused_and_take_little_longer_than_they_must() -> None:
    time, refusals, detours = _run([("chat.postMessage", "t5", "C1")] * 100)

    assert refusals == 0
    assert time.now < 130, "one a second"
    assert detours < 400, "the crowd comes back one after another, not all at once again and again"


@pytest.mark.parametrize(
    ("method", "tier"), [("chat.update", "t3"), ("files.info", "t4"), ("reactions.remove", "t2")]
)
def test_a_crowd_of_calls_of_one_method_stays_within_its_tier(method: str, tier: str) -> None:
    time, refusals, _ = _run([(method, tier, "")] * 300)

    assert refusals == 0
    assert time.now < 300 / TIERS[tier] * 60 * 1.6


def test_channels_do_not_wait_for_each_other() -> None:
    time, refusals, _ = _run([("chat.postMessage", "t5", f"C{i % 20}") for i in range(60)])

    assert refusals == 0
    assert time.now < 5


def test_a_refusal_closes_that_method_only_and_for_that_long() -> None:
    time = Time()
    pacing = _pacing(time)

    pacing.refused("chat.update", 30)

    with pytest.raises(TryLater) as later:
        pacing.wait_for("chat.update", None)
    assert 25 <= (later.value.after or 0) <= 35
    assert pacing.wait_for("chat.postMessage", "C1") == 0
    assert _pacing(time).wait_for("chat.update", None) == 0, "another workspace"
    time.now = 31
    assert pacing.wait_for("chat.update", None) == 0


async def test_who_comes_too_early_sleeps_until_the_turn_comes() -> None:
    time = Time()
    pacing = _pacing(time)

    for _ in range(4):
        await pacing.turn("chat.postMessage", "C1")

    assert time.now == 2.0, "two at once, then one a second"


def test_methods_without_a_crowd_are_never_held_up() -> None:
    pacing = _pacing(Time())

    assert [pacing.wait_for("views.open", None) for _ in range(200)] == [0.0] * 200
