"""Our Router with its defaults, telemetry into a real journal; streams are live."""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path

from finops_router.router import Router
from finops_router.telemetry import TelemetryCollector

from benchmarks.callers.calling import Told, serve
from finops_report import __version__
from tests.finops_router.scenarios.conduct import finops_toml, replied
from tests.finops_router.scenarios.kinds import LIVE, PLAIN


class Ours:
    def __init__(self, url: str, models: list[str]) -> None:
        os.environ["WALL_KEY"] = "none"
        self._place = tempfile.TemporaryDirectory()
        toml = Path(self._place.name) / "finops.toml"
        toml.write_text(finops_toml(url, tuple(models), settings="", limits=""))
        self._telemetry = TelemetryCollector(Path(self._place.name) / "telemetry.duckdb")
        self._router, self._number = Router.from_toml(toml, self._telemetry), 0

    async def call(self, streamed: bool) -> Told:
        self._number += 1
        reply = await replied(self._router, self._number, LIVE if streamed else PLAIN)
        return Told(reply.text, reply.usage.input_tokens, reply.usage.output_tokens)

    async def close(self) -> None:
        await self._router.close()
        self._telemetry.close()
        self._place.cleanup()


if __name__ == "__main__":
    serve(f"finops_router {__version__}, Python {platform.python_version()}", Ours)
