"""`finops-report serve`: the gateway, which any application finds by its base_url."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import CONFIG, DB, Source
from finops_report.errors import ConfigError, FinopsError

if TYPE_CHECKING:
    from finops_router.settings.gateway import GatewayConfig
    from finops_router.settings.reader import Settings
    from finops_router.telemetry.places import Place

    from finops_report.commands.settings import CommandSettings


@click.command(cls=OrderedCommand)
@DB
@CONFIG
def serve(db: str, config: Path | None) -> None:
    """Serve the router to any application, in the wires of OpenAI, Anthropic and Gemini, until it is stopped."""
    from finops_router.settings.gateway import GatewayConfig
    from finops_router.settings.reader import read

    from finops_report.commands.opening_spend import begin_budgets
    from finops_report.commands.settings import read_settings, settings_file

    file = settings_file(config)
    if file is None:
        raise ConfigError("No settings: finops.toml", "write one, or name it with --config (docs/gateway.md)")
    _check_installed()
    settings = read(file)
    limits = settings.gateway or GatewayConfig()
    _check_keys(settings, limits)
    shown = read_settings(file)
    begin_budgets(Source(db), shown)
    _run(file, Source(db).store, settings, limits, shown)


def _run(file: Path, db: Place, settings: Settings, limits: GatewayConfig, shown: CommandSettings) -> None:
    from finops_router.gateway.supervisor import Supervisor, blocked
    from finops_router.telemetry import CollectorConfig, TelemetryCollector

    from finops_report.commands.live_plan import live_plan, take_anew
    from finops_report.live import Painter

    folder = settings.gateway_state.folder
    blocked()
    with TelemetryCollector(CollectorConfig(db=db)) as collector:  # the workers' journals are loaded here
        supervisor = Supervisor(file, str(db), limits, _say)
        if not isinstance(db, Path):
            _say(f"note: there is no live page of {db}: it is drawn of DuckDB files alone")
            supervisor.run(folder / "metrics")
            return
        with Painter(live_plan(shown), db, folder / "live", lambda: collector.flush(0.0), _say) as painter:
            supervisor.run(folder / "metrics", lambda: take_anew(painter, file))


def _say(line: str) -> None:
    click.echo(line, err=True)


def _check_installed() -> None:
    """Raise FinopsError if what the workers need is not there."""
    from importlib.util import find_spec

    if missing := [name for name in ("uvicorn", "httptools", "uvloop") if find_spec(name) is None]:
        raise FinopsError(f"Not installed: {', '.join(missing)}", "pip install 'finops-report[gateway]'")


def _check_keys(settings: Settings, limits: GatewayConfig) -> None:
    """Raise ConfigError if others than this machine could come in, and there is no key."""
    if limits.is_loopback:
        return
    import os

    from finops_router.gateway.keys import KeyStore
    from finops_router.gateway.state.opening import open_state

    if limits.tls_certificate is None and not limits.trusted_proxies:
        raise ConfigError(
            f"Keys would travel in the clear to {limits.host}",
            "give tls_certificate and tls_key in [gateway], or the trusted_proxies that end TLS in front of it",
        )
    where = settings.gateway_state
    state = open_state(where.state, where.folder)
    try:
        has_keys = any(key.revoked_us is None for key in KeyStore(state, os.urandom).list())
    finally:
        state.close()
    if not has_keys:
        raise ConfigError(
            f"Anybody who reaches {limits.host} could spend your money: there is no key",
            "make one with: finops-report keys add NAME, or let host be 127.0.0.1",
        )
