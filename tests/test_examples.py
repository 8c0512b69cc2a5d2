"""Every example calls commands and options that exist."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from finops_router.gateway.app import TOLD_TO_THE_END
from finops_router.settings.gateway import GatewayConfig, gateway_settings
from finops_router.settings.toml import whole as whole_table

from finops_report.cli import main

ROOT = Path(__file__).parents[1]
EXAMPLES = [*sorted((ROOT / "examples").iterdir()), ROOT / "docs/publishing.md"]
CALL = re.compile(
    r"finops-report ((?:build|publish|mail|encrypt|serve)(?: [^&\n`]*?)?)(?=\s*(?:&&|`|\"|$))", re.MULTILINE
)


def calls(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(found) for found in CALL.findall(text)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    for name, *words in calls(path):
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, (name, words)


def test_each_scheduler_builds_and_mails() -> None:
    for name in ("crontab", "finops-report.service", "gitlab-ci.yml", "airflow_dag.py"):
        assert {"build", "mail"} <= {call[0] for call in calls(ROOT / "examples" / name)}, name


def test_the_dag_is_python_and_the_pipeline_is_yaml() -> None:
    ast.parse((ROOT / "examples/airflow_dag.py").read_text(encoding="utf-8"))
    assert yaml.safe_load((ROOT / "examples/gitlab-ci.yml").read_text(encoding="utf-8"))["pages"]["script"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_timer() -> None:
    (line,) = re.findall(r"OnCalendar=(.+)", (ROOT / "examples/finops-report.timer").read_text(encoding="utf-8"))
    subprocess.run(["systemd-analyze", "calendar", line], check=True, capture_output=True)


def test_the_gateway_has_time_to_finish_what_is_under_way() -> None:
    unit = (ROOT / "examples/finops-gateway.service").read_text(encoding="utf-8")
    (stop_s,) = re.findall(r"TimeoutStopSec=(\d+)", unit)
    gateway = yaml.safe_load((ROOT / "examples/compose.yaml").read_text(encoding="utf-8"))["services"]["gateway"]
    assert min(int(stop_s), int(gateway["stop_grace_period"].removesuffix("s"))) > GatewayConfig().drain_s
    assert "KillMode=mixed" in unit  # the first process tells its workers itself
    assert "ExecReload=/bin/kill -HUP $MAINPID" in unit


def test_the_container_of_the_gateway_calls_what_exists() -> None:
    whole = yaml.safe_load((ROOT / "examples/compose.yaml").read_text(encoding="utf-8"))
    name, *words = whole["services"]["gateway"]["command"]
    known = {option for parameter in main.commands[name].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    assert set(whole["services"]["gateway"]["secrets"]) == set(whole["secrets"])
    settings = re.findall(r"^#   (\[gateway\]|\w+ = .+)$", (ROOT / "examples/compose.yaml").read_text(), re.MULTILINE)
    said = gateway_settings(whole_table("\n".join(settings), "compose.yaml").inner("gateway"))
    assert (said.host, str(said.tls_key)) == ("0.0.0.0", "/run/secrets/gateway.key")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_service_of_the_gateway(tmp_path: Path) -> None:
    unit = (ROOT / "examples/finops-gateway.service").read_text(encoding="utf-8")
    there = unit.replace("/opt/finops-report/bin/finops-report", f"{Path(sys.executable).parent}/finops-report")
    place = tmp_path / "finops-gateway.service"
    place.write_text(there, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", place], check=False, capture_output=True, text=True)
    assert "finops-gateway" not in done.stderr, done.stderr


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert lines.index("USER finops") < lines.index('ENTRYPOINT ["finops-report"]')


def test_the_image_has_what_the_gateway_may_be_told_to_use() -> None:
    """`make image` builds and runs it; this is what can be seen without."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    ((extras),) = re.findall(r"'/src\[(.*?)\]'", text)
    assert {"gateway", "guardrails", "postgresql"} <= set(extras.split(",")) <= set(project["optional-dependencies"])
    assert json.loads(re.findall(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)[0])[0] in project["scripts"]


def test_nothing_but_what_the_wheel_is_made_of_gets_into_the_image() -> None:
    """A key or telemetry beside the sources would be in a layer for ever."""
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = whole["tool"]["hatch"]["build"]["targets"]["wheel"]
    sources = {Path(one).parts[0] for one in (*wheel["packages"], *wheel["force-include"])}
    wanted = sources | {
        "pyproject.toml",
        "hatch_build.py",
        whole["project"]["readme"],
        *whole["project"]["license-files"],
    }
    lines = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == wanted


def test_the_container_is_asked_for_what_a_worker_answers() -> None:
    gateway = yaml.safe_load((ROOT / "examples/compose.yaml").read_text(encoding="utf-8"))["services"]["gateway"]
    *command, code = gateway["healthcheck"]["test"]
    assert command == ["CMD", "python", "-c"]
    ast.parse(code)
    (port, path) = re.findall(r"https://127[.]0[.]0[.]1:(\d+)(/\w+)", code)[0]
    assert int(port) == GatewayConfig().port
    assert path in TOLD_TO_THE_END  # also while it drains
