"""`finops-report ingest`: what other tools have recorded, into the telemetry."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, DB, FILE, PATIENCE, SINCE, UNTIL, Source

if TYPE_CHECKING:
    from finops_report.ingest.staging import Reading

PROGRESS_EVERY_S = 0.5
PLACES = click.Choice(["within", "beside"])


class HowToRead(NamedTuple):
    """What kind it is (None: it is found out), which columns are which of ours, what lies within what; days."""

    kind: str | None
    columns: tuple[str, ...]
    values: tuple[str, ...]
    mapping: Path | None
    cached: str | None
    reasoning: str | None
    since: datetime | None
    until: datetime | None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day to ask an address for; None: it has no such end."""
        return None if self.since is None else self.since.date(), None if self.until is None else self.until.date()

    @property
    def bill_kind(self) -> str | None:
        """The kind that was named, if it is one of bills, or none was and no mapping is given; else ''."""
        from finops_report.ingest.bills.kinds import BILL_NAMES

        if self.columns or self.mapping is not None:
            return ""
        if self.kind is None:
            return None
        return self.kind.lower() if self.kind.lower() in BILL_NAMES else ""

    def reading(self, config: Path | None) -> Reading:
        """Return how to read, with the prices of the settings. Raises ConfigError."""
        from finops_router.settings.reader import read

        from finops_report.commands.settings import settings_file
        from finops_report.ingest.kinds import checked_name
        from finops_report.ingest.mapping import mapping_from
        from finops_report.ingest.staging import Reading

        rules = {"cached": self.cached, "reasoning": self.reasoning}
        said = {name: place for name, place in rules.items() if place is not None}
        mapped = mapping_from(self.columns, self.values, self.mapping, said)
        prices = read(settings_file(config)).price_table()
        return Reading(None if self.kind is None else checked_name(self.kind, mapped), mapped, prices)


how_to_read = as_one_value(
    "how",
    HowToRead,
    click.option(
        "--from",
        "kind",
        metavar="KIND",
        help="otlp, litellm, langfuse, openrouter, bedrock, claude-code, codex, gemini-cli, helicone, portkey, "
        "bifrost, openlit, openai-usage, anthropic-usage, azure, vertex or table; bills: "
        "openai-costs, anthropic-costs, openrouter-costs, aws-cur, azure-export, gcp-billing or focus.  "
        "[default: found out]",
    ),
    click.option("--map", "columns", multiple=True, metavar="OURS=THEIRS", help="A column of theirs that is ours."),
    click.option("--set", "values", multiple=True, metavar="OURS=TEXT", help="A value for what no column says."),
    click.option("--mapping", type=FILE, help="A mapping in TOML: [columns] and [values]."),
    click.option("--cached", type=PLACES, help="Cached tokens lie within the input or beside it.  [default: within]"),
    click.option(
        "--reasoning", type=PLACES, help="Reasoning tokens lie within the output or beside it.  [default: within]"
    ),
    SINCE,
    UNTIL,
)


@click.command(cls=OrderedCommand)
@click.argument("places", nargs=-1, required=True, metavar="FILE|DIR|ADDRESS...")
@DB
@CONFIG
@PATIENCE
@how_to_read
@click.option("--dry-run", is_flag=True, help="Show what would be read as what; write nothing.")
def ingest(
    places: tuple[str, ...], db: str, config: Path | None, patience_s: float, how: HowToRead, dry_run: bool
) -> None:
    """Bring what other tools recorded into the telemetry: spans, gateways' logs, any table; each request once."""
    from finops_router.telemetry.waiting import Waiting

    from finops_report.ingest import ingesting, wording
    from finops_report.ingest.bills import bringing
    from finops_report.ingest.bills import wording as bill_wording
    from finops_report.ingest.remote.addresses import Asked
    from finops_report.ingest.sources import row_sources
    from finops_report.wording.plain import printable

    place, progress = Source(db).store, _progress()
    waiting = Waiting(patience_s, time.monotonic, time.sleep)
    sources = row_sources(places, Asked(how.kind, how.days, waiting, os.environ))
    if bringing.are_bills(sources, how.bill_kind):
        bills = bringing.bring(sources, how.bill_kind, None if dry_run else place, waiting, progress)
        for line in bill_wording.summary(bills, place):
            click.echo(printable(line))
        return
    reading = how.reading(config)
    if dry_run:
        done = ingesting.look(sources, reading, progress)
    else:
        done = ingesting.ingest(sources, reading, place, waiting, progress)
    for line in wording.summary(done, place):
        click.echo(printable(line))


def _progress() -> Callable[[str], None]:
    """Return what shows how far reading has come, on a terminal alone; '' takes it away."""
    if sys.stderr is None or not sys.stderr.isatty():
        return lambda how_far: None
    last_s = [time.monotonic()]

    def show(how_far: str) -> None:
        if not how_far or time.monotonic() - last_s[0] >= PROGRESS_EVERY_S:
            last_s[0] = time.monotonic()
            click.echo(f"\r\033[K{printable(how_far)}", err=True, nl=False)

    from finops_report.wording.plain import printable

    return show
