"""Every example calls commands and options that exist."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
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
