"""`finops-report drain`: the journal into the database, without a report."""

from __future__ import annotations

import click

from finops_report.commands.journal import drained, journal_folder
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import DB, PATIENCE, Source
from finops_report.errors import DatabaseError


@click.command(cls=OrderedCommand)
@DB
@PATIENCE
def drain(db: str, patience_s: float) -> None:
    """Load what is still in the journal into the database."""
    path = Source(db).path
    result = drained(path, patience_s)
    if result is not None and not result.records and (result.error or result.left_out):
        raise DatabaseError(
            f"Nothing could be loaded: {result.error or result.left_out[0]}",
            result.hint or f"look at {journal_folder(path)}: whatever else it holds is loaded without that entry",
        )
    click.echo(f"loaded {result.records if result else 0} records into {db}")
