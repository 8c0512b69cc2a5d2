"""`finops-report drain`: the journal into the database, without a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from finops_report.commands.journal import drained, journal_folder
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import DB, PATIENCE, Source
from finops_report.errors import DatabaseError

if TYPE_CHECKING:
    from finops_router.telemetry import DrainResult
    from finops_router.telemetry.places import Place


@click.command(cls=OrderedCommand)
@DB
@PATIENCE
def drain(db: str, patience_s: float) -> None:
    """Load what is still in the journal into the database."""
    place = Source(db).store
    result = drained(place, patience_s)
    if result is not None and (result.error or not result.records):
        _refuse(result, place)
    click.echo(f"loaded {result.records if result else 0} records into {place}")


def _refuse(result: DrainResult, db: Place) -> None:
    """Raise DatabaseError if something of the journal is still not in the database; all that could be loaded is."""
    if result.error:
        raise DatabaseError(f"{_loaded(result)} could be loaded: {result.error}", result.hint)
    if result.left_out:
        hint = f"look at {journal_folder(db)}: whatever else it holds is loaded without that entry"
        raise DatabaseError(f"Nothing could be loaded: {result.left_out[0]}", hint)
    if result.pending_segments:
        raise DatabaseError(
            "Nothing could be loaded: the processes that write it are busy or stopped",
            "try again; what they hold is loaded as soon as they run or end",
        )


def _loaded(result: DrainResult) -> str:
    return f"Only {result.records} records" if result.records else "Nothing"
