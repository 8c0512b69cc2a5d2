"""`finops-report prices`: what is in force on a day, and what two price tables have otherwise."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, DAY, Source, source_options

if TYPE_CHECKING:
    from finops_report.prices.difference import Side
    from finops_report.warehouse import Calls

USUAL_DB = "telemetry.duckdb"  # who has none yet can look at prices all the same
IN_USE_DAYS = 31  # up to the day: what was called then is in use
ON = click.option("--on", type=DAY, help="The day (UTC), as 2026-10-01.  [default: today]")


class PricesGroup(OrderedCommand, click.Group):
    """A command that has another one below it."""


class Written(NamedTuple):
    """How it is written, and for which day (None: today)."""

    form: str
    on: datetime | None

    @property
    def day(self) -> date:
        """The day; raises ConfigError if SOURCE_DATE_EPOCH cannot be used."""
        from datetime import UTC

        from finops_report.clock import build_moment_us

        return (self.on or datetime.fromtimestamp(build_moment_us() // 1_000_000, UTC)).date()


def _forms(*forms: str) -> click.Choice[str]:
    return click.Choice(forms)


listed_options = as_one_value(
    "written",
    Written,
    click.option("--format", "form", type=_forms("text", "json"), default="text", show_default=True, help="How."),
    ON,
)
compared_options = as_one_value(
    "written",
    Written,
    click.option(
        "--format", "form", type=_forms("text", "markdown", "json"), default="text", show_default=True, help="How."
    ),
    ON,
)


@click.group(cls=PricesGroup, invoke_without_command=True)
@listed_options
@source_options
@CONFIG
def prices(written: Written, source: Source, config: Path | None) -> None:
    """Show the prices in force on a day, where they are from, and which are missing or stale."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from finops_router.settings.reader import read

    from finops_report.commands.settings import settings_file
    from finops_report.prices import in_force, wording

    settings, day = read(settings_file(config)), written.day
    agreed = in_force.commitments(settings, day)
    calls = _calls(source, day, min((one.valid_from for one in agreed), default=day))
    since_us = _days_before_us(day)
    rows = in_force.in_force(settings, [one for one in calls if one.slot_us >= since_us], day)
    used = in_force.committed(settings, calls, day)
    if written.form == "json":
        click.echo(wording.prices_json(rows, used))
    else:
        _print(wording.prices_text(rows, used))


@prices.command(cls=OrderedCommand)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@compared_options
@source_options
@CONFIG
def diff(a: str, b: str, written: Written, source: Source, config: Path | None) -> None:
    """Show which prices differ between A and B: files of settings, or days, of what is in use and what they name."""
    from finops_report.prices import difference, wording

    before, after = _side(a, config, written.day), _side(b, config, written.day)
    calls = _calls(source, max(before.day, after.day), min(before.day, after.day))
    rows = difference.differences(before, after, calls)
    if written.form == "json":
        click.echo(wording.difference_json(before, after, rows))
    elif written.form == "markdown":
        _print(wording.difference_markdown(before, after, rows))
    else:
        _print(wording.difference_text(before, after, rows))


def _side(named: str, config: Path | None, day: date) -> Side:
    """Return the settings at a path, or those in force with another day."""
    from finops_router.settings.reader import read

    from finops_report.commands.settings import settings_file
    from finops_report.prices.difference import Side

    if re.fullmatch(r"\d{4}-\d\d-\d\d", named, re.ASCII) and not Path(named).exists():
        try:
            return Side(named, read(settings_file(config)), date.fromisoformat(named))
        except ValueError as err:
            raise click.UsageError(f"No such day: {named}.") from err
    return Side(named, read(Path(named)), day)


def _calls(source: Source, day: date, first: date) -> list[Calls]:
    """Return what was called up to `day`, since `first` at the latest; nothing if there is no telemetry yet."""
    from finops_report.calendar.zones import midnight_us, zone
    from finops_report.clock import build_moment_us
    from finops_report.warehouse import CallsRequest, Waiting, recorded_calls

    if source.db == USUAL_DB and not source.path.exists():
        return []
    load_journal(source.place, source.patience_s)
    utc = zone("UTC")
    waiting = Waiting(source.patience_s, time.monotonic, time.sleep)
    from_us = min(_days_before_us(day), midnight_us(first, utc))
    until_us = _days_before_us(day, -1)
    now_us = build_moment_us()
    request = CallsRequest(source.place, source.table, from_us, until_us, now_us, waiting, source.limits)
    return list(recorded_calls(request))


def _days_before_us(day: date, days: int = IN_USE_DAYS - 1) -> int:
    from datetime import timedelta

    from finops_report.calendar.zones import midnight_us, zone

    return midnight_us(day - timedelta(days=days), zone("UTC"))


def _print(lines: Iterable[str]) -> None:
    from finops_report.wording.plain import printable

    for line in lines:
        click.echo(printable(line))
