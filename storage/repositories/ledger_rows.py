"""The ledger's rows as what they are in the domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from bot.domain.budget.ledger import Entry, Hold, HoldLeg, ScopePeriod


def hold_of(row: Row[Any], legs: Iterable[Row[Any]]) -> Hold:
    return Hold(
        job_id=row.job_id,
        state=row.state,
        estimate=row.estimate_micros,
        legs=tuple(
            sorted(
                (HoldLeg(leg.scope, leg.period_key) for leg in legs),
                key=lambda leg: (leg.scope, leg.period_key),
            )
        ),
        price_version=row.price_version,
        created_at=row.created_at,
        actual=row.actual_micros,
        cost_source=row.cost_source,
    )


def period_of(row: Row[Any]) -> ScopePeriod:
    return ScopePeriod(
        scope=row.scope,
        period_key=row.period_key,
        window=row.per,
        start=row.start_utc,
        end=row.end_utc,
        tz=row.tz,
        limit=row.limit_micros,
        granted=row.carry_micros + row.grant_micros,
        held=row.held_micros,
        spent=row.spent_micros,
        soft=row.soft,
    )


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        job_id=row.job_id,
        kind=row.kind,
        scope=row.scope,
        period_key=row.period_key,
        held=row.held_micros,
        spent=row.spent_micros,
        at=row.at,
        actor=row.actor,
        reason=row.reason,
        part=row.part,
        ceiling=row.ceiling_micros,
    )
