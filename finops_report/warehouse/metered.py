"""Hold each request against its price and sum what was used by meter: how exports say what was paid for what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

import duckdb

from finops_report.calendar.period import Period
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.opening import ReadRequest, opened_source
from finops_report.warehouse.sql_files import arguments, parameters, statement
from finops_report.warehouse.steps import OVER, Step

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

STEP_US = 900_000_000  # the finest step in which price lists change, a quarter of an hour
COUNTS = {  # unit of the price list -> the count that a request has a column for; all others are in `other_units`
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "reads",
    "cache_write_tokens": "writes",
    "cache_write_1h_tokens": "hour_writes",
    "output_reasoning_tokens": "reasoning",
    "requests": "requests",
}
NO_BOUND = 2**62
NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})
AMOUNT = "amount"  # the unit of a cost of which no unit price is known: US dollars


@dataclass(frozen=True, slots=True)
class PriceKey:
    """What a price depends on: who answered, how, and in which quarter of an hour (microseconds since 1970 UTC)."""

    provider: str
    model: str
    requested_model: str | None
    service_tier: str | None
    speed: str | None
    inference_region: str | None
    step_us: int


@dataclass(frozen=True, slots=True)
class Meter:
    """A unit that is charged for: USD for one of it, by the price in force and by the public list.

    How much of it was used is what was counted of the units `plus`, less what was counted of the units `minus`.
    """

    unit: str
    usd: Decimal
    list_usd: Decimal
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    def sign(self, unit: str) -> int:
        """Return how the count of `unit` goes into it: 1, -1, or 0 if it does not."""
        return (unit in self.plus) - (unit in self.minus)


@dataclass(frozen=True, slots=True)
class MeteredPrice:
    """The meters of requests with more than `above_tokens` and up to `upto_tokens` of input."""

    above_tokens: int
    upto_tokens: int
    meters: tuple[Meter, ...]


Pricing = Callable[[PriceKey], Sequence[MeteredPrice]]  # none if no price is known


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Requests without a known price, of one target and for one reason."""

    provider: str
    model: str
    reason: str
    requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Metered:
    """The database in memory with the table `meter_rows`, and what of the period is in no row of it."""

    con: duckdb.DuckDBPyConnection
    source: Source
    period: Period
    requests: int
    cost_usd: Decimal
    unpriced: tuple[Unpriced, ...]


@contextmanager
def metered(
    request: ReadRequest,
    pricing: Pricing,
    tag_keys: Sequence[str] | None = None,
    scratch: str | None = None,
    also: Mapping[str, str] = NOTHING_ELSE,
) -> Iterator[Metered]:
    """Sum the requests of the period by meter; the source is let go of before this yields. Raises DatabaseError.

    Of recorded tags those with `tag_keys` are kept apart (None: all). `scratch` is a folder that may be written to.
    `also` are statements that make further tables, by their names, as long as the source is open.
    """
    with opened_source(request, scratch) as opened:
        request.told(Step("requests", 1, 3, opened.extent.rows_read))
        opened.bring_rows()
        con, period = opened.con, opened.period
        bounds: dict[str, object] = {
            "start_us": period.start_us,
            "until_us": min(period.until_us, opened.future_us),
            "slot_us": period.slot_us,
            "step_us": STEP_US,
            "tag_keys": None if tag_keys is None else list(tag_keys),
            "first": period.start,
            "last": period.end,
        }
        request.told(Step("requests", 2, 3, opened.extent.rows_read))
        con.execute(statement("exports/metered", "macros"))
        keys = [PriceKey(*row) for row in _run(con, "price_keys", bounds).fetchall()]
        _create_prices(con, ((key, pricing(key)) for key in keys))
        request.told(Step("requests", 3, 3, opened.extent.rows_read))
        create_table(con, "metered", statement("exports/metered", "metered"), bounds)
        unpriced = tuple(Unpriced(*row) for row in _run(con, "unpriced", bounds).fetchall())
        for name, text in also.items():
            create_table(con, name, text, bounds)
        opened.let_go()
        create_table(con, "meter_rows", statement("exports/metered", "meter_rows"), bounds)
        requests, cost_usd = _run(con, "total", bounds).fetchall()[0]
        request.told(OVER)
        yield Metered(con, opened.source, period, requests, cost_usd, unpriced)


def focus_table(
    found: Metered,
    days: Sequence[DataclassInstance],
    name_units: Callable[[list[str]], Sequence[DataclassInstance]],
    name_providers: Callable[[list[str]], Sequence[DataclassInstance]],
    columns: Sequence[str],
) -> duckdb.DuckDBPyRelation:
    """Return `meter_rows` as rows of FOCUS with these columns; the names of units and providers are asked for."""
    con = found.con
    _create_named(con, "charge_days", days)
    for table, column, named in (("unit_names", "unit", name_units), ("sellers", "provider", name_providers)):
        known = [name for (name,) in con.table("meter_rows").unique(column).order(column).fetchall()]
        _create_named(con, table, named(known))
    create_table(con, "focus_rows", statement("exports/focus", "rows"))
    return con.table("focus_rows").select(*map(duckdb.ColumnExpression, columns))


def _create_named(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[DataclassInstance]) -> None:
    text = statement("exports/focus", table)
    create_table(con, table, text, {name: [getattr(row, name) for row in rows] for name in parameters(text)})


def _run(con: duckdb.DuckDBPyConnection, name: str, bounds: Mapping[str, object]) -> duckdb.DuckDBPyRelation:
    text = statement("exports/metered", name)
    return con.sql(text, params=arguments(text, bounds))


def _create_prices(con: duckdb.DuckDBPyConnection, found: Iterable[tuple[PriceKey, Sequence[MeteredPrice]]]) -> None:
    """Make the tables `meters`, a row a price, and `prices_at`, which says when which of them is in force."""
    ids: dict[tuple[str, str, MeteredPrice], int] = {}
    at: list[tuple[object, ...]] = []
    for key, prices in found:
        for price in prices:
            number = ids.setdefault((key.provider, key.model, price), len(ids))
            at.append(
                (*(getattr(key, one.name) for one in fields(PriceKey)), price.above_tokens, price.upto_tokens, number)
            )
    names = [*(one.name for one in fields(PriceKey)), "above_tokens", "upto_tokens", "price_id"]
    columns = {name: [row[place] for row in at] for place, name in enumerate(names)}
    create_table(con, "prices_at", statement("exports/metered", "prices_at"), columns)
    meters = [(number, meter) for (_, _, price), number in ids.items() for meter in price.meters]
    create_table(con, "meters", statement("exports/metered", "meters"), _meter_columns(meters))


def _meter_columns(meters: Sequence[tuple[int, Meter]]) -> dict[str, list[object]]:
    signs: dict[str, list[object]] = {
        f"of_{column}": [one.sign(unit) for _, one in meters] for unit, column in COUNTS.items()
    }
    return {
        "price_id": [number for number, _ in meters],
        "unit": [one.unit for _, one in meters],
        "usd": [f"{one.usd:f}" for _, one in meters],
        "list_usd": [f"{one.list_usd:f}" for _, one in meters],
        **signs,
        "added": [_others(one.plus) for _, one in meters],
        "taken": [_others(one.minus) for _, one in meters],
    }


def _others(units: Sequence[str]) -> list[str]:
    return [unit for unit in units if unit not in COUNTS]
