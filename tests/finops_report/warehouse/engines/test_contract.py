"""What every engine does alike, whatever it reads: the report asks nothing else of one."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from finops_report.calendar.history import history
from finops_report.calendar.period import Period, PeriodAsk, choose_period
from finops_report.calendar.recorded import Extent
from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.connection import DEFAULT_LIMITS, connected
from finops_report.warehouse.cubes import Asked, Cube, create_calendar, cube_bounds, cubes, extent_bounds, extent_cube
from finops_report.warehouse.engines import Engine, engine_for
from finops_report.warehouse.waiting import Waiting
from tests.clickhouse.filling import drop as drop_clickhouse
from tests.conftest import NINE, call, write_table
from tests.extended import extended
from tests.finops_report.warehouse.places import PLACES, SERVERS, Place, Server, in_a_file, in_parquet
from tests.finops_report.warehouse.servers import drop
from tests.finops_report.warehouse.stored import STORES
from tests.finops_report.warehouse.stored import take_away as take_away_stored
from tests.object_stores.buckets import bucket_in
from tests.spark.filling import drop as drop_spark

NOW_US = 1_794_000_000_000_000
NO_WAIT = Waiting(0, lambda: 0.0, lambda _: None)
SOURCE = f"""
create table telemetry ({NINE});
insert into telemetry values
    ('2026-10-01 12:00', 'r1', 'cost-first', ' openai ', 'm', 100, 10, 0.25, 20),
    ('2026-10-01 12:30', 'r2', 'cost-first', 'openai', 'm', 100, 10, 0.5, 20),
    ('2026-10-02 00:00', 'r2', '', 'google', null, -1, 10, null, 20);
create table attempts (timestamp timestamp, request_id varchar, attempt integer, provider varchar, outcome varchar);
insert into attempts values
    ('2026-10-01 12:30', 'r2', 1, 'openai', 'timeout'), ('2026-10-01 12:31', 'r2', 2, 'google', 'ok')
"""

NOTHING = Extent(None, None, 0, 0)

pytestmark = pytest.mark.parametrize("place", [*PLACES, *SERVERS, *map(extended, STORES)])


@pytest.fixture(autouse=True)
def has_bucket(request: pytest.FixtureRequest, place: Place | Server) -> None:
    """Give a test of the object store its bucket."""
    if place in STORES:
        bucket_in(STORES[place], request)


def opened(engine: Engine, con: duckdb.DuckDBPyConnection) -> None:
    """Everything up to the cubes, for October 2026."""
    engine.create_base_views(con, engine.open(con, None))
    engine.bring_rows(con)
    create_calendar(con, october(), history(october(), NOTHING))


def october() -> Period:
    return choose_period(PeriodAsk(month="2026-10"), NOTHING, date(2026, 10, 31))


def test_what_is_recorded_is_found(place: Place | Server, tmp_path: Path) -> None:
    with (
        closing(engine_for(place(tmp_path, SOURCE), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        recorded = engine.open(con, None)
        source = engine.create_base_views(con, recorded)
    assert set(recorded.tables) == {"telemetry", "attempts"}
    assert (source.table, source.has_attempts, source.has_health) == ("telemetry", True, False)
    assert source.has("latency_ms")
    assert not source.has("team")


def test_nine_columns_are_enough(place: Place | Server, tmp_path: Path) -> None:
    with (
        closing(engine_for(place(tmp_path, SOURCE.partition("create table attempts")[0]), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        source = engine.create_base_views(con, engine.open(con, None))
        engine.bring_rows(con)
        rows = con.execute("select request_id, team from requests order by epoch_us").fetchall()
        assert con.table("attempts_clean").fetchall() == []
    assert rows == [("r1", None), ("r2", None), ("r2", None)]
    assert not source.has_attempts


def test_base_views_have_values_that_can_be_summed(place: Place | Server, tmp_path: Path) -> None:
    with (
        closing(engine_for(place(tmp_path, SOURCE), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        opened(engine, con)
        requests = con.execute(
            "select provider, strategy, model, input_tokens, bad_input_tokens from requests order by epoch_us"
        ).fetchall()
        outcomes = con.execute("select outcome, error_type from attempts_clean order by attempt").fetchall()
    assert requests == [
        ("openai", "cost-first", "m", 100, 0),
        ("openai", "cost-first", "m", 100, 0),
        ("google", "not recorded", "not recorded", None, 1),
    ]
    assert outcomes == [("timeout", "not recorded"), ("ok", "not recorded")]


def test_the_extent_is_what_the_rows_span(place: Place | Server, tmp_path: Path) -> None:
    with (
        closing(engine_for(place(tmp_path, SOURCE), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        opened(engine, con)
        engine.sum_cube(con, extent_cube(), extent_bounds(NOW_US))
        assert con.table("cubes.extent").fetchall() == [(1_790_856_000_000_000, 1_790_899_200_000_000, 3, 2)]


def test_every_cube_is_summed_and_stays_when_the_engine_has_let_go(place: Place | Server, tmp_path: Path) -> None:
    path = place(tmp_path, SOURCE)
    with closing(engine_for(path, NO_WAIT)) as engine, connected(engine.reach, DEFAULT_LIMITS) as con:
        opened(engine, con)
        for cube in cubes(Asked(attempts=True)):
            engine.sum_cube(con, cube, cube_bounds(october(), history(october(), NOTHING), NOW_US))
        engine.let_go(con)
        take_away(path)
        spend = con.execute("select provider, sum(requests), sum(cost_usd) from cubes.spend group by all order by all")
        assert [(provider, int(n), cost and float(cost)) for provider, n, cost in spend.fetchall()] == [
            ("google", 1, None),
            ("openai", 2, 0.75),
        ]
        moves = con.execute("select from_provider, to_provider, events from cubes.failovers").fetchall()
        assert moves == [("openai", "google", 1)]


def test_a_cube_of_ones_own_takes_the_parameters_it_names(place: Place | Server, tmp_path: Path) -> None:
    if place not in (in_a_file, in_parquet):
        pytest.skip("the statements of a server are those of its dialect, those of a store those of Parquet")
    text = "-- not $until_us\nselect count(*) as n from requests where epoch_us >= $from_us and '$now_us' <> ''"
    with (
        closing(engine_for(place(tmp_path, SOURCE), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        opened(engine, con)
        engine.sum_cube(con, Cube("cubes.own", text), {"from_us": 1_790_899_200_000_000})
        assert con.table("cubes.own").fetchall() == [(1,)]


def test_a_table_without_the_nine_columns_is_named_with_what_lacks(place: Place | Server, tmp_path: Path) -> None:
    with (
        closing(engine_for(place(tmp_path, "create table telemetry as select 1 as request_id"), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
        pytest.raises(DatabaseError, match=r"telemetry: timestamp, strategy, provider"),
    ):
        engine.open(con, None)


def test_a_place_without_telemetry_is_refused(place: Place | Server, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    with (
        closing(engine_for(tmp_path / "lake" if place is in_parquet else place(tmp_path, ""), NO_WAIT)) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
        pytest.raises(DatabaseError),
    ):
        engine.open(con, None)


def take_away(path: Path | DatabaseAddress) -> None:
    """Remove the source, or open it for writing: neither is possible, or harmless, while it is being read."""
    if isinstance(path, DatabaseAddress):
        stored = dict.fromkeys(STORES.values(), take_away_stored)
        {"clickhouse": drop_clickhouse, "sc": drop_spark, **stored}.get(path.scheme, drop)(path)
        return
    if path.is_dir():
        for file in path.rglob("*.parquet"):
            file.unlink()
    else:
        write_table(path, [call()], table="written_now")
