"""Parse the command line, call one function, say where the result is; the composition root."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from finops_report import __version__, cli_delivery
from finops_report.errors import ConfigError, DatabaseError, FinopsError

if TYPE_CHECKING:
    from finops_report.build import Build

WATCH_S, LOOK_S = 2.0, 0.5


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


for delivery in (cli_delivery.mail, cli_delivery.publish, cli_delivery.encrypt, cli_delivery.summary):
    main.add_command(delivery)

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(path_type=Path)
DB = click.option("--db", default="telemetry.duckdb", show_default=True, help="DuckDB file or folder of Parquet.")
PATIENCE = click.option(
    "--patience",
    "patience_s",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help="Seconds to wait while another process has the database open.",
)
OUT = click.option("--out", type=FILE, default=Path("output/report.html"), show_default=True, help="The page.")
JSON = click.option("--json", "json_out", type=FILE, help="The figures as JSON.  [default: beside the page]")


SINCE = click.option("--since", type=DAY, help="First day, as 2026-10-01.  [default: first recorded]")
UNTIL = click.option("--until", type=DAY, help="Last day, included.  [default: last recorded]")
MONTH = click.option("--month", help="A whole month, as 2026-10.")
QUARTER = click.option("--quarter", help="A whole quarter, as 2026-Q4, of the fiscal year in finops.toml.")
YEAR = click.option("--year", help="A whole year, as 2026, fiscal as in finops.toml.")
TIMEZONE = click.option(
    "--timezone", help="Where days begin and end, as Europe/Berlin.  [default: finops.toml, else UTC]"
)
TABLE = click.option("--table", help="The telemetry table, when there is more than one.")
CONFIG = click.option("--config", type=FILE, help="Settings.  [default: finops.toml if it is there]")


@main.command()
@DB
@OUT
@JSON
@SINCE
@UNTIL
@MONTH
@QUARTER
@YEAR
@TIMEZONE
@TABLE
@CONFIG
@click.option("--only", multiple=True, metavar="VIEW", help="Show this view alone; may be given again.")
@click.option("--watch", is_flag=True, help="Build again whenever data arrive, until interrupted.")
@PATIENCE
def build(
    db: str,
    out: Path,
    json_out: Path | None,
    since: datetime | None,
    until: datetime | None,
    month: str | None,
    quarter: str | None,
    year: str | None,
    timezone: str | None,
    table: str | None,
    config: Path | None,
    only: tuple[str, ...],
    watch: bool,
    patience_s: float,
) -> None:
    """Build the report: one HTML file, and its figures as JSON."""
    from finops_report.build import Build
    from finops_report.calendar.period import PeriodAsk
    from finops_report.config import load
    from finops_report.wording.currency import Currency

    config = _config_path(config)
    settings = load(config)
    zone = timezone or settings.timezone
    ask = PeriodAsk(_day(since), _day(until), month, zone, quarter, year, settings.fiscal_year_start)
    wanted = Build(
        _path(db),
        table,
        ask,
        settings.title,
        out,
        json_out or out.with_suffix(".json"),
        patience_s,
        only,
        settings.logo_path(config),
        Currency(settings.currency, settings.currency_rate, settings.currency_rate_source),
    )
    _build(wanted)
    if watch:
        _watch(lambda: _build(wanted), wanted.db)


@main.command()
@click.argument("view")
@DB
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="How the rows are printed.",
)
@click.option("--out", type=FILE, help="Write to this file.  [default: standard output]")
@SINCE
@UNTIL
@MONTH
@QUARTER
@YEAR
@TIMEZONE
@TABLE
@CONFIG
@PATIENCE
def query(
    view: str,
    db: str,
    form: str,
    out: Path | None,
    since: datetime | None,
    until: datetime | None,
    month: str | None,
    quarter: str | None,
    year: str | None,
    timezone: str | None,
    table: str | None,
    config: Path | None,
    patience_s: float,
) -> None:
    """Print the rows of one view, as total_spend or spend_by_model, without the page."""
    from finops_report.calendar.period import PeriodAsk
    from finops_report.clock import build_moment_us
    from finops_report.config import load
    from finops_report.files import write_whole
    from finops_report.querying import answer
    from finops_report.warehouse import ReadRequest, Waiting

    if form == "parquet" and out is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is not for a terminal: give --out FILE, or pipe it.")
    settings = load(_config_path(config))
    zone = timezone or settings.timezone
    ask = PeriodAsk(_day(since), _day(until), month, zone, quarter, year, settings.fiscal_year_start)
    _drain(_path(db), patience_s)
    waiting = Waiting(patience_s, time.monotonic, time.sleep)
    said = answer(ReadRequest(_path(db), table, ask, build_moment_us(), waiting), view, form)
    if out is None:
        sys.stdout.buffer.write(said)
    else:
        write_whole({out: said})


def _build(wanted: Build) -> None:
    from finops_report.build import build_report

    _drain(wanted.db, wanted.patience_s)
    for line in build_report(wanted, clock=time.monotonic, sleep=time.sleep).summary:
        click.echo(line)


def _watch(again: Callable[[], None], db: Path) -> None:
    """Call `again` whenever the database or its journal changed; a failed build is said, and tried again later."""
    click.echo("watching; stop with Ctrl-C", err=True)
    seen = _state(db)
    while True:
        time.sleep(WATCH_S)
        now = _state(db)
        if now == seen:
            continue
        try:
            again()
        except FinopsError as error:
            Failure(error).show()
        seen = _state(db)


def _state(db: Path) -> list[tuple[str, int, int]]:
    """What would change when data arrive: the database file and the sealed segments beside it."""
    files = [db, *sorted(Path(f"{db}.journal").glob("*.sealed"))] if not db.is_dir() else sorted(db.rglob("*.parquet"))
    found = [(file, file.stat()) for file in files if file.exists()]
    return [(str(file), stat.st_mtime_ns, stat.st_size) for file, stat in found]


@main.command()
@DB
@OUT
@JSON
@click.option("--days", type=click.IntRange(1, 366), help="Stretch the trace over so many days.  [default: one hour]")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same report.")
def demo(db: str, out: Path, json_out: Path | None, days: int | None, seed: int) -> None:
    """Replay a real trace through the router with simulated providers, then build the report."""
    from finops_router.demo import run_demo
    from finops_router.telemetry import CollectorConfig, TelemetryCollector

    from finops_report.build import Build
    from finops_report.calendar.period import PeriodAsk

    path = _path(db)
    _make_room(path)
    with TelemetryCollector(CollectorConfig(path, load_s=3600)) as telemetry, _progress() as progress:
        played = run_demo(telemetry, days=days, seed=seed, progress=progress)
    kept = telemetry.stats()
    if kept.pending or kept.dropped:
        raise DatabaseError(
            f"The demo's records cannot be stored: {kept.last_error}", "check free space and permissions"
        )
    click.echo(f"replayed {played.requests:,} requests with {played.attempts:,} attempts into {path}")
    _build(Build(path, None, PeriodAsk(), "LLM spend report (demo)", out, json_out or out.with_suffix(".json"), 30.0))


def _make_room(db: Path) -> None:
    """Remove an earlier demo's database; refuse to touch anybody else's."""
    from finops_report.warehouse import Waiting, holds_only_demo

    if not db.exists():
        return
    if not db.is_file() or not holds_only_demo(db, Waiting(5.0, time.monotonic, time.sleep)):
        raise DatabaseError(
            f"It holds more than a demo and is left alone: {db}", "give the demo a file of its own: --db demo.duckdb"
        )
    for path in (db, db.with_name(db.name + ".wal")):
        path.unlink(missing_ok=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1000, label="replaying", file=sys.stderr) as bar:
        yield lambda done, total: bar.update(done * 1000 // max(total, 1) - bar.pos)


@main.command()
@DB
@PATIENCE
def drain(db: str, patience_s: float) -> None:
    """Load what is still in the journal into the database."""
    loaded = _drain(_path(db), patience_s)
    click.echo(f"loaded {loaded} records into {db}")


def _drain(db: Path, patience_s: float) -> int:
    """Load what the collector still has in its journal, so that a report is never behind."""
    if not Path(f"{db}.journal").is_dir():
        return 0
    from finops_router.telemetry import drain as load_journal

    result = load_journal(db, patience_s=patience_s, clock=time.monotonic, sleep=time.sleep)
    if result.pending_segments:
        waiting = (
            f"{result.pending_segments} journal segments ({result.pending_bytes:,} bytes) are not in the report yet"
        )
        click.echo(f"note: {waiting}: {result.error or 'their writers are busy'}", err=True)
    if result.quarantined:
        click.echo(f"note: {result.quarantined} unreadable lines were set aside in {db}.journal/quarantine", err=True)
    return result.records


@main.command()
@DB
def tail(db: str) -> None:
    """Follow requests, spend and failovers as they happen: a table on a terminal, NDJSON in a pipe."""
    from finops_router.telemetry.follow import follow

    folder = Path(f"{_path(db)}.journal")
    if not folder.is_dir():
        raise DatabaseError(f"No journal: {folder}", "start an application that records with TelemetryCollector first")
    if sys.stdout.isatty():
        _show_pulse(folder)
        return
    for record in follow(folder, wait=_pause):
        fields = {name: getattr(record, name) for name in record.__struct_fields__}
        click.echo(json.dumps({name: value for name, value in fields.items() if value is not None}))


def _pause() -> bool:
    sys.stdout.flush()
    time.sleep(LOOK_S)
    return True


def _show_pulse(folder: Path) -> None:
    from finops_router.telemetry.codec import Record
    from finops_router.telemetry.follow import follow
    from finops_router.telemetry.pulse import Pulse

    from finops_report.wording.currency import US_DOLLARS
    from finops_report.wording.formats import count

    pulse, news = Pulse(), list[Record]()

    def draw() -> bool:
        pulse.add(news, time.monotonic())
        news.clear()
        click.clear()
        click.echo(f"{'last minute':24}{'requests':>10}{'spend':>14}{'no price':>10}{'failed attempts':>17}")
        for beat in pulse.beats():
            figures = (
                count(beat.requests),
                US_DOLLARS.money(beat.cost_usd),
                count(beat.unpriced_requests),
                count(beat.failed_attempts),
            )
            click.echo(f"{beat.provider[:23]:24}{figures[0]:>10}{figures[1]:>14}{figures[2]:>10}{figures[3]:>17}")
        return _pause()

    for record in follow(folder, wait=draw):
        news.append(record)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _config_path(asked: Path | None) -> Path | None:
    usual = Path("finops.toml")
    return asked or (usual if usual.exists() else None)


def _path(db: str) -> Path:
    scheme, colon, _ = db.partition("://")
    if colon and scheme != "file":
        raise ConfigError(
            f"Engines behind a URL are not supported yet: {scheme}", "give a DuckDB file or a folder of Parquet"
        )
    return Path(db.removeprefix("file://"))
