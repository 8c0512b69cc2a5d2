"""Every example calls commands and options that exist."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from finops_report.cli import main

ROOT = Path(__file__).parents[1]
EXAMPLES = [*sorted((ROOT / "examples").iterdir()), ROOT / "docs/publishing.md"]
CALL = re.compile(r"finops-report ((?:build|publish|mail|encrypt)(?: [^&\n`]*?)?)(?=\s*(?:&&|`|\"|$))", re.MULTILINE)


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


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert lines.index("USER finops") < lines.index('ENTRYPOINT ["finops-report"]')
