"""`settled=` in an address of any server leaves out the newest rows; what comes in meanwhile is said to need it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from finops_report.calendar.period import PeriodAsk
from finops_report.database_address import DatabaseAddress
from finops_report.errors import DatabaseError
from finops_report.warehouse import CallsRequest, ReadRequest, Waiting, read, recorded_calls
from finops_report.warehouse.engines import SERVERS, engine_for
from finops_report.warehouse.engines.server.engine import DatabaseServer
from finops_report.warehouse.settling import settled_s_of, without_settled
from tests.conftest import NINE
from tests.finops_report.warehouse.engines.test_servers import SERVERS as COPIED
from tests.finops_report.warehouse.engines.test_servers import Copied
from tests.finops_report.warehouse.engines.warehouses.meaning import Meaning, Reading, in_order
from tests.finops_report.warehouse.hostile import NOW_US

NO_WAIT = Waiting(5, lambda: 0.0, lambda _: None)
AGES_S = (3600, 90, 30, 0, -60)  # seconds before the build; the last one by a clock that is ahead
TRINO = Reading("trino", {"TIMESTAMP": "timestamp(6)", "JSON": "varchar"}, in_order("trino"))
DAY_US = 86_400_000_000


@pytest.fixture
def aged(tmp_path: Path) -> Path:
    """Return a file whose requests are of `AGES_S`."""
    rows = ", ".join(f"(make_timestamp({NOW_US - age_s * 1_000_000}), 'r{age_s}', 'openai')" for age_s in AGES_S)
    with duckdb.connect(str(tmp_path / "aged.duckdb")) as con:
        con.execute(f"create table telemetry ({NINE})")
        con.execute(f"insert into telemetry (timestamp, request_id, provider) values {rows}")
    return tmp_path / "aged.duckdb"


def of(address: DatabaseAddress, settled: str) -> DatabaseAddress:
    """Return the address with `settled=` as one more parameter, as each kind of server has them."""
    begin = ";" if address.scheme == "sc" else "&" if "?" in address.written else "?"
    return replace(address, written=f"{address.written}{begin}settled={settled}")


def requests(db: DatabaseAddress) -> tuple[object, int | None]:
    """Return how many requests a report has, and its last moment."""
    found = read(ReadRequest(db, None, PeriodAsk(), NOW_US, NO_WAIT))
    ((number,),) = [(row["requests"],) for row in found.views["totals"]]
    return number, found.extent.last_us


@pytest.mark.parametrize("copied", COPIED)
def test_the_newest_rows_are_in_no_figure_of_any_server(aged: Path, copied: Copied) -> None:
    place = copied(aged)
    assert requests(place) == (5, NOW_US)
    assert requests(of(place, "60")) == (2, NOW_US - 90_000_000)
    assert requests(of(place, "0")) == (5, NOW_US)
    request = CallsRequest(of(place, "60"), None, NOW_US - DAY_US, NOW_US + DAY_US, NOW_US, NO_WAIT)
    assert sum(one.requests for one in recorded_calls(request)) == 2


class Growing(Meaning):
    """A Trino into whose telemetry, before every third statement, a row of now comes in."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, TRINO)
        self._path, self._asked = path, 0

    def cursor(self) -> SimpleNamespace:
        self._asked += 1
        if self._asked % 3 == 0:
            self._con.execute(f"detach known; attach '{self._path}' as known")
            row = f"(make_timestamp({NOW_US}), 'new {self._asked}', 'openai')"
            self._con.execute(f"insert into known.telemetry (timestamp, request_id, provider) values {row}")
        return super().cursor()


@pytest.fixture
def growing(aged: Path, monkeypatch: pytest.MonkeyPatch) -> DatabaseAddress:
    dbapi = SimpleNamespace(connect=lambda **_: Growing(aged))
    auth, errors = SimpleNamespace(BasicAuthentication=None), SimpleNamespace(Error=duckdb.Error, HttpError=OSError)
    for name, module in {"": SimpleNamespace(), ".dbapi": dbapi, ".auth": auth, ".exceptions": errors}.items():
        monkeypatch.setitem(sys.modules, f"trino{name}", module)
    return DatabaseAddress("trino://ann@trino.internal/lake/main")


def test_rows_that_come_in_meanwhile_are_refused_with_the_word_that_leaves_them_out(growing: DatabaseAddress) -> None:
    calls = CallsRequest(growing, None, NOW_US - DAY_US, NOW_US + DAY_US, NOW_US, NO_WAIT)
    for reading in (lambda: requests(growing), lambda: list(recorded_calls(calls))):
        with pytest.raises(DatabaseError, match="came into telemetry") as raised:
            reading()
        assert "?settled=120" in str(raised.value.hint)
    assert requests(of(growing, "60")) == (2, NOW_US - 90_000_000)
    assert sum(one.requests for one in recorded_calls(replace(calls, db=of(growing, "60")))) == 2


PLACES = {
    "postgresql": "postgresql://u@h/d?schema=llm", "postgres": "postgres://u@h/d", "clickhouse": "clickhouse://h/d",
    "sc": "sc://h/d;use_ssl=true", "databricks": "databricks://u:token@h/c.s?http_path=p", "trino": "trino://h/c/s",
    "bigquery": "bigquery://p/d?location=EU", "redshift": "redshift://u:pw@h/d",
    "snowflake": "snowflake://u:pw@a/d/s?role=r",
}  # fmt: skip


@pytest.mark.parametrize("scheme", PLACES)
def test_every_server_takes_it_and_no_driver_sees_it(scheme: str) -> None:
    assert PLACES.keys() == SERVERS.keys()
    bare = DatabaseAddress(PLACES[scheme])
    told = of(bare, "120")
    assert (settled_s_of(bare), settled_s_of(told)) == (0, 120)
    assert without_settled(told) == without_settled(bare) == bare
    engine = engine_for(told, NO_WAIT)
    assert isinstance(engine, DatabaseServer)
    assert engine.address == bare
    engine.close()


def test_it_may_stand_among_other_parameters() -> None:
    for written, bare in (
        ("clickhouse://h/d?settled=9&table=t", "clickhouse://h/d?table=t"),
        ("clickhouse://h/d?table=t&settled=9&secure=1", "clickhouse://h/d?table=t&secure=1"),
        ("sc://h/d;settled=9?table=t", "sc://h/d;table=t"),
        ("sc://h/d?table=t&settled=9", "sc://h/d;table=t"),
    ):
        assert settled_s_of(DatabaseAddress(written)) == 9
        assert without_settled(DatabaseAddress(written)).written == bare


@pytest.mark.parametrize("said", ["", "-1", "2m", "1.5", "٣"])
def test_what_is_no_number_of_seconds_is_refused_without_any_secret(said: str) -> None:
    with pytest.raises(DatabaseError, match="no number of seconds") as refused:
        settled_s_of(of(DatabaseAddress("clickhouse://u:secret@h/d"), said))
    assert "secret" not in refused.value.message
    assert refused.value.hint is not None


def test_a_password_with_a_question_mark_is_left_as_it_is() -> None:
    odd = DatabaseAddress("clickhouse://u:what?settled=5@h/d")
    assert (settled_s_of(odd), without_settled(odd)) == (0, odd)
    assert settled_s_of(Path("telemetry?settled=5.duckdb")) == 0
