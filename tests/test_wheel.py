"""A built wheel, installed in an empty environment outside the checkout, does the main job."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import call, write_table
from tests.extended import EXTENDED
from tests.neighbours import NEIGHBOURS, beside

ROOT = Path(__file__).parent.parent


def succeed(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment = inherited | dict(environment or {})
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(place: Path, path: str | None = None) -> Path:
    """Build the wheel into `place`, with the commands on `path` alone."""
    environment = {} if path is None else {"PATH": path}
    succeed(sys.executable, "-m", "build", "--wheel", "--outdir", place, ROOT, cwd=place, environment=environment)
    (wheel,) = place.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is released."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the wheel and what it depends on."""
    place = tmp_path_factory.mktemp("installed")
    succeed(sys.executable, "-m", "venv", place / "env", cwd=place)
    succeed(
        place / "env/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", wheel, cwd=place
    )
    return place / "env/bin"


@pytest.mark.parametrize("command", [("check-wheel-contents",), ("twine", "check", "--strict")], ids=lambda one: one[0])
def test_the_wheel_is_one_that_a_package_index_takes(wheel: Path, command: tuple[str, ...]) -> None:
    succeed(Path(sys.executable).parent / command[0], *command[1:], wheel, cwd=ROOT)


def test_the_main_job_works_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    db = write_table(tmp_path / "telemetry.duckdb", [call()], table="calls")
    succeed(installed / "finops-report", "build", "--db", db, cwd=tmp_path)
    figures = json.loads((tmp_path / "output/report.json").read_text(encoding="utf-8"))
    assert figures["totals"]["requests"] == 1
    page = (tmp_path / "output/report.html").read_text(encoding="utf-8")
    assert re.search(r"charts by plotly\.js \d+\.\d+\.\d+ \(MIT\)", page)
    assert len(page) > 100_000


@EXTENDED
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm brings the small bundle: without it the page is larger")
def test_a_wheel_built_with_npm_makes_small_pages(installed: Path, tmp_path: Path) -> None:
    said = succeed(installed / "finops-report", "demo", "--days", "30", "--seed", "7", cwd=tmp_path)
    assert "report: output/report.html" in said
    assert (tmp_path / "output/report.html").stat().st_size <= 800_000


@EXTENDED
def test_a_wheel_built_without_npm_carries_the_whole_library(tmp_path: Path) -> None:
    nothing = tmp_path / "bin"
    nothing.mkdir()
    with zipfile.ZipFile(built(tmp_path, path=str(nothing))) as wheel:
        packed = wheel.read("finops_report/plotly.min.js.gz")
    whole = gzip.decompress(packed)
    assert len(whole) > 4_000_000
    assert b"Licensed under the MIT license" in whole[:300]


@EXTENDED
def test_the_demo_works_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    said = succeed(installed / "finops-report", "demo", "--seed", "1", cwd=tmp_path)
    assert "report: output/report.html" in said
    assert (tmp_path / "telemetry.duckdb").exists()


def test_help_loads_no_heavy_library(installed: Path, tmp_path: Path) -> None:
    heavy = "{'duckdb', 'plotly', 'pandas', 'jinja2', 'finops_router'}"
    code = f"import sys; from finops_report.cli import main; print(sorted({heavy} & sys.modules.keys()))"
    assert succeed(installed / "python", "-c", code, cwd=tmp_path).strip() == "[]"


@EXTENDED
def test_files_of_an_application_named_as_ours_change_nothing(installed: Path, tmp_path: Path) -> None:
    expected = beside(installed / "python", tmp_path / "alone", {})
    assert beside(installed / "python", tmp_path / "surrounded", NEIGHBOURS) == expected


def test_the_wheel_installs_no_name_but_ours(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        tops = {name.partition("/")[0] for name in content.namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"finops_report", "finops_router"}


@EXTENDED
def test_a_wheel_made_from_the_source_distribution_holds_the_same(wheel: Path, tmp_path: Path) -> None:
    succeed(sys.executable, "-m", "build", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (other,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as direct, zipfile.ZipFile(other) as indirect:
        assert sorted(indirect.namelist()) == sorted(direct.namelist())
        sql = [name for name in direct.namelist() if name.endswith(".sql")]
        assert {name: indirect.read(name) for name in sql} == {name: direct.read(name) for name in sql}
        assert {name.split("/")[0] for name in sql} == {"finops_report", "finops_router"}
