"""Parse the command line, call one function, say where the result is; the composition root."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import click

from finops_report import __version__
from finops_report.errors import ConfigError, FinopsError


class Failure(click.ClickException):
    """A FinopsError as the reader sees it: one `error:` line, one `hint:` line, exit code 1."""

    def __init__(self, error: FinopsError) -> None:
        super().__init__(error.message)
        self.hint = error.hint

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"error: {_one_line(self.message)}", err=True)
        click.echo(f"hint: {_one_line(self.hint)}", err=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Commands(click.Group):
    """A group whose commands may raise FinopsError; nothing else is caught anywhere."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FinopsError as error:
            raise Failure(error) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="finops-report")
def main() -> None:
    """See, explain and defend what you spend on LLMs."""


DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path)


@main.command()
@click.option("--db", default="telemetry.duckdb", show_default=True, help="DuckDB file or folder of Parquet.")
@click.option("--out", type=FILE, default=Path("output/report.html"), show_default=True, help="The page.")
@click.option("--json", "json_out", type=FILE, help="The figures as JSON.  [default: beside the page]")
@click.option("--since", type=DAY, help="First day, as 2026-10-01.  [default: first recorded]")
@click.option("--until", type=DAY, help="Last day, included.  [default: last recorded]")
@click.option("--month", help="A whole month, as 2026-10.")
@click.option(
    "--timezone",
    help="Where days begin and end, as Europe/Berlin.  [default: finops.toml, else UTC]",
)
@click.option("--table", help="The telemetry table, when there is more than one.")
@click.option("--config", type=FILE, help="Settings.  [default: finops.toml if it is there]")
@click.option(
    "--patience",
    "patience_s",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help="Seconds to wait while another process writes.",
)
def build(
    db: str,
    out: Path,
    json_out: Path | None,
    since: datetime | None,
    until: datetime | None,
    month: str | None,
    timezone: str | None,
    table: str | None,
    config: Path | None,
    patience_s: float,
) -> None:
    """Build the report: one HTML file and report.json beside it."""
    from finops_report.building import Build, build_report
    from finops_report.config import load
    from finops_report.period import PeriodAsk

    settings = load(_config_path(config))
    _warn(_drain(_path(db), patience_s))
    made = build_report(
        Build(
            db=_path(db),
            table=table,
            ask=PeriodAsk(_day(since), _day(until), month, timezone or settings.timezone),
            title=settings.title,
            out=out,
            json_out=json_out or out.with_suffix(".json"),
            patience_s=patience_s,
        ),
        clock=time.monotonic,
        sleep=time.sleep,
    )
    for line in made.summary:
        click.echo(line)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _config_path(asked: Path | None) -> Path | None:
    usual = Path("finops.toml")
    return asked or (usual if usual.exists() else None)


def _path(db: str) -> Path:
    scheme, colon, _ = db.partition("://")
    if colon and scheme != "file":
        raise ConfigError(
            f"Engines behind a URL are not supported yet: {scheme}",
            "give a DuckDB file or a folder of Parquet",
        )
    return Path(db.removeprefix("file://"))


def _warn(notice: str) -> None:
    if notice:
        click.echo(f"note: {notice}", err=True)


def _drain(db: Path, patience_s: float) -> str:
    """Load what the collector still has in its journal, so that a report is never behind."""
    return ""
