"""Read what was called between two moments, as far as a price depends on it: for prices, which SQL does not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from finops_report.database_address import SourcePlace
from finops_report.warehouse.connection import DEFAULT_LIMITS, Limits, connected
from finops_report.warehouse.cubes import FUTURE_SLACK_US, Cube
from finops_report.warehouse.engines import engine_for
from finops_report.warehouse.refusals import unreadable
from finops_report.warehouse.settling import settled, settled_s_of
from finops_report.warehouse.sql_files import statement
from finops_report.warehouse.waiting import Waited, Waiting

AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Calls:
    """Equal requests of a quarter of an hour (`slot_us`, microseconds since 1970 UTC) and how many there were.

    Names that are not recorded are 'not recorded' or None; counts are of one request, None if they are not known.
    `cost_usd` is what all of them cost as recorded, of the `priced_requests` among them.
    """

    provider: str
    model: str
    requested_model: str | None
    service_tier: str | None
    speed: str | None
    inference_region: str | None
    usage_source: str | None
    cost_source: str | None
    price_source: str | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_input_tokens: int | None
    cache_write_input_tokens: int | None
    cache_write_1h_input_tokens: int | None
    reasoning_output_tokens: int | None
    other_units: str | None
    failed: int
    slot_us: int
    requests: int
    priced_requests: int
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class CallsRequest:
    """Where to read calls, and of which time: from a moment up to another, in microseconds since 1970 UTC.

    `now_us` is the present one, before which the address may have the newest rows left out (`settled=`).
    """

    db: SourcePlace
    table: str | None
    from_us: int
    until_us: int
    now_us: int
    waiting: Waiting
    limits: Limits = DEFAULT_LIMITS


def recorded_calls(request: CallsRequest) -> Iterator[Calls]:
    """Yield what was called. Raises DatabaseError if the telemetry cannot be opened, found or read."""
    waited = Waited()
    engine = engine_for(request.db, waited.counting(request.waiting), request.limits)
    cube = Cube("cubes.calls", statement("prices", "calls"), "prices/calls")
    times = {"from_us": request.from_us, "until_us": request.until_us, "now_us": request.now_us + FUTURE_SLACK_US}
    bounds = settled(times, settled_s_of(request.db))
    try:
        with connected(engine.reach, request.limits, waited) as con:
            engine.create_base_views(con, engine.open(con, request.table))
            engine.sum_cube(con, cube, bounds)
            engine.let_go(con)
            found = con.execute(statement("prices", "read_calls"))
            while rows := found.fetchmany(AT_ONCE):
                for row in rows:
                    yield Calls(*row)
    except duckdb.Error as err:
        raise unreadable(request.db, request.limits, err) from err
    finally:
        engine.close()
