"""`finops-report check`: budgets and bounds for CI and cron; it ends with exit code 3 if one is breached."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import click

from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, DAY, TIMEZONE, Source, source_options
from finops_report.commands.reading import checked_facts
from finops_report.commands.summary import BREACHED
from finops_report.commands.values import FiniteRange
from finops_report.errors import ConfigError

SHARE = FiniteRange(0, 1)


class CheckBounds(NamedTuple):
    """The bounds asked for, the day they hold on (None: the last recorded), and what fails the check."""

    on: datetime | None
    max_unpriced: float | None
    max_failed: float | None
    fail_on: str


bound_options = as_one_value(
    "bounds",
    CheckBounds,
    click.option("--on", type=DAY, help="Check as of this day.  [default: last recorded]"),
    click.option("--max-unpriced", type=SHARE, help="Most requests without a known price in the month, as 0.01."),
    click.option("--max-failed", type=SHARE, help="Most failed requests in the month, as 0.05."),
    click.option(
        "--fail-on",
        type=click.Choice(["breach", "watch"]),
        default="breach",
        show_default=True,
        help="What ends with exit code 3; watch: also what is at risk or not known.",
    ),
)


@click.command(cls=OrderedCommand)
@source_options
@CONFIG
@TIMEZONE
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "junit"]),
    default="text",
    show_default=True,
    help="How the checks are printed.",
)
@bound_options
@click.pass_context
def check(
    ctx: click.Context, source: Source, config: Path | None, timezone: str | None, form: str, bounds: CheckBounds
) -> None:
    """Check budgets, bounds and your own limits: a line each, exit code 3 if one is breached."""
    from finops_report.checks.checking import Bounds, checks, fails
    from finops_report.checks.formats import FORMATS
    from finops_report.commands.settings import read_settings

    settings = read_settings(config)
    wanted, limited = Bounds(bounds.max_unpriced, bounds.max_failed), frozenset(settings.report.verdicts.limits)
    if not settings.budgets and not limited and wanted == Bounds():
        raise ConfigError(
            "There is nothing to check", "set [[budgets]] in finops.toml, or give a bound: --max-unpriced"
        )
    with settings.written():
        held = checked_facts(source, settings, bounds.on, timezone, with_answers=bool(limited))
        found = checks(held, wanted, settings.rules, limited)
    click.echo(FORMATS[form](found), nl=False)
    if fails(found, "watch" if bounds.fail_on == "watch" else "breach"):
        ctx.exit(BREACHED)
