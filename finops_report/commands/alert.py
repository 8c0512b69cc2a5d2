"""`finops-report alert`: tell people of budgets that passed a threshold, once."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.environment import needed_secret
from finops_report.commands.mail_options import ServerOptions, server_options
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, DAY, KEPT, TIMEZONE, Source, source_options
from finops_report.commands.reading import checked_facts
from finops_report.errors import ConfigError

if TYPE_CHECKING:
    from finops_router.settings.alerts import AlertChannel

    from finops_report.delivery.alerts.telling import Channel


NOTHING_NEW = "nothing new to tell"


class Telling(NamedTuple):
    """Whether anybody is told at all, and where it is remembered who was."""

    dry_run: bool
    log: Path


telling_options = as_one_value(
    "telling",
    Telling,
    click.option("--dry-run", is_flag=True, help="Print whom would be told of what, and tell nobody."),
    click.option(
        "--log", type=KEPT, default=Path("output/alerts.json"), show_default=True, help="Who was told of what already."
    ),
)


@click.command(cls=OrderedCommand)
@source_options
@CONFIG
@TIMEZONE
@click.option("--on", type=DAY, help="Look at budgets as of this day.  [default: last recorded]")
@telling_options
@server_options
def alert(
    source: Source,
    config: Path | None,
    timezone: str | None,
    on: datetime | None,
    telling: Telling,
    smtp: ServerOptions,
) -> None:
    """Tell the channels of [[alerts]] of budgets that passed a threshold, each once a period."""
    from finops_report.commands.settings import read_settings
    from finops_report.delivery.alerts.passed import alerts
    from finops_report.delivery.alerts.telling import Outside, tell, untold
    from finops_report.delivery.mail import SentLog
    from finops_report.wording.plain import printable

    settings = read_settings(config)
    if not settings.budgets or not settings.alerts:
        raise ConfigError("There is nobody to tell of anything", "set [[budgets]] and [[alerts]] in finops.toml")
    channels = [_channel(one, smtp) for one in _known(settings.alerts, {one.budget for one in settings.budgets})]
    thresholds = {one.budget: one.forecast_thresholds for one in settings.budgets}
    with settings.written():
        found = alerts(checked_facts(source, settings, on, timezone), thresholds)
    sent = SentLog(telling.log, "--log")
    if telling.dry_run:
        news = untold(found, channels, sent)
        for passed, channel in news:
            click.echo(printable(f"would tell {channel.name}: {passed.title}"))
        if not news:
            click.echo(NOTHING_NEW)
        return
    with sent.held(time.sleep):
        outside = Outside(
            time.sleep, lambda line: click.echo(printable(line), err=True), datetime.now(UTC), _trust(smtp)
        )
        told = tell(untold(found, channels, sent), sent, outside)
    click.echo(f"told of {told}" if told else NOTHING_NEW)


def _known(channels: tuple[AlertChannel, ...], budgets: set[str]) -> tuple[AlertChannel, ...]:
    """Return the channels. Raises ConfigError if one names a budget that there is not: nobody would ever hear of it."""
    for channel in channels:
        for name in channel.budgets:
            if name not in budgets:
                from finops_report.nearest import did_you_mean

                hint = did_you_mean(name, sorted(budgets), "budgets")
                raise ConfigError(f"The alert '{channel.name}' names no budget: {name}", hint)
    return channels


def _channel(one: AlertChannel, smtp: ServerOptions) -> Channel:
    """Return a channel with its secrets. Raises ConfigError if one is missing."""
    from finops_report.delivery.alerts.telling import Mailbox, Webhook
    from finops_report.delivery.alerts.webhook import Hook
    from finops_report.delivery.mail import Envelope

    budgets = frozenset(one.budgets)
    if one.kind == "email":
        return Mailbox(one.name, Envelope(one.sender, one.to), smtp.server(), budgets)
    hook = Hook(one.name, needed_secret(one.url_env))
    return Webhook(hook, one.kind, needed_secret(one.secret_env) if one.secret_env else "", budgets)


def _trust(smtp: ServerOptions) -> ssl.SSLContext:
    """Return the certificates to trust. Raises ConfigError if the file named has none."""
    try:
        return ssl.create_default_context(cafile=None if smtp.ca_file is None else str(smtp.ca_file))
    except (OSError, ssl.SSLError) as err:
        raise ConfigError(f"It has no certificates: {smtp.ca_file}", "give --ca-file a file in PEM form") from err
