"""A worker that dies changes no sum; without any there are none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.engines.server.engine import DatabaseServer
from tests.conftest import Run
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.hostile import hostile
from tests.spark.filling import SPARK, copied
from tests.spark.servers import cluster

KILLED_AFTER = 4  # cubes

pytestmark = SPARK


def test_sums_are_those_of_a_file_when_a_worker_dies_and_without_any_there_are_none(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 5)
    with cluster(workers=2) as spark:
        place = copied(path, spark)
        wanted = cubes_of(asked(path, "Europe/Berlin"))
        summed, sum_cube = [0], DatabaseServer.sum_cube

        def killing(self: DatabaseServer[str], con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> None:
            summed[0] += 1
            if summed[0] == KILLED_AFTER:
                spark.kill(0)
            sum_cube(self, con, cube, bounds)

        monkeypatch.setattr(DatabaseServer, "sum_cube", killing)
        found = cubes_of(asked(place, "Europe/Berlin"))
        assert summed[0] > KILLED_AFTER
        for name, rows in wanted.items():
            assert found[name] == rows, name
        spark.kill(1)
        result = run("build", "--db", place.written, "--month", "2026-10", "--time-limit", "30")
    assert result.exit_code == 1
    error, hint = result.stderr.strip().splitlines()[-2:]
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    assert not Path("output").exists() or not list(Path("output").iterdir())
