"""`finops-report drain`: the journal into the database, without a report."""

from __future__ import annotations

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import DB, PATIENCE, Source


@click.command(cls=OrderedCommand)
@DB
@PATIENCE
def drain(db: str, patience_s: float) -> None:
    """Load what is still in the journal into the database."""
    loaded = load_journal(Source(db).path, patience_s)
    click.echo(f"loaded {loaded} records into {db}")
