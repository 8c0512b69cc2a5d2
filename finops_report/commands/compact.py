"""`finops-report compact`: few large files of Parquet in place of many small ones."""

from __future__ import annotations

import time

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import DB, PATIENCE, Source
from finops_report.errors import ConfigError

FOLDER = "name the folder that the collector writes, as lake/ or s3://BUCKET/PREFIX (gs://, az://)"


@click.command(cls=OrderedCommand)
@DB
@PATIENCE
def compact(db: str, patience_s: float) -> None:
    """Merge small files of each day of Parquet, in a folder or an object store; readers see each row once meanwhile."""
    from finops_router.telemetry.places import Address, Folder
    from finops_router.telemetry.sinks import sink_at
    from finops_router.telemetry.sinks.parquet import ParquetSink
    from finops_router.telemetry.waiting import Waiting

    from finops_report.wording import formats

    place = Source(db).store
    sink = sink_at(place, has_machine=True) if isinstance(place, Folder | Address) else None
    if not isinstance(sink, ParquetSink) or not sink.exists:
        raise ConfigError(f"It is no folder of Parquet that the collector writes: {place}", FOLDER)
    fewer = sink.compact(Waiting(patience_s, time.monotonic, time.sleep))
    click.echo(f"{formats.plural(fewer, 'file')} fewer in {place}")
