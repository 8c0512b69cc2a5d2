"""One process of the gateway: a router, its journal and a server; it is told by signals when to stop or read anew."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import time
from pathlib import Path

import uvloop

from finops_router.errors import ConfigError
from finops_router.gateway.app import App, routes_of
from finops_router.gateway.gateway import Backend, Gateway
from finops_router.gateway.groups import Groups, with_direct_names
from finops_router.gateway.server import Server, listening, server_of
from finops_router.providers.known import connect
from finops_router.records import Recorder
from finops_router.router import Router
from finops_router.settings.gateway import GatewayConfig
from finops_router.settings.reader import Settings, read
from finops_router.settings.router import RouterConfig
from finops_router.telemetry import CollectorConfig, TelemetryCollector

GC_OBJECTS = 10_000  # made before a collection: some twenty requests
READY = "ready"  # what a worker prints once it listens


def router_config(settings: Settings, file: Path) -> RouterConfig:
    """Return the routing of `settings`, which are those of `file`. Raises ConfigError if there is none."""
    if settings.router is None or not settings.router.groups:
        raise ConfigError(f"No model groups in {file}", "name at least one, as [router.groups.chat], with its targets")
    return settings.router


def backend_of(config: RouterConfig, record: Recorder) -> Backend:
    """Return a router over `config` with its providers connected. Raises ConfigError for a missing key or library."""
    config = with_direct_names(config)
    names = {target.provider for group in config.groups.values() for target in group.targets}
    given, connect_s = config.providers, config.connect_timeout_s
    providers = {name: connect(name, given.get(name), connect_s) for name in sorted(names)}
    return Backend(config, providers, Router(config, providers, record), Groups(config, providers))


async def _serve(file: Path, db: Path) -> None:
    settings = read(file)
    config = settings.gateway or GatewayConfig()
    with TelemetryCollector(CollectorConfig(db=db, load=False)) as collector:
        gateway = Gateway(backend_of(router_config(settings, file), collector), config.max_body_bytes, time.time)
        server = server_of(App(routes_of(gateway)), config)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, _stop, server)
        _spare_the_collector()
        print(READY, flush=True)  # noqa: T201 -- the parent waits for it
        await server.serve(sockets=[listening(config)])
        await gateway.backend.router.close()


def _spare_the_collector() -> None:
    """Leave what stays for ever (modules, prices) out of each garbage collection, and collect a little less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_OBJECTS, 20, 50)


def _stop(server: Server) -> None:
    server.should_exit = True


def main(file: str, db: str) -> None:
    """Run a worker over the settings in `file`, its journal beside `db`, until it is told to stop."""
    uvloop.run(_serve(Path(file), Path(db)))


if __name__ == "__main__":
    main(*sys.argv[1:])
