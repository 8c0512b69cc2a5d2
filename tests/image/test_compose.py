"""The gateway of examples/compose.yaml runs as it says, by podman-compose: the file is not changed for it."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.image.podman import COMPOSE, Podman

ROOT = Path(__file__).parents[2]
SOON_S = 60.0
CONFIG = ("--config", "/etc/finops/finops.toml")
TARGET = """
[router.providers.wall]
wire = "openai"
base_url = "http://127.0.0.1:8011"
api_key_env = "OPENAI_API_KEY"
"""
GROUP = """
[router.groups.{0}]
[[router.groups.{0}.targets]]
provider = "wall"
model = "{0}"
[[router.prices]]
provider = "wall"
model = "{0}"
input_usd_per_mtok = 1
output_usd_per_mtok = 2
"""


class Site:
    """The folder of compose.yaml with what it wants beside it."""

    def __init__(self, built: Podman, place: Path) -> None:
        self.built, self.place = built, place
        shutil.copy(ROOT / "examples/compose.yaml", place)
        self.said = (place / "compose.yaml").read_text(encoding="utf-8")
        (place / "settings").mkdir()
        shutil.copy(Path(__file__).with_name("provider.py"), place / "settings")
        self.authority = trustme.CA()
        certificate = self.authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(str(place / "gateway.key"))
        certificate.cert_chain_pems[0].write_to_path(str(place / "gateway.pem"))
        (place / "gateway.key").chmod(0o600)
        self.write_settings("ok", "slow")

    def write_settings(self, *groups: str) -> None:
        """Put other settings in the place of those before, as an editor does: by another file of that name."""
        gateway = "\n".join(re.findall(r"^#   (\[gateway\]|\w+ = .+)$", self.said, re.MULTILINE))
        new = self.place / "settings/new"
        new.write_text(gateway + TARGET + "".join(GROUP.format(name) for name in groups), encoding="utf-8")
        new.replace(self.place / "settings/finops.toml")

    def compose(self, *command: str, fails: bool = False) -> str:
        return self.built.run(COMPOSE, "--project-name", "finops-image", *command, cwd=self.place, fails=fails)

    def finops(self, *command: str) -> str:
        return self.compose("run", "--rm", "gateway", *command, *CONFIG)

    def podman(self, *command: str) -> str:
        return self.built.run("podman", *command)

    def logs(self) -> str:
        return self.podman("logs", "finops-image_gateway_1")

    def ask(self, path: str, key: str, body: dict[str, Any] | None = None) -> Any:
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        request = urllib.request.Request(f"https://localhost:4000{path}", headers={"authorization": f"Bearer {key}"})
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=20, context=context) as answer:
            return json.load(answer)

    def chat(self, model: str, key: str) -> Any:
        return self.ask("/v1/chat/completions", key, {"model": model, "messages": [{"role": "user", "content": "Hi"}]})


def until(holds: Callable[[], bool]) -> None:
    until_s = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < until_s
        threading.Event().wait(0.25)


@pytest.fixture
def site(built: Podman, tmp_path: Path) -> Iterator[Site]:
    found = Site(built, tmp_path)
    yield found
    found.compose("down", "--volumes", "--timeout", "5")


def test_a_key_file_that_the_user_of_the_image_cannot_read_is_an_error_that_says_so(site: Site) -> None:
    site.finops("keys", "add", "search team", "--team", "search")
    site.compose("up", "--detach", "--no-build")
    until(lambda: "error: TLS cannot be used" in site.logs())
    assert "serving on" not in site.logs()


def test_the_gateway_of_the_compose_file_serves_reads_anew_drains_and_reports(site: Site) -> None:
    shutil.chown(site.place / "gateway.key", 10001)
    (key,) = re.findall(r"finops_key_[\w-]+", site.finops("keys", "add", "search team", "--team", "search"))
    site.compose("up", "--detach", "--no-build")
    until(lambda: "serving on" in site.logs())
    site.podman("healthcheck", "run", "finops-image_gateway_1")
    status = site.compose("exec", "-T", "gateway", "cat", "/proc/self/status")
    assert re.search(r"^Uid:\s+10001\s", status, re.MULTILINE)
    assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
    site.compose("exec", "-T", "gateway", "touch", "/usr/local/here", fails=True)
    site.podman("exec", "--detach", "finops-image_gateway_1", "python", "/etc/finops/provider.py")
    until(lambda: _answers(site, key))
    with pytest.raises(urllib.error.HTTPError, match="401"):
        site.chat("ok", "finops_key_wrong")

    site.write_settings("ok", "slow", "other")
    site.compose("kill", "--signal", "HUP", "gateway")
    until(lambda: any(one["id"] == "other" for one in site.ask("/v1/models", key)["data"]))

    answers: list[Any] = []
    asked = threading.Thread(target=lambda: answers.append(site.chat("slow", key)))
    asked.start()
    threading.Event().wait(1)
    site.compose("stop")
    asked.join()
    assert answers[0]["choices"][0]["message"]["content"] == "hello"
    assert site.podman("inspect", "--format", "{{.State.ExitCode}}", "finops-image_gateway_1").split()[-1] == "0"
    report = ("build", "--db", "telemetry.duckdb", "--month", "this", "--out", "report.html")
    assert re.search(r"spend: .* for \d+ requests", site.finops(*report))
    site.podman("cp", "finops-image_gateway_1:/work/report.html", str(site.place))
    assert "search" in (site.place / "report.html").read_text(encoding="utf-8")


def _answers(site: Site, key: str) -> bool:
    try:
        return site.chat("ok", key)["model"] == "ok"  # type: ignore[no-any-return] # of JSON
    except urllib.error.HTTPError:  # the provider has not begun
        return False
