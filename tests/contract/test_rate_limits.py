"""An allowance that several processes take from."""

from datetime import UTC, datetime

from storage.store import SqlStore
from tests.support.databases import SetClock


async def test_an_allowance_is_used_up_once_by_whoever_takes_it(store: SqlStore, clock: SetClock) -> None:
    def take(seconds: float, ahead: float = 0.0) -> datetime:
        return lambda tx: tx.rate_limits.take("k", seconds=seconds, ahead=ahead)  # type: ignore[return-value]

    start = clock.now()
    ends = [await store.write(take(*given)) for given in ((2.0,), (2.0,), (-2.0,), (1.0, 10.0))]  # type: ignore[arg-type]

    assert [(end - start).total_seconds() for end in ends] == [2.0, 4.0, 2.0, 11.0]
    assert ends[0].tzinfo is UTC
