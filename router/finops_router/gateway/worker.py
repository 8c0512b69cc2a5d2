"""One process of the gateway: a router, its journal and a server; it is told by signals when to stop or read anew."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import uvloop

from finops_router.errors import ConfigError, RouterError
from finops_router.gateway.app import App, routes_of
from finops_router.gateway.backend import backend_of
from finops_router.gateway.budgets import Ledger, budget_of
from finops_router.gateway.budgets.opening import books_of
from finops_router.gateway.entrance import Entrance, Settling
from finops_router.gateway.gateway import Gateway
from finops_router.gateway.keys import Keys, KeyStore
from finops_router.gateway.limits import Limits
from finops_router.gateway.live import LivePage
from finops_router.gateway.metrics import Counting, Metrics
from finops_router.gateway.own_names import OwnNames
from finops_router.gateway.readiness import Readiness
from finops_router.gateway.server import Server, listening, server_of
from finops_router.gateway.state.opening import open_state
from finops_router.gateway.traces import Traces
from finops_router.ingest.receiving import Receiver
from finops_router.pricing.prices import Prices
from finops_router.records import Recorder
from finops_router.settings.gateway import GatewayConfig
from finops_router.settings.reader import Settings, read
from finops_router.settings.router import RouterConfig
from finops_router.telemetry import CollectorConfig, TelemetryCollector
from finops_router.telemetry.places import Place, place_of

READY, FAILED = "ready", "failed "  # what a worker prints: that it listens, or as JSON why it does not
METRICS_FOLDER, SPANS_FOLDER, LIVE_FOLDER = "metrics", "spans", "live"
GC_OBJECTS = 10_000  # made before a collection: some twenty requests
STOPS = (signal.SIGTERM, signal.SIGINT)


def router_config(settings: Settings, file: Path) -> RouterConfig:
    """Return the routing of `settings`, which are those of `file`. Raises ConfigError if there is none."""
    if settings.router is None or not settings.router.groups:
        raise ConfigError(f"No model groups in {file}", "name at least one, as [router.groups.chat], with its targets")
    return settings.router


def now_us() -> int:
    """Return microseconds since 1970 UTC."""
    return time.time_ns() // 1000


@asynccontextmanager
async def gateway_of(
    settings: Settings, file: Path, record: Recorder, metrics: Metrics, can_record: Callable[[], bool] = lambda: True
) -> AsyncIterator[Gateway]:
    """Give the gateway that `settings` describe, which are those of `file`; it records into `record` if it can."""
    config, where = settings.gateway or GatewayConfig(), settings.gateway_state
    routing, host = router_config(settings, file), socket.gethostname()
    key_state, budget_state = open_state(where.state, where.folder), open_state(where.state, where.folder)
    books = books_of(settings.budgets, settings.report)
    name = f"{host}-{os.getpid()}-{secrets.token_hex(4)}"
    ledger = Ledger(budget_state, where.folder, name, host, books, now_us)
    limits, keys = Limits(where.folder), Keys(KeyStore(key_state, os.urandom))
    try:
        await ledger.start()
        entrance = Entrance(
            keys, limits, ledger, Prices(routing.prices, contract=routing.contract), now_us, not config.is_loopback,
            OwnNames(config),
        )  # fmt: skip
        counting = Counting(Settling(record, entrance), metrics)
        backend = backend_of(routing, counting, entrance)
        readiness = Readiness(can_record, keys.can_be_read, ledger.answers)
        gateway = Gateway(backend, entrance, counting, metrics, readiness, config.max_body_bytes, time.time)
        yield gateway
        await gateway.backend.router.close()
    finally:
        keys.close()
        limits.close()
        try:
            await ledger.close()
        finally:
            key_state.close()
            budget_state.close()


async def _serve(file: Path, db: Place) -> None:
    settings = read(file)
    config = settings.gateway or GatewayConfig()
    metrics = Metrics(settings.gateway_state.folder / METRICS_FOLDER)
    with TelemetryCollector(CollectorConfig(db=db, load=False)) as collector:
        async with gateway_of(settings, file, collector, metrics, collector.can_record) as gateway:
            spool = settings.gateway_state.folder / SPANS_FOLDER
            prices = Prices(router_config(settings, file).prices)
            traces = Traces(gateway, Receiver(gateway.recorder, prices, spool), time.monotonic)
            routes = routes_of(gateway, lambda: metrics.keep(collector.stats()))
            routes["/v1/traces"] = {"POST": traces.receive}
            live = LivePage(settings.gateway_state.folder / LIVE_FOLDER, gateway.entrance, time.time)
            routes |= live.routes()
            server, loop = server_of(App(routes, gateway), config), asyncio.get_running_loop()
            for sign in STOPS:
                loop.add_signal_handler(sign, _stop, gateway, server, live)
            loop.add_signal_handler(signal.SIGHUP, _read_anew, gateway, file)
            port = listening(config)
            _spare_the_collector()
            traces.settle()
            _say(READY)
            await server.serve(sockets=[port])
            traces.close()


def _spare_the_collector() -> None:
    """Leave what stays for ever (modules, prices) out of each garbage collection, and collect a little less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_OBJECTS, 20, 50)


def _stop(gateway: Gateway, server: Server, live: LivePage) -> None:
    gateway.readiness.drain()
    server.drain()
    live.end()


def _read_anew(gateway: Gateway, file: Path) -> None:
    """Take groups, targets, prices and budgets from the settings as they are now; what is wrong changes nothing."""
    try:
        settings = read(file)
        routing = router_config(settings, file)
        rate = settings.report.currency_rate
        budgets = tuple(one for config in settings.budgets if (one := budget_of(config, rate)) is not None)
        gateway.backend = backend_of(routing, gateway.recorder, gateway.entrance, gateway.backend)
        gateway.entrance.take_anew(Prices(routing.prices, contract=routing.contract), budgets)
    except RouterError as error:
        print(f"error: {error.message}\nhint: {error.hint}; the settings stay as they were", file=sys.stderr)  # noqa: T201 -- to the operator
    else:
        print(f"read anew: {file}", file=sys.stderr)  # noqa: T201


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the parent waits for it


def main(file: str, db: str) -> None:
    """Run a worker over the settings in `file`, its journal beside `db`, until it is told to stop."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())  # the parent waits for them, and lent its mask
    try:
        uvloop.run(_serve(Path(file), place_of(db)))
    except (RouterError, OSError) as error:
        told = (error.message, error.hint) if isinstance(error, RouterError) else _of_the_system(error)
        _say(FAILED + msgspec.json.encode(told).decode())
        sys.exit(1)


def _of_the_system(error: OSError) -> tuple[str, str]:
    return f"The gateway cannot begin: {error}", "check host, port and folder in [gateway]"


if __name__ == "__main__":
    main(*sys.argv[1:])
