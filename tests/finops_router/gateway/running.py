"""A gateway on loopback within the test's process, its records at hand."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from finops_router.gateway.app import App, routes_of
from finops_router.gateway.live import LivePage
from finops_router.gateway.metrics import Metrics
from finops_router.gateway.server import listening, server_of
from finops_router.gateway.worker import gateway_of
from finops_router.settings.gateway import GatewayConfig
from finops_router.settings.reader import read_whole

from tests.finops_router.router_fixture import RecordingRecorder


@dataclass(frozen=True)
class Running:
    """A gateway that serves at `root`; what it has recorded."""

    root: str
    records: RecordingRecorder

    @property
    def v1(self) -> str:
        return f"{self.root}/v1"


@contextmanager
def running(
    settings: str,
    limits: GatewayConfig | None = None,
    state: Path | None = None,
    can_record: Callable[[], bool] = lambda: True,
) -> Iterator[Running]:
    """Serve by the [router] part of `settings` within `limits`, on a port of its own; `state` has its keys."""
    config = limits or GatewayConfig()
    records, ready, ended = RecordingRecorder(), threading.Event(), list[BaseException]()
    found: dict[str, object] = {}

    async def serve() -> None:
        file, read = Path("finops.toml"), read_whole(settings, "finops.toml")
        with tempfile.TemporaryDirectory() as folder:
            where = replace(read.gateway_state, folder=Path(state or folder))
            given = replace(read, gateway=config, gateway_state=where)
            async with gateway_of(given, file, records, Metrics(), can_record) as gateway:
                live = LivePage(where.folder / "live", gateway.entrance, time.time)
                app = App(routes_of(gateway) | live.routes(), gateway)
                server, port = server_of(app, config), listening(replace(config, port=0))
                found.update(server=server, port=port.getsockname()[1])
                found["end"] = partial(asyncio.get_running_loop().call_soon_threadsafe, live.end)
                ready.set()
                await server.serve(sockets=[port])

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as err:
            ended.append(err)
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(20)
    if ended:
        raise ended[0]
    try:
        yield Running(f"http://127.0.0.1:{found['port']}", records)
    finally:
        found["server"].should_exit = True  # type: ignore[attr-defined] # a Server
        found["end"]()  # type: ignore[operator] # as worker.py does on SIGTERM
        thread.join(20)
    assert not ended, ended


def group(*targets: tuple[str, str], name: str = "chat", more: str = "") -> str:
    """Settings of a group whose targets, as provider and model, are asked in their order."""
    text = f'[router.groups.{name}]\nstrategy = "fixed"\nretry_after_wait_s = 0\n'
    return text + "".join(
        f'[[router.groups.{name}.targets]]\nprovider = "{provider}"\nmodel = "{model}"\n{more}'
        for provider, model in targets
    )


def provider(name: str, wire: str, url: str) -> str:
    """Settings of a provider at `url` that wants no key."""
    return f'[router.providers."{name}"]\nwire = "{wire}"\nbase_url = "{url}"\napi_key_env = "UPSTREAM_KEY"\n'
