"""Price anew what is in a DuckDB file, or undo it: in one transaction, while no other process has the file.

Collectors write to their journals meanwhile; what they load waits until then. Everything is worked out in temporary
tables first, by stretches of rows, so that memory has a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import msgspec

from finops_router.records import MOMENT, AttemptRecord, Record, RequestRecord, fields
from finops_router.telemetry.sinks.contract import SinkError
from finops_router.telemetry.sinks.duckdb_file import connect
from finops_router.telemetry.sinks.repricing import (
    PastRepricing,
    Priced,
    Pricing,
    RepriceAsk,
    Repriced,
    RepricedPart,
    Undone,
)
from finops_router.telemetry.sinks.sql_files import schema, statement
from finops_router.telemetry.waiting import Waiting

STRETCH = 50_000  # row numbers that are looked at together
COSTS = ("cost_estimated", "cache_savings_estimated", "price_source", "cost_source", "unpriced_reason")
DONE = ("changed", "priced")
Made = TypeVar("Made")


def reprice(db: Path, ask: RepriceAsk, pricing: Pricing, waiting: Waiting) -> Repriced:
    """Price the requests that are asked for anew and remember what they had.

    Raises SinkBusyError and SinkError; nothing is changed then.
    """
    return _in_one(db, waiting, lambda con: _repriced(con, ask, pricing), keeps=not ask.is_dry)


def undo(db: Path, at_us: int, waiting: Waiting) -> Undone:
    """Give the rows of the newest repricing that stands what they had before it.

    Raises SinkBusyError and SinkError, also if none stands; nothing is changed then.
    """
    return _in_one(db, waiting, lambda con: _undone(con, at_us))


def past(db: Path, waiting: Waiting) -> tuple[PastRepricing, ...]:
    """Return all repricings, the newest last. Raises SinkBusyError and SinkError."""
    return _in_one(db, waiting, _past, keeps=False)


def _in_one(
    db: Path, waiting: Waiting, work: Callable[[duckdb.DuckDBPyConnection], Made], *, keeps: bool = True
) -> Made:
    """Do `work` in one transaction; without `keeps` it is rolled back."""
    try:
        with connect(db, waiting, {}) as con:
            if con.execute(_sql("has_telemetry")).fetchall() == [(False,)]:
                raise SinkError(f"No table telemetry in {db}", "bring what it has in first: finops-report ingest")
            with _transaction(con, keeps=keeps):
                for text in schema():
                    con.execute(text)
                done = work(con)
            if keeps:
                con.execute("checkpoint")
            return done
    except duckdb.Error as err:
        hint = f"check {db}, its permissions and the space on its disk; nothing was changed"
        raise SinkError(str(err).splitlines()[0], hint) from err


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection, *, keeps: bool) -> Iterator[None]:
    con.execute("begin")
    try:
        yield
        con.execute("commit" if keeps else "rollback")
    except BaseException:
        with suppress(duckdb.Error):  # a failed commit has rolled back already: the first error is the one to be heard
            con.execute("rollback")
        raise


def _repriced(con: duckdb.DuckDBPyConnection, ask: RepriceAsk, pricing: Pricing) -> Repriced:
    con.execute(_sql("scope"), _scope(ask))
    left = con.execute(_sql("left_alone")).fetchall()
    con.execute(_sql("tries"))
    con.execute(_sql("new_tables"))
    for bounds in _stretches(con):
        _price_tries(con, bounds, pricing)
        _price_requests(con, bounds, pricing)
    con.execute(_sql("changed_tries"))
    parts = tuple(RepricedPart(*row) for row in con.execute(_sql("totals")).fetchall())
    number = 0 if ask.is_dry else _next_number(con)
    attempts = _write(con, number, parts, ask)
    return Repriced(
        number if attempts or any(part.outcome in DONE for part in parts) else 0,
        parts,
        {source: (requests, cost_usd) for source, requests, cost_usd in left},
        attempts,
    )


def _scope(ask: RepriceAsk) -> dict[str, Any]:
    return {
        "fields": _fields(RequestRecord),
        "sources": list(ask.sources),
        "from_us": ask.from_us,
        "until_us": ask.until_us,
        "provider": ask.provider,
        "model": ask.model,
    }


def _stretches(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, int]]:
    ((first, last),) = con.execute(_sql("bounds")).fetchall()
    if first is not None:
        for start in range(first, last + 1, STRETCH):
            yield {"first": start, "last": start + STRETCH - 1}


def _price_tries(con: duckdb.DuckDBPyConnection, bounds: dict[str, int], pricing: Pricing) -> None:
    names = _fields(AttemptRecord)
    made: list[tuple[Any, ...]] = []
    for row, of_request, at_us, *values in con.execute(_sql("next_tries"), {**bounds, "fields": names}).fetchall():
        record = AttemptRecord(timestamp_us=at_us, **dict(zip(names, values, strict=True)))
        new = pricing.attempt(record)
        made.append((row, of_request, new.cost_estimated, new.cost_source, new is not record and new != record))
    _add(con, "add_tries", ("rows", "requests", "costs", "sources", "changed"), made)


def _price_requests(con: duckdb.DuckDBPyConnection, bounds: dict[str, int], pricing: Pricing) -> None:
    names = _fields(RequestRecord)
    made: list[tuple[Any, ...]] = []
    for row, at_us, *values, others in con.execute(_sql("next_requests"), {**bounds, "fields": names}).fetchall():
        record = _request(at_us, dict(zip(names, values, strict=True)))
        priced = pricing.request(record, others or ())
        made.append((row, *_costs(record, priced)))
    names = [
        "rows",
        "outcomes",
        "own_costs",
        "own_sources",
        "costs",
        "savings",
        "price_sources",
        "cost_sources",
        "reasons",
    ]
    _add(con, "add_requests", names, made)


def _request(at_us: int, values: dict[str, Any]) -> RequestRecord:
    text = values["other_units"]
    try:
        values["other_units"] = None if text is None else msgspec.json.decode(text, type=dict[str, int | float])
    except msgspec.MsgspecError:  # of somebody else's: units that nobody can read have no price
        values["other_units"] = {"unreadable": 1}
    return RequestRecord(timestamp_us=at_us, **values)


def _costs(record: RequestRecord, priced: Priced | None) -> tuple[Any, ...]:
    """Return what became of a request, and its new columns."""
    if priced is None:
        return ("kept", record.cost_estimated, record.cost_source, *(getattr(record, name) for name in COSTS))
    new, own_cost, own_source = priced
    columns = tuple(getattr(new, name) for name in COSTS)
    if columns == tuple(getattr(record, name) for name in COSTS):
        outcome = "same"
    else:
        outcome = "priced" if record.cost_estimated is None and new.cost_estimated is not None else "changed"
    return (outcome, own_cost, own_source, *columns)


def _add(con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        con.execute(_sql(name), dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))


def _write(con: duckdb.DuckDBPyConnection, number: int, parts: Sequence[RepricedPart], ask: RepriceAsk) -> int:
    """Remember what changes, change it, and return how many tries that are."""
    con.execute(_sql("keep_requests"), {"repricing": number})
    con.execute(_sql("keep_tries"), {"repricing": number})
    requests, attempts = _changed(con, "update_requests"), _changed(con, "update_tries")
    if requests or attempts:
        done = [part for part in parts if part.outcome in DONE]
        row = {
            "repricing": number,
            "at_us": ask.at_us,
            "prices": ask.prices,
            "requests": requests,
            "attempts": attempts,
            "before_usd": f"{sum((part.before_usd or Decimal(0) for part in done), Decimal(0)):f}",
            "after_usd": f"{sum((part.after_usd or Decimal(0) for part in done), Decimal(0)):f}",
        }
        con.execute(_sql("remember"), row)
    return attempts


def _next_number(con: duckdb.DuckDBPyConnection) -> int:
    ((number,),) = con.execute(_sql("next_number")).fetchall()
    return int(number)


def _undone(con: duckdb.DuckDBPyConnection, at_us: int) -> Undone:
    standing = [one for one in _past(con) if one.undone_us is None]
    if not standing:
        raise SinkError("No repricing stands that could be undone", "finops-report reprice --list shows all there were")
    newest = standing[-1]
    row = {"repricing": newest.number}
    requests, attempts = _changed(con, "undo_requests", row), _changed(con, "undo_tries", row)
    con.execute(_sql("forget_costs"), row)
    con.execute(_sql("mark_undone"), {**row, "at_us": at_us})
    return Undone(newest.number, requests, attempts, newest.requests + newest.attempts - requests - attempts)


def _past(con: duckdb.DuckDBPyConnection) -> tuple[PastRepricing, ...]:
    return tuple(PastRepricing(*row) for row in con.execute(_sql("list")).fetchall())


def _changed(con: duckdb.DuckDBPyConnection, name: str, row: dict[str, int] | None = None) -> int:
    ((rows,),) = con.execute(_sql(name), row).fetchall()
    return int(rows)


def _fields(kind: type[Record]) -> list[str]:
    """Return the columns that a record is made of, its moment apart; what is nobody's business here is left out."""
    needless = {MOMENT, "tags", "end_user"}
    return [name for name in fields(kind) if name not in needless]


def _sql(name: str) -> str:
    return statement(f"reprice/{name}")
