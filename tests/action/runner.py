"""Run the Action's steps as GitHub would: in order, with their inputs, outputs and path."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
INSTALLED = frozenset({"Install"})
ALL = frozenset(step["name"] for step in ACTION["runs"]["steps"])


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
            if step["name"] in without or "uses" in step:
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
        own["PIP_NO_COMPILE"] = "1"  # half the time of an installation
        own |= {"GITHUB_SERVER_URL": f"file://{self.place}", "GITHUB_REPOSITORY": "owner/reports"}
        return usual | own | {k: str(v) for k, v in files.items()} | {k: self._filled(v) for k, v in step.items()}

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: self._value(found[1].split(".")), text)

    def _value(self, path: list[str]) -> str:
        if path[0] == "inputs":
            return self.inputs.get(path[1], self._filled(str(ACTION["inputs"][path[1]]["default"])))
        if path == ["github", "token"]:
            return ""
        assert (path[0], path[2]) == ("steps", "outputs")
        return self.outputs.get(path[1], {}).get(path[3], "")


def stand_in(job: Job, tool: str, script: str) -> None:
    """Put a script in the place of a tool that is not here, or must not be called."""
    folder = job.place / "bin"
    folder.mkdir(exist_ok=True)
    (folder / tool).write_text(f"#!/bin/sh\n{script}\n")
    (folder / tool).chmod(0o755)
    (job.place / "GITHUB_PATH").write_text(f"{folder}\n{BIN}\n")
    job.path = [str(folder), str(BIN)]
