"""Keep in a DuckDB file what was loaded already, what collectors lost, what of a journal cannot be read, and bills."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import duckdb

from finops_router.telemetry.sinks.contract import BillsTakenIn, CollectorReport, SetAside
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.unread import Unread


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Do what is in the block in one transaction. Raises duckdb.Error."""
    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):  # a failed commit has rolled back already: the first error is the one to be heard
            con.execute("rollback")
        raise


def make_tables(con: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> None:
    """Execute the texts of a schema together: to commit each of its many small changes takes longer."""
    with transaction(con):
        for text in texts:
            con.execute(text)


def lines_loaded(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, int]:
    """Return how many lines of segments are in the tables, or were set aside: of those that were ever loaded."""
    return dict(con.execute(statement("lines_loaded"), {"segments": list(names)}).fetchall())


def remember(con: duckdb.DuckDBPyConnection, records: Mapping[str, int], quarantined: int) -> None:
    """Remember segments with how many records they had, and what was set aside of them."""
    con.execute(statement("insert_loaded_segment"), segment_rows(records, quarantined))
    if quarantined:
        _insert_health(con, health_row(quarantined=quarantined))


def keep_report(con: duckdb.DuckDBPyConnection, report: CollectorReport) -> None:
    """Insert a collector's report together with its name in one transaction, unless it was there already."""
    if not lines_loaded(con, [report.name]):
        with transaction(con):
            insert_report(con, report)


def insert_report(con: duckdb.DuckDBPyConnection, report: CollectorReport) -> None:
    """Insert a collector's report together with its name."""
    _insert_health(con, health_row(report))
    remember(con, {report.name: 0}, 0)


def keep_aside(con: duckdb.DuckDBPyConnection, aside: SetAside) -> bool:
    """Insert what was set aside of others' files together with its name; return False if it was there already."""
    if lines_loaded(con, [aside.name]):
        return False
    con.execute(statement("insert_loaded_segment"), segment_rows({aside.name: 0}, aside.rows))
    _insert_health(con, health_row(quarantined=aside.rows, note=aside.note))
    return True


def keep_unread(con: duckdb.DuckDBPyConnection, journal: str, found: Sequence[Unread]) -> None:
    """Have the table hold what of this journal cannot be read now, each entry with the moment it was first seen."""
    with transaction(con):
        replace_unread(con, journal, found)


def replace_unread(con: duckdb.DuckDBPyConnection, journal: str, found: Sequence[Unread]) -> bool:
    """Do what `keep_unread` does within a transaction, and return whether that changed anything."""
    forget, insert = unread_rows(journal, found)
    ((gone,),) = con.execute(statement("forget_unread_entries"), forget).fetchall()
    ((new,),) = con.execute(statement("insert_unread_entries"), insert).fetchall() if found else [(0,)]
    return bool(gone or new)


def segment_rows(records: Mapping[str, int], quarantined: int) -> dict[str, object]:
    """Return the parameters of insert_loaded_segment.sql: segments, their records, what was set aside."""
    return {"segments": list(records), "records": list(records.values()), "quarantined": quarantined}


def unread_rows(journal: str, found: Sequence[Unread]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the parameters of forget_unread_entries.sql and of insert_unread_entries.sql."""
    known = [f"{one.entry}/{one.reason}" for one in found]
    entries, reasons = [one.entry for one in found], [one.reason for one in found]
    return {"journal": journal, "entries": known}, {"journal": journal, "entries": entries, "reasons": reasons}


def health_row(report: CollectorReport | None = None, *, quarantined: int = 0, note: str = "") -> dict[str, object]:
    """Return the parameters of insert_collector_health.sql: a collector's report, or what this process set aside."""
    return {
        "at_us": report.at_us if report else None,
        "host": report.host if report else socket.gethostname(),
        "pid": report.pid if report else os.getpid(),
        "recorded": report.recorded if report else None,
        "dropped": report.dropped if report else 0,
        "quarantined": quarantined,
        "note": (report.note if report else note) or None,
    }


def count_bills(con: duckdb.DuckDBPyConnection) -> BillsTakenIn:
    """Return what is to become of the lines in the temporary table `bills`, beside those of `billed_costs`."""
    ((lines, known, before),) = con.execute(statement("count_bills")).fetchall()
    return BillsTakenIn(lines, known, before - known)


def replace_bills(con: duckdb.DuckDBPyConnection) -> None:
    """Put the lines of `bills` in the place of those of the same days of the same account."""
    con.execute(statement("delete_billed"))
    con.execute(statement("insert_billed"))


def _insert_health(con: duckdb.DuckDBPyConnection, row: Mapping[str, object]) -> None:
    con.execute(statement("insert_collector_health"), row)
