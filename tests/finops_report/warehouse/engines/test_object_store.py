"""Reading Parquet of an object store: the same page as of a folder, little over the network, and every refusal said."""

from __future__ import annotations

import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import duckdb
import pytest
from finops_router.object_stores.opening import Timeouts

from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse.base_views import Source
from finops_report.warehouse.connection import DEFAULT_LIMITS, connected
from finops_report.warehouse.cubes import Asked, Cube, cubes, extent_cube
from finops_report.warehouse.engines.object_store import StoredParquet, times_of
from tests.conftest import Run
from tests.extended import EXTENDED, extended
from tests.finops_report.warehouse.engines.test_parquet import NINE, write
from tests.finops_report.warehouse.stored import uploaded
from tests.object_stores.az import KEY, connection_string
from tests.object_stores.buckets import ONE_STORE, STORES, Bucket, bucket_in
from tests.object_stores.s3 import SECRET

FIRST_US = 1_790_812_800_000_000  # 2026-10-01
LAST_ID = "select max(hash(request_id)) as id from requests"
WITHIN = "epoch_us >= $from_us and epoch_us < $until_us"
HOSTILE = """
create table telemetry as select
    timestamp '2026-09-30' + to_microseconds(i * 543_210_987) as timestamp, 'r' || i as request_id,
    if(i % 2 = 0, 'cost-first', 'manual') as strategy, 'prövider ' || i % 3 as provider,
    (['m', '<b>&', 'モデル', null])[1 + i % 4] as model, if(i = 7, 9007199254740993, i) as input_tokens,
    i * 3 as output_tokens, if(i % 5 = 0, null, 1 / (3.0 + i))::double as cost_estimated,
    if(i = 9, 'nan'::double, i * 1.1) as latency_ms, 'team ' || i % 2 as team
from range(400) as numbers (i)
"""


@pytest.fixture(params=STORES)
def every_bucket(request: pytest.FixtureRequest) -> Bucket:
    return bucket_in(request.param, request)


@pytest.fixture(params=ONE_STORE)
def any_bucket(request: pytest.FixtureRequest) -> Bucket:
    return bucket_in(request.param, request)


def found(
    address: DatabaseAddress, columns: str = "count(*)", table: str | None = None
) -> tuple[Source, list[tuple[object, ...]]]:
    """Return what is found at an address, and columns of its requests."""
    with closing(StoredParquet(address)) as engine, connected(engine.reach, DEFAULT_LIMITS) as con:
        source = engine.create_base_views(con, engine.open(con, table))
        rows = con.execute(f"select {columns} from requests order by all").fetchall()
        engine.let_go(con)
        return source, rows


def by_day(folder: Path) -> Path:
    """Return a folder of hostile telemetry in a hive of days."""
    folder.mkdir()
    with duckdb.connect() as con:
        con.execute(HOSTILE)
        con.execute(
            "copy (select *, timestamp::date as date from telemetry) to $place (format parquet, partition_by (date))",
            {"place": str(folder / "telemetry")},
        )
    return folder


def test_page_and_figures_are_those_of_the_same_files_in_a_folder(
    run: Run, tmp_path: Path, every_bucket: Bucket
) -> None:
    lake = by_day(tmp_path / "lake")
    address = uploaded(lake, "lake").written
    asked = ("--month", "2026-10", "--timezone", "Asia/Kathmandu")
    for db, page in ((str(lake), "here.html"), (address, "there.html")):
        result = run("build", "--db", db, *asked, "--out", str(tmp_path / page))
        assert result.exit_code == 0, result.output
    for suffix in (".html", ".json"):
        here, there = ((tmp_path / name).with_suffix(suffix).read_bytes() for name in ("here.html", "there.html"))
        assert here == there
        assert SECRET.encode() not in there
        assert KEY.encode() not in there
        assert b"127.0.0.1" not in there


@pytest.mark.parametrize("name", [extended("calls.parquet"), "ä*[b]?%20c+&=.parquet"])
def test_one_object_is_a_table_whatever_its_name(tmp_path: Path, any_bucket: Bucket, name: str) -> None:
    write(tmp_path / "one" / name)
    write(tmp_path / "one" / "aXb.parquet")
    folder = uploaded(tmp_path / "one", "x")
    source, rows = found(DatabaseAddress(f"{folder.written}/{name}"))
    assert (source.name, rows) == (name, [(1,)])
    assert found(folder)[1] == [(2,)]


