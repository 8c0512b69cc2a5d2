"""The Action's steps run here as GitHub would run them; its workflows pass the linters."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import call, write_table

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


@dataclass
class Job:
    """A runner of composite steps: the inputs, the outputs and path of finished steps, and their log."""

    place: Path
    inputs: dict[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    log: str = ""
    kept: tuple[str, ...] = ()  # FINOPS_ variables of this process that steps get, too

    def run(self, *, without: frozenset[str] = frozenset()) -> int:
        """Run the steps in order until one fails; return its exit code, 0 when none does."""
        for step in ACTION["runs"]["steps"]:
            if step["name"] in without:
                continue
            files = {name: self.place / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
            files["GITHUB_OUTPUT"].write_text("")
            environment = self._environment(step.get("env", {}), files)
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.place, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            self.log += done.stdout + done.stderr
            if done.returncode:
                return done.returncode
            lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
            self.outputs[step.get("id", step["name"])] = dict(line.split("=", 1) for line in lines)
            self.path = files["GITHUB_PATH"].read_text().split() if files["GITHUB_PATH"].exists() else []
        return 0

    def output(self, name: str) -> str:
        """Return an output of the action."""
        return self._filled(str(ACTION["outputs"][name]["value"]))

    def _environment(self, step: Mapping[str, str], files: Mapping[str, Path]) -> dict[str, str]:
        usual = {
            key: value
            for key, value in os.environ.items()
            if key in self.kept or not key.startswith(("FINOPS_", "PYTHON"))
        }
        search = [*self.path, *([] if self.path else [str(BIN)]), usual["PATH"]]
        own = {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(self.place / "temp"), "PATH": ":".join(search)}
        return usual | own | {k: str(v) for k, v in files.items()} | {k: self._filled(v) for k, v in step.items()}

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: self._value(found[1].split(".")), text)

    def _value(self, path: list[str]) -> str:
        if path[0] == "inputs":
            return self.inputs.get(path[1], str(ACTION["inputs"][path[1]]["default"]))
        assert (path[0], path[2]) == ("steps", "outputs")
        return self.outputs.get(path[1], {}).get(path[3], "")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "temp").mkdir()
    db = write_table(tmp_path / "telemetry.duckdb", [call()])
    return Job(tmp_path, {"db": str(db), "site": "site", "month": "2026-10"})


INSTALLED = frozenset({"Install"})


def test_the_whole_action_from_an_empty_environment(job: Job) -> None:
    assert job.run() == 0, job.log
    assert (job.place / "temp/finops-report/bin/finops-report").exists()
    assert (job.place / "site/index.html").exists()
    assert job.output("total-usd") == "0.00"
    assert job.output("breached") == "false"


def test_figures_reach_the_job_page_and_the_next_steps(job: Job) -> None:
    assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("total") == "$0.000210"
    assert job.output("period") == "1–31 Oct 2026 (UTC)"
    assert job.output("verdicts").count(",") == 4
    assert "How much are we spending" in (job.place / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert "::warning::Whoever can open the site can read these figures." in job.log


def test_a_quarter_is_asked_for_by_its_name(job: Job) -> None:
    job.inputs |= {"month": "", "quarter": "2026-Q4"}
    assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("period") == "1 Oct – 31 Dec 2026 (UTC)"


@pytest.mark.parametrize(
    ("address", "tool", "asked"),
    [
        ("s3://bucket/llm", "aws", "s3 sync --only-show-errors s3://bucket/llm {place}"),
        ("gs://bucket/llm", "gcloud", "storage rsync --recursive gs://bucket/llm {place}"),
        (
            "az://account/container/llm/2026",
            "az",
            "storage blob download-batch --account-name account --source container --pattern llm/2026/* "
            "--destination {place} --auth-mode login --only-show-errors --output none",
        ),
        ("artifact:123/telemetry", "gh", "run download 123 --name telemetry --dir {place}"),
    ],
)
def test_telemetry_from_elsewhere_is_fetched_by_the_tool_of_that_place(
    address: str, tool: str, asked: str, job: Job
) -> None:
    stand_in, place = job.place / "bin", job.place / "temp/telemetry"  # no cloud here: the tool notes what it is asked
    stand_in.mkdir()
    folder = place / "llm/2026" if tool == "az" else place
    script = f'#!/bin/sh\necho "$@" >>{job.place}/asked\nmkdir -p {folder}\ncp {job.inputs["db"]} {folder}/\n'
    (stand_in / tool).write_text(script)
    (stand_in / tool).chmod(0o755)
    (job.place / "GITHUB_PATH").write_text(f"{stand_in}\n{BIN}")
    job.path = [str(stand_in), str(BIN)]
    job.inputs["db"] = address
    assert job.run(without=INSTALLED) == 0, job.log
    assert (job.place / "asked").read_text().strip() == asked.format(place=place)
    assert job.output("total") == "$0.000210"


def test_a_missing_tool_is_named(job: Job) -> None:
    job.inputs["db"] = "gs://bucket/llm"
    if shutil.which("gcloud"):
        pytest.skip("gcloud is installed here")
    assert job.run(without=INSTALLED) == 1
    assert "gcloud is not installed: it is needed to fetch gs://bucket/llm" in job.log


def test_a_sealed_site_when_asked(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {**os.environ, "FINOPS_PASSPHRASE": "correct horse battery staple"})
    job.inputs["encrypt"] = "true"
    job.kept = ("FINOPS_PASSPHRASE",)
    assert job.run(without=INSTALLED) == 0, job.log
    assert "This report is sealed" in (job.place / "site/index.html").read_text(encoding="utf-8")
    assert not (job.place / "site/latest.json").exists()
    assert "::warning::" not in job.log


def test_no_site_and_no_mail_unless_asked(job: Job) -> None:
    job.inputs["site"] = ""
    assert job.run(without=INSTALLED) == 0, job.log
    assert not (job.place / "site").exists()
    assert "mail" not in job.log


def test_a_failed_build_fails_the_step_with_its_hint(job: Job) -> None:
    job.inputs["db"] = "nowhere.duckdb"
    assert job.run(without=INSTALLED) == 1
    assert "error: No such file" in job.log


@pytest.mark.parametrize(("asked", "code"), [("true", 3), ("false", 0)])
def test_a_breach_fails_last_and_only_when_asked(job: Job, asked: str, code: int) -> None:
    stand_in = job.place / "bin"  # breaches come from the command's exit code, whatever the reason
    stand_in.mkdir()
    real = shutil.which("finops-report", path=str(BIN))
    script = f'#!/bin/sh\n"{real}" "$@" || exit\ncase "$1" in build) exit 3;; esac\n'
    (stand_in / "finops-report").write_text(script)
    (stand_in / "finops-report").chmod(0o755)
    (job.place / "GITHUB_PATH").write_text(str(stand_in))
    job.path = [str(stand_in)]
    job.inputs["fail-on-breach"] = asked
    assert job.run(without=INSTALLED) == code, job.log
    assert job.output("breached") == "true"
    assert (job.place / "site/index.html").exists()


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    used = {name for name in EXPRESSION.findall((ROOT / "action.yml").read_text(encoding="utf-8")) if "inputs." in name}
    assert used == {f"inputs.{name}" for name in ACTION["inputs"]}


def test_scripts_never_hold_an_expression() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


WORKFLOWS = sorted(str(path) for path in (ROOT / ".github/workflows").glob("*.yml"))
SCRIPTS = [*sorted(str(path) for path in (ROOT / "action").glob("*.sh")), str(ROOT / ".ci/run")]


@pytest.mark.parametrize(
    "command",
    [
        ("zizmor", "--offline", "--no-progress", str(ROOT / ".github"), str(ROOT / "action.yml")),
        ("actionlint", *WORKFLOWS),
        ("shellcheck", *SCRIPTS),
    ],
    ids=["zizmor", "actionlint", "shellcheck"],
)
def test_linters_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
