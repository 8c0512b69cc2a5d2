"""The options that several commands share: each declared once, those that belong together handed over as one value."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.option_groups import Decorator, as_one_value
from finops_report.commands.values import STANDARD_OUTPUT, Address, FilePath, KeptPath, MemorySize, OutputPath, Seconds
from finops_report.errors import ConfigError

if TYPE_CHECKING:
    from finops_router.settings.report import ReportConfig
    from finops_router.telemetry.places import Place

    from finops_report.calendar.period import PeriodAsk
    from finops_report.database_address import SourcePlace
    from finops_report.warehouse import Limits

FILE, KEPT, OUTPUT = FilePath(), KeptPath(), OutputPath()
DAY = click.DateTime(formats=["%Y-%m-%d"])

DB = click.option(
    "--db",
    type=Address(),
    default="telemetry.duckdb",
    show_default=True,
    help=(
        "DuckDB file; Parquet, a new folder as lake/; s3://, gs:// or az://BUCKET/PREFIX; postgresql://HOST/DATABASE; "
        "clickhouse://HOST/DATABASE; to read, sc://HOST/DATABASE (Spark)."
    ),
)
TABLE = click.option("--table", help="The telemetry table, when there is more than one.")
PATIENCE = click.option(
    "--patience",
    "patience_s",
    type=Seconds(0),
    default=30.0,
    show_default=True,
    help="Seconds to wait while another process has the database open.",
)
MEMORY = click.option(
    "--memory", type=MemorySize(), help="What reading may take of memory, as 4GB.  [default: 80 % of the machine's]"
)
TIME_LIMIT = click.option(
    "--time-limit",
    "time_limit_s",
    type=Seconds(0, min_open=True),
    default=600.0,
    show_default=True,
    help="Seconds that reading may take.",
)
CONFIG = click.option("--config", type=FILE, help="Settings.  [default: finops.toml if it is there]")
OUT = click.option(
    "--out", type=OUTPUT, default=Path("output/report.html"), show_default=True, help="The page; - prints it."
)
JSON = click.option("--json", "json_out", type=OUTPUT, help="The figures as JSON.  [default: beside the page]")
SINCE = click.option("--since", type=DAY, help="First day, as 2026-10-01.  [default: first recorded]")


def until_option(usual: str) -> Decorator:
    """Return the option that names the last day, which is `usual` if nobody does."""
    return click.option("--until", type=DAY, help=f"Last day, included.  [default: {usual}]")


UNTIL = until_option("last recorded")
WEEK = click.option("--week", help="A whole week from Monday on: last, this, or 2026-W43.")
MONTH = click.option("--month", help="A whole month: last, this, or 2026-10.")
QUARTER = click.option("--quarter", help="A whole quarter: last, this, or 2026-Q4, of the fiscal year in finops.toml.")
YEAR = click.option("--year", help="A whole year: last, this, or 2026, fiscal as in finops.toml.")
TIMEZONE = click.option(
    "--timezone", help="Where days begin and end, as Europe/Berlin.  [default: finops.toml, else UTC]"
)
PAGE = click.option(
    "--report", "page", type=FILE, default=Path("output/report.html"), show_default=True, help="The page."
)
FIGURES = click.option("--json", "figures", type=FILE, help="Its figures.  [default: beside the page]")


class Source(NamedTuple):
    """Where the telemetry is: `db` as it was written, the table in it (None: find it), and what reading it may cost.

    `patience_s` is how long to wait for it, `memory` (None: 80 % of the machine's) and `time_limit_s` are bounds.
    """

    db: str
    table: str | None = None
    patience_s: float = 30.0
    memory: str | None = None
    time_limit_s: float = 600.0

    @property
    def place(self) -> SourcePlace:
        """The file, the folder or the database of a server. Raises ConfigError for an address that no engine opens."""
        from finops_report.database_address import (
            CLICKHOUSE,
            OBJECT_STORES,
            POSTGRESQL,
            SPARK,
            WAREHOUSES,
            DatabaseAddress,
        )

        scheme, colon, _ = self.db.partition("://")
        if not colon or scheme == "file":
            return Path(self.db.removeprefix("file://"))
        address = DatabaseAddress(self.db)
        if address.scheme not in POSTGRESQL | CLICKHOUSE | SPARK | WAREHOUSES.keys() | OBJECT_STORES:
            raise ConfigError(
                f"There is no engine for such an address: {address.scheme}://",
                "give a DuckDB file, a folder of Parquet, s3://BUCKET/PREFIX (gs://, az://), "
                "postgresql://HOST/DATABASE, clickhouse://HOST/DATABASE, sc://HOST/DATABASE (Spark), "
                "databricks://HOST/CATALOG.SCHEMA, trino://HOST/CATALOG/SCHEMA, bigquery://PROJECT/DATASET, "
                "snowflake://ACCOUNT/DATABASE/SCHEMA or redshift://HOST/DATABASE",
            )
        return address

    @property
    def path(self) -> Path:
        """The file or folder. Raises ConfigError for an address: this command works on files alone."""
        place = self.place
        if not isinstance(place, Path):
            raise ConfigError(f"This needs a file, and does not work on {place}", "give a DuckDB file with --db")
        return place

    @property
    def shown(self) -> str:
        """The place as it may be shown: as it was written, of an address without user and password."""
        return self.db if isinstance(self.place, Path) else str(self.place)

    @property
    def store(self) -> Place:
        """Where records go: a file, a folder, or the database of a server."""
        from finops_router.telemetry.places import place_of

        return place_of(self.db)

    @property
    def limits(self) -> Limits:
        """What reading may use up."""
        from finops_report.warehouse import Limits

        return Limits(self.memory, self.time_limit_s)


class Output(NamedTuple):
    """Where a build goes: the page, and its figures as JSON."""

    out: Path
    json_out: Path | None

    @property
    def is_printed(self) -> bool:
        """Whether the page or the figures go to standard output, so that nothing else may."""
        return STANDARD_OUTPUT in (self.out, self.json_out)

    @property
    def figures(self) -> Path | None:
        """Where the figures go; None if the page is printed: nothing lies beside that."""
        if self.json_out is None and self.out == STANDARD_OUTPUT:
            return None
        return self.json_out or self.out.with_suffix(".json")


class PeriodOptions(NamedTuple):
    """The days asked for, before the settings have filled in what was left open."""

    since: datetime | None
    until: datetime | None
    month: str | None
    quarter: str | None
    year: str | None
    timezone: str | None
    week: str | None = None

    def ask(self, settings: ReportConfig) -> PeriodAsk:
        """Return the days to report, with time zone and fiscal year of `settings` if none was asked for."""
        from finops_report.calendar.period import PeriodAsk

        return PeriodAsk(
            since=None if self.since is None else self.since.date(),
            until=None if self.until is None else self.until.date(),
            month=self.month,
            timezone=self.timezone or settings.timezone,
            quarter=self.quarter,
            year=self.year,
            fiscal_year_start=settings.fiscal_year_start,
            week=self.week,
        )


class BuiltReport(NamedTuple):
    """A report that was built before: its page, and its figures."""

    page: Path
    figures: Path | None

    @property
    def json(self) -> Path:
        return self.figures or self.page.with_suffix(".json")


source_options = as_one_value("source", Source, DB, TABLE, PATIENCE, MEMORY, TIME_LIMIT)
output_options = as_one_value("output", Output, OUT, JSON)
period_options = as_one_value("period", PeriodOptions, SINCE, UNTIL, WEEK, MONTH, QUARTER, YEAR, TIMEZONE)
report_options = as_one_value("report", BuiltReport, PAGE, FIGURES)