def test_parts_of_the_name_are_columns_and_the_rest_is_named(tmp_path: Path, any_bucket: Bucket) -> None:
    write(tmp_path / "lake" / "telemetry" / "team=a%20b" / "x.parquet")
    write(tmp_path / "lake" / "telemetry" / "_temporary" / "x.parquet")
    (tmp_path / "lake" / "notes.txt").write_text("no Parquet")
    source, rows = found(uploaded(tmp_path / "lake", "lake"), "team")
    assert rows == [("a b",)]
    assert {one.what for one in source.left_out} == {"1 file", "1 file or folder"}


def test_only_needed_columns_and_row_groups_come_and_each_range_once(tmp_path: Path, bucket: str) -> None:
    (tmp_path / "lake").mkdir()
    columns = NINE.replace("'r' as request_id", "hash(i)::varchar as request_id").replace(
        "timestamp '2026-10-01 12:00'", "timestamp '2026-10-01' + to_seconds(i)"
    )
    with duckdb.connect() as con:
        con.sql(f"select {columns} from range(200_000) as numbers (i)").write_parquet(
            str(tmp_path / "lake" / "big.parquet"), row_group_size=20_000
        )
    size = (tmp_path / "lake" / "big.parquet").stat().st_size
    with (
        closing(StoredParquet(uploaded(tmp_path / "lake", "lake"))) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        engine.create_base_views(con, engine.open(con, None))
        before = engine.read_bytes
        bounds = {"from_us": FIRST_US, "until_us": FIRST_US + 7_200_000_000}
        engine.sum_cube(con, Cube("cubes.of_a_time", f"{LAST_ID} where {WITHIN}"), bounds)
        of_a_time = engine.read_bytes - before
        assert 0 < of_a_time < size / 5
        engine.sum_cube(con, Cube("cubes.again", f"{LAST_ID} where {WITHIN}"), bounds)
        assert engine.read_bytes - before == of_a_time
        engine.sum_cube(con, Cube("cubes.of_all", LAST_ID), bounds)
        assert engine.read_bytes - before > size / 2
        ids = con.execute("from cubes.of_a_time union all from cubes.again union all from cubes.of_all").fetchall()
        assert len(set(ids)) == 2


def test_cubes_that_count_rows_of_a_time_are_told_by_their_statements() -> None:
    asked = Asked(attempts=True, budgets_need_rows=True, tags=True, policies=True, guardrails=True)
    unbounded = {cube.table for cube in (extent_cube(), *cubes(asked)) if times_of(cube.text) is None}
    assert unbounded == {
        "cubes.extent",
        "cubes.troubled_requests",  # these three read what `troubled_attempts` has left
        "cubes.fallbacks",
        "cubes.failovers",
        "cubes.unusable_values",  # of all times: rows without one are among them
        "cubes.collector_losses",
        "cubes.unread_in_journal",
        "cubes.units",
    }
    history = {cube.table for cube in cubes(asked) if times_of(cube.text) == "history_"}
    assert history == {"cubes.history", "cubes.rhythm", "cubes.budget_matches"}
    assert times_of(f"{LAST_ID} where {WITHIN} and request_id in (select request_id from requests)") is None
    assert times_of(f"{LAST_ID} where {WITHIN} -- from requests") == ""


def test_only_what_is_below_the_address_can_be_read(tmp_path: Path, bucket: str) -> None:
    write(tmp_path / "lake" / "x.parquet")
    write(tmp_path / "lake_of_others" / "x.parquet")
    others = uploaded(tmp_path / "lake_of_others", "lake_of_others")
    with (
        closing(StoredParquet(uploaded(tmp_path / "lake", "lake"))) as engine,
        connected(engine.reach, DEFAULT_LIMITS) as con,
    ):
        engine.open(con, None)
        for statement in (
            f"from read_parquet('{others.written}/x.parquet')",
            f"copy (select 1) to '{others.written}/y'",
        ):
            with pytest.raises(duckdb.PermissionException):
                con.execute(statement)


def test_an_object_that_goes_while_it_is_read_is_an_error(tmp_path: Path, any_bucket: Bucket) -> None:
    write(tmp_path / "lake" / "x.parquet")
    address = uploaded(tmp_path / "lake", "lake")
    engine = StoredParquet(address)
    with connected(engine.reach, DEFAULT_LIMITS) as con:
        engine.list_objects()
        any_bucket.files.rm_file(f"{any_bucket.name}/lake/x.parquet")
        with pytest.raises(DatabaseError):
            engine.open(con, None)
    with pytest.raises(DatabaseError, match=r"removed while it was read: .*/lake/x\.parquet") as refused:
        engine.close()
    assert "build again" in refused.value.hint


def test_an_object_that_is_written_anew_while_it_is_read_is_an_error(tmp_path: Path, any_bucket: Bucket) -> None:
    write(tmp_path / "lake" / "x.parquet")
    address = uploaded(tmp_path / "lake", "lake")
    engine = StoredParquet(address)
    with closing(engine), connected(engine.reach, DEFAULT_LIMITS) as con:
        engine.open(con, None)
        write(tmp_path / "lake" / "y.parquet")
        uploaded(tmp_path / "lake", "lake")  # another object beside it is none of this report's
        write(tmp_path / "lake" / "x.parquet", NINE.replace("'r'", "'s'"))
        uploaded(tmp_path / "lake", "lake")
        with pytest.raises(DatabaseError, match=r"written anew while it was read: .*/lake/x\.parquet"):
            engine.let_go(con)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("{scheme}://no-such-bucket/lake", "There is no such bucket or object: {scheme}://no-such-bucket/lake"),
        ("{scheme}://{bucket}/nothing", "No Parquet files in: {scheme}://{bucket}/nothing"),
        ("{scheme}://AKIA:{secret}@{bucket}/lake", "It is no address of an object store: {scheme}://..."),
        extended("{scheme}://", "It is no address of an object store: {scheme}://..."),
    ],
)
def test_what_cannot_be_opened_is_one_error_and_one_hint(
    run: Run, tmp_path: Path, every_bucket: Bucket, address: str, error: str
) -> None:
    words = {"scheme": every_bucket.scheme, "bucket": every_bucket.name, "secret": SECRET}
    refused(run, tmp_path, address.format(**words), error.format(**words))


