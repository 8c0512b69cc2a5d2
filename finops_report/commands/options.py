"""The options that several commands share: each declared once, those that belong together handed over as one value.

A decorator declares its options and hands the command one frozen value of them. The help lists them in the order of
`ORDER`, whatever the order of the decorators. The values are named tuples: dataclasses would load `inspect`, a
fifth of the time that `--help` takes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from finops_report.errors import ConfigError

if TYPE_CHECKING:
    from finops_router.settings.report import ReportConfig

    from finops_report.calendar.period import PeriodAsk

Body = Callable[..., None]
Decorator = Callable[[Body], Body]

FILE = click.Path(path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])

DB = click.option("--db", default="telemetry.duckdb", show_default=True, help="DuckDB file or folder of Parquet.")
TABLE = click.option("--table", help="The telemetry table, when there is more than one.")
PATIENCE = click.option(
    "--patience",
    "patience_s",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help="Seconds to wait while another process has the database open.",
)
CONFIG = click.option("--config", type=FILE, help="Settings.  [default: finops.toml if it is there]")
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
PAGE = click.option(
    "--report", "page", type=FILE, default=Path("output/report.html"), show_default=True, help="The page."
)
FIGURES = click.option("--json", "figures", type=FILE, help="Its figures.  [default: beside the page]")

OWN = "the options of one command alone"
ORDER = (
    *("page", "figures"),
    *("db", "form", "out", "json_out"),
    *("since", "until", "month", "quarter", "year", "timezone", "table", "config"),
    *(OWN, "patience_s"),
)


class OrderedCommand(click.Command):
    """A command whose help lists its options in `ORDER`."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return sorted(super().get_params(ctx), key=self._place)

    def _place(self, option: click.Parameter) -> int:
        if option not in self.params:
            return len(ORDER)  # click's own --help
        return ORDER.index(option.name if option.name in ORDER else OWN)


class Source(NamedTuple):
    """Where the telemetry is: `db` as it was written, the table in it (None: find it), and how long to wait for it."""

    db: str
    table: str | None = None
    patience_s: float = 30.0

    @property
    def path(self) -> Path:
        """The file or folder. Raises ConfigError for an address that no engine opens."""
        scheme, colon, _ = self.db.partition("://")
        if colon and scheme != "file":
            raise ConfigError(
                f"Engines behind a URL are not supported yet: {scheme}", "give a DuckDB file or a folder of Parquet"
            )
        return Path(self.db.removeprefix("file://"))


class Output(NamedTuple):
    """Where a build goes: the page, and its figures as JSON."""

    out: Path
    json_out: Path | None

    @property
    def figures(self) -> Path:
        return self.json_out or self.out.with_suffix(".json")


class PeriodOptions(NamedTuple):
    """The days asked for, before the settings have filled in what was left open."""

    since: datetime | None
    until: datetime | None
    month: str | None
    quarter: str | None
    year: str | None
    timezone: str | None

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
        )


class BuiltReport(NamedTuple):
    """A report that was built before: its page, and its figures."""

    page: Path
    figures: Path | None

    @property
    def json(self) -> Path:
        return self.figures or self.page.with_suffix(".json")


def as_one_value(name: str, kind: type, *options: Decorator) -> Decorator:
    """Return a decorator that declares `options` and hands the command one `kind` of them as `name`.

    The fields of `kind` are called as the options are.
    """
    fields = tuple(kind.__annotations__)

    def decorate(body: Body) -> Body:
        @functools.wraps(body)
        def command(**given: Any) -> None:  # click hands over every option by its name
            body(**_gathered(given, name, kind, fields))

        declared: Body = command
        for option in reversed(options):
            declared = option(declared)
        return declared

    return decorate


def _gathered(given: Mapping[str, Any], name: str, kind: type, fields: tuple[str, ...]) -> dict[str, Any]:
    others = {option: value for option, value in given.items() if option not in fields}
    return others | {name: kind(**{field: given[field] for field in fields})}


source_options = as_one_value("source", Source, DB, TABLE, PATIENCE)
output_options = as_one_value("output", Output, OUT, JSON)
period_options = as_one_value("period", PeriodOptions, SINCE, UNTIL, MONTH, QUARTER, YEAR, TIMEZONE)
report_options = as_one_value("report", BuiltReport, PAGE, FIGURES)
