"""Sums over two shards are those of one file; without one of the shards there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.warehouse.kept import server_days
from tests.clickhouse.cluster import Shard, second_shard, spread
from tests.conftest import Run
from tests.finops_report.warehouse.engines.test_servers import asked, cubes_of
from tests.finops_report.warehouse.hostile import hostile
from tests.finops_report.warehouse.kept.test_server_days import figures


@pytest.fixture
def shard() -> Iterator[Shard]:
    with second_shard() as started:
        yield started


def test_sums_over_shards_are_those_of_a_file_and_without_one_there_are_none(
    shard: Shard, tmp_path: Path, run: Run
) -> None:
    path = hostile(tmp_path / "t.duckdb", 200, 5)
    place = spread(path, shard.server)
    here = [server_rows(shard, place.written.rpartition("/")[2])]
    assert 0 < here[0] < 200
    wanted, found = cubes_of(asked(path, "Europe/Berlin")), cubes_of(asked(place, "Europe/Berlin"))
    for name, rows in wanted.items():
        assert found[name] == rows, name
    shard.kill()
    result = run("build", "--db", place.written, "--month", "2026-10")
    assert result.exit_code == 1
    error, hint = result.stderr.strip().splitlines()[-2:]
    assert error.startswith("error: A shard of clickhouse://127.0.0.1")
    assert hint.startswith("hint: ")
    assert not Path("output").exists() or not list(Path("output").iterdir())


def server_rows(shard: Shard, database: str) -> int:
    return int(shard.server.run(f"select count() from {database}.telemetry_here"))


@pytest.mark.parametrize("few", [0, 1_000_000])
def test_what_is_kept_of_two_shards_is_what_a_full_reading_sums(
    few: int, shard: Shard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_days, "FEW_ROWS", few)  # 0: all ids are looked through
    place = spread(hostile(tmp_path / "t.duckdb", 100, 6), shard.server)
    request = replace(asked(place, "Europe/Berlin"), cache=tmp_path / "kept.duckdb")
    full = figures(replace(request, cache=None))
    assert figures(request) == full
    assert figures(request) == full
