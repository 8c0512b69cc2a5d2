"""`finops-report keys`: who may use the gateway, and what each may do."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from finops_report.commands.option_groups import OrderedCommand, OrderedGroup, as_one_value
from finops_report.commands.options import CONFIG, DAY
from finops_report.commands.values import Given, Seconds

if TYPE_CHECKING:
    from finops_router.gateway.keys import Key, KeyStore
    from finops_router.gateway.keys.store import Made

    Budgets = click.ParamType[tuple[str, str]]
else:
    Budgets = click.ParamType
PERIODS = ("day", "week", "month", "quarter", "year")
COUNT = click.IntRange(1, 10**9)


class BudgetValue(Budgets):
    """US dollars a period, as 50/month: the amount as it was written, and the period."""

    name = "usd/period"

    def convert(self, value: Any, param: Given, ctx: click.Context | None) -> tuple[str, str]:
        found = re.fullmatch(r"([0-9]{1,9}(?:[.][0-9]{1,6})?)/([a-z]+)", value)
        if found is None or found[2] not in PERIODS or not float(found[1]):
            self.fail(f"{value!r} is no budget: write US dollars a {', '.join(PERIODS)}, as 50/month.", param, ctx)
        return found[1], found[2]


class NewKey(NamedTuple):
    """What a new key is to be, as its options say it."""

    team: str | None
    project: str | None
    environment: str | None
    group: tuple[str, ...]
    budget: tuple[tuple[str, str], ...]
    requests_per_minute: int | None
    tokens_per_minute: int | None
    concurrency: int | None
    expires: datetime | None


key_options = as_one_value(
    "asked",
    NewKey,
    click.option("--team", help="The team that its calls are booked on; its live page is of this team.  [of all]"),
    click.option("--project", help="The project that its calls are booked on."),
    click.option("--environment", help="The environment that its calls are booked on."),
    click.option("--group", multiple=True, help="A model group it may ask for; several times for several.  [all]"),
    click.option("--budget", type=BudgetValue(), multiple=True, help="A hard budget of its own, as 50/month."),
    click.option("--requests-per-minute", type=COUNT, help="Most requests in any minute."),
    click.option("--tokens-per-minute", type=COUNT, help="Most tokens, in and out, in any minute."),
    click.option("--concurrency", type=COUNT, help="Most calls at once."),
    click.option("--expires", type=DAY, help="The first day (UTC) on which it does not work any more.  [never]"),
)


@click.group(cls=OrderedGroup)
def keys() -> None:
    """Make, list, revoke and rotate the keys that applications present to the gateway."""


@keys.command(cls=OrderedCommand)
@click.argument("name")
@key_options
@CONFIG
def add(name: str, asked: NewKey, config: Path | None) -> None:
    """Make a key called NAME and print it: it is shown this once, and only its hash is kept."""
    with _store(config) as store:
        _show(store.add(_key(name, asked), _now_us()))


@keys.command("list", cls=OrderedCommand)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How they are printed.",
)
@CONFIG
def list_keys(form: str, config: Path | None) -> None:
    """List all keys, what each may do, and whether it works; never the keys themselves."""
    from finops_report.commands.key_table import as_json, as_table

    with _store(config) as store:
        found, secrets = store.list(), store.secrets()
    if form == "json":
        click.echo(json.dumps(as_json(found, secrets, _now_us()), indent=2, ensure_ascii=False))
    else:
        click.echo(as_table(found, _now_us()), nl=False)


@keys.command(cls=OrderedCommand)
@click.argument("name_or_id")
@CONFIG
def revoke(name_or_id: str, config: Path | None) -> None:
    """Let a key work no more, from a second later on and for ever; calls under way end as they are."""
    with _store(config) as store:
        key = store.revoke(name_or_id, _now_us())
    click.echo(f"revoked {key.id} ({_plain(key.name)})")


@keys.command(cls=OrderedCommand)
@click.argument("name_or_id")
@click.option(
    "--grace",
    "grace_s",
    type=Seconds(0, 366 * 86400.0),
    default=86400.0,
    show_default=True,
    help="Seconds for which the old one works beside the new one.",
)
@CONFIG
def rotate(name_or_id: str, grace_s: float, config: Path | None) -> None:
    """Give a key a new secret and print it; limits, budgets and what is spent of them stay."""
    with _store(config) as store:
        _show(store.rotate(name_or_id, grace_s, _now_us()))


@contextmanager
def _store(config: Path | None) -> Iterator[KeyStore]:
    from finops_router.gateway.keys import KeyStore
    from finops_router.gateway.state.opening import open_state
    from finops_router.settings.reader import read

    from finops_report.commands.settings import settings_file

    where = read(settings_file(config)).gateway_state
    state = open_state(where.state, where.folder)
    try:
        yield KeyStore(state, os.urandom)
    finally:
        state.close()


def _key(name: str, asked: NewKey) -> Key:
    from decimal import Decimal
    from typing import cast

    from finops_router.calendar import Period
    from finops_router.gateway.keys import Key, KeyBudget

    from finops_report.errors import ConfigError

    expires = None if asked.expires is None else asked.expires.replace(tzinfo=UTC)
    expires_us = None if expires is None else int(expires.timestamp()) * 1_000_000
    if expires_us is not None and expires_us <= _now_us():
        raise ConfigError("The key would not work any more", "give a day to come with --expires")
    if not name.strip():
        raise ConfigError("A key needs a name", "say what it is for: finops-report keys add checkout")
    if len({period for _, period in asked.budget}) < len(asked.budget):
        raise ConfigError(
            "Two budgets for one kind of period", "give each period once: --budget 5/day --budget 90/month"
        )
    return Key(
        id="",
        name=name.strip(),
        team=asked.team,
        project=asked.project,
        environment=asked.environment,
        groups=frozenset(asked.group) or None,
        budgets=tuple(KeyBudget(Decimal(amount), cast("Period", period)) for amount, period in asked.budget),
        requests_per_minute=asked.requests_per_minute,
        tokens_per_minute=asked.tokens_per_minute,
        concurrency=asked.concurrency,
        expires_us=expires_us,
    )


def _show(made: Made) -> None:
    """Print the secret alone on standard output, so that a script can take it; all else goes beside it."""
    click.echo(made.secret)
    click.echo(f"{made.key.id} ({_plain(made.key.name)}): keep it now, it is not shown again", err=True)


def _plain(name: str) -> str:
    from finops_report.wording.plain import printable

    return printable(name)


def _now_us() -> int:
    return time.time_ns() // 1000
