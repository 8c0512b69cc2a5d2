"""`finops-report what-if`: what recorded requests would have cost by other settings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.journal import load_journal
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, FILE, PeriodOptions, Source, period_options, source_options

if TYPE_CHECKING:
    from finops_report.prices.used import Target


class Changed(NamedTuple):
    """The changed settings (None: as they are), and models that take the place of others."""

    changed: Path | None
    swaps: tuple[str, ...]


change_options = as_one_value(
    "change",
    Changed,
    click.option("--with", "changed", type=FILE, help="The changed settings: prices, contract, groups and targets."),
    click.option(
        "--swap",
        "swaps",
        metavar="OLD=NEW",
        multiple=True,
        help="A model instead of another, as openai/gpt-4o=openai/gpt-4o-mini.",
    ),
)


@click.command("what-if", cls=OrderedCommand)
@change_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How: markdown is for the comment of a pull request.",
)
@source_options
@period_options
@CONFIG
def what_if(change: Changed, form: str, source: Source, period: PeriodOptions, config: Path | None) -> None:
    """Show what the requests of a period, last month without one, would have cost by changed settings or models."""
    from finops_router.settings.reader import read

    from finops_report.clock import build_moment_us
    from finops_report.commands.settings import settings_file
    from finops_report.prices import what_if as asking
    from finops_report.prices import wording
    from finops_report.prices.days import priced_days
    from finops_report.warehouse import CallsRequest, Waiting, recorded_calls
    from finops_report.wording.plain import printable

    if change.changed is None and not change.swaps:
        raise click.UsageError("Say what changes: --with FILE, or --swap OLD=NEW.")
    now = read(settings_file(config))
    then = now if change.changed is None else read(change.changed)
    swaps = dict(_swap(text) for text in change.swaps)
    asked = period.ask(now.report)
    if not asked.names_days:
        asked = period._replace(month="last").ask(now.report)
    now_us = build_moment_us()
    days = priced_days(asked, now_us)
    load_journal(source.place, source.patience_s)
    waiting = Waiting(source.patience_s, time.monotonic, time.sleep)
    request = CallsRequest(source.place, source.table, days.from_us, days.until_us, now_us, waiting, source.limits)
    found = asking.what_if(recorded_calls(request), asking.Change(now, then, swaps))
    if form == "json":
        click.echo(wording.what_if_json(found, days))
        return
    for line in (wording.what_if_markdown if form == "markdown" else wording.what_if_text)(found, days):
        click.echo(printable(line))


def _swap(text: str) -> tuple[Target, Target]:
    """Return whose place who takes; a usage error if that is not said."""
    sides = [tuple(side.strip().split("/", 1)) for side in text.split("=", 1)]
    match sides:
        case [(old_provider, old_model), (provider, model)] if all((old_provider, old_model, provider, model)):
            return (old_provider, old_model), (provider, model)
        case _:
            raise click.UsageError(f"Not two models: {text}: write it as openai/gpt-4o=openai/gpt-4o-mini.")