@pytest.mark.parametrize(("scheme", "library"), [("s3", "s3fs"), ("gs", "gcsfs"), ("az", "adlfs")])
def test_without_its_library_it_is_named(
    run: Run, tmp_path: Path, scheme: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    refused(run, tmp_path, f"{scheme}://bucket/lake", f"{library} is not installed")


def refused(run: Run, folder: Path, address: str, error: str) -> None:
    """A build says so in two lines, without a password and without a page."""
    result = run("build", "--db", address, "--out", str(folder / "page.html"))
    lines = result.stderr.splitlines()
    assert (result.exit_code, lines[0]) == (1, f"error: {error}")
    assert len(lines) == 2
    assert lines[1].startswith("hint: ")
    assert SECRET not in result.output
    assert KEY not in result.output
    assert not (folder / "page.html").exists()


@contextmanager
def answering(status: int | None) -> Iterator[str]:
    """A server that answers everything with a status, or nothing at all until the block is over."""
    over = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if status is None:
                over.wait()
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 -- the name that the standard library looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            over.set()
            server.shutdown()


def test_without_rights_it_says_so(
    run: Run, tmp_path: Path, every_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(403) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
        monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection_string(url))
        refused(run, tmp_path, every_bucket.address(), f"Access is refused: {every_bucket.address()}")


def test_without_credentials_it_says_so(run: Run, tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"s3://{bucket}/lake"
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    refused(run, tmp_path, address, f"There are no credentials for {address}")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    refused(run, tmp_path, address, f"There are no credentials for {address}")


def test_a_server_that_does_not_answer_is_given_up(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(None) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        engine = StoredParquet(DatabaseAddress(f"s3://{bucket}/lake"), Timeouts(5, 5, 0.2))
        with (
            closing(engine),
            connected(engine.reach, DEFAULT_LIMITS) as con,
            pytest.raises(DatabaseError, match="No answer in time"),
        ):
            engine.open(con, None)


@EXTENDED
def test_doctor_says_what_is_there(run: Run, tmp_path: Path, any_bucket: Bucket) -> None:
    write(tmp_path / "lake" / "x.parquet")
    address = uploaded(tmp_path / "lake", "lake").written
    result = run("doctor", "--db", address)
    assert (result.exit_code, f"source {address}" in result.output) == (0, True)
    assert f"for Parquet on {any_bucket.scheme}://: installed" in result.output
