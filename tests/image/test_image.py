"""The image does what the comment on top of the Containerfile says, as nobody in particular."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.image.podman import IMAGE, Podman

SOMEBODY = ("--user", "1234:1234")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of somebody of whom the image knows nothing."""
    tmp_path.chmod(0o755)
    mine = tmp_path / "mine"
    mine.mkdir()
    shutil.chown(mine, 1234, 1234)
    return mine


def test_it_says_what_it_can_do_and_runs_as_its_own_user(built: Podman) -> None:
    assert built.finops().startswith("Usage: finops-report")
    who = built.run("podman", "run", "--rm", "--network", "none", "--entrypoint", "id", IMAGE, "-un")
    assert who.split()[-1] == "finops"


def test_what_it_writes_belongs_to_whoever_starts_it(built: Podman, place: Path) -> None:
    bound = (*SOMEBODY, "--read-only", "--volume", f"{place}:/work")
    built.finops("demo", "--days", "2", options=bound)
    said = built.finops("build", "--db", "telemetry.duckdb", "--out", "again.html", options=bound)
    assert "report: again.html" in said
    assert {path.stat().st_uid for path in place.rglob("*")} == {1234}
    assert (place / "again.html").stat().st_size > 100_000


def test_it_has_what_the_gateway_and_its_shared_state_need(built: Podman) -> None:
    code = "import cryptography, detect_secrets, httptools, phonenumbers, psycopg, uvicorn, uvloop, yaml, zxcvbn"
    built.run("podman", "run", "--rm", "--network", "none", "--entrypoint", "python", IMAGE, "-c", code)


def test_nothing_of_the_checkout_is_left_in_it(built: Podman) -> None:
    look = "ls -d /src /install 2>/dev/null; ls -A /work /home/finops"
    said = built.run("podman", "run", "--rm", "--network", "none", "--entrypoint", "sh", IMAGE, "-c", f"{look}; true")
    assert "/src" not in said
    assert "/install" not in said
