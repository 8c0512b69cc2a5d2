"""The official OpenAI SDK with its defaults before our gateway, whose settings name providers and models alone."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import openai

from benchmarks.callers.bare_sdk import BareSdk
from benchmarks.callers.calling import serve
from benchmarks.gateway import free_port, said
from finops_report import __version__

VERSION = f"finops_router {__version__}, Python {platform.python_version()}, openai {openai.__version__}"


class Gateway(BareSdk):
    """Through a gateway of its own, a process; `headers` go with each request."""

    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, url: str, models: list[str]) -> None:
        self._place = tempfile.TemporaryDirectory()
        place, port = Path(self._place.name), free_port()
        toml = place / "finops.toml"
        toml.write_text(f'[gateway]\nport = {port}\nfolder = "{place}/state"\n' + only_names(url, models))
        command = [sys.executable, "-m", "finops_router.gateway.worker", str(toml), str(place / "telemetry.duckdb")]
        env = {**os.environ, "WALL_KEY": "none", "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        if said(self._process) != "ready":
            raise RuntimeError("The gateway did not start")
        super().__init__(f"http://127.0.0.1:{port}", ["chat"])
        self._client = self._client.with_options(default_headers=self.headers)

    async def close(self) -> None:
        await super().close()
        self._process.terminate()
        self._process.communicate()
        self._place.cleanup()


def only_names(url: str, models: list[str], group: str = "chat", provider: str = "wall") -> str:
    """Return settings that name the provider at `url` and the `models` of a group in their order, and nothing else."""
    lines = [f'[router.groups."{group}"]', 'strategy = "fixed"']
    for model in models:
        lines += [f'[[router.groups."{group}".targets]]', f'provider = "{provider}"', f'model = "{model}"']
    lines += [f'[router.providers."{provider}"]', 'wire = "openai"', f'base_url = "{url}/v1"']
    return "\n".join([*lines, 'api_key_env = "WALL_KEY"', ""])


if __name__ == "__main__":
    serve(VERSION, Gateway)
