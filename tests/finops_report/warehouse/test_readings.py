"""What columns may be: each kind has one reading, or its values are set aside and counted by column.

The tables of this file are those of docs/report.md, 'What columns may be'. Sources: ISO 8601 for text, POSIX for
seconds since 1970, each value worked out by hand: 2026-10-01 12:00 UTC is 1,790,856,000 seconds after 1970-01-01.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import ReadRequest, Waiting, read
from finops_report.warehouse.connection import DEFAULT_LIMITS, connected
from finops_report.warehouse.engines import engine_for
from tests.finops_report.warehouse.places import PLACES, Place, in_a_file, in_parquet

NOW_US = 1_794_000_000_000_000
NOON_US = 1_790_856_000_000_000
PLAIN = {
    "timestamp": "timestamp '2026-10-01 12:00'",
    "request_id": "'r' || i",
    "strategy": "'fixed'",
    "provider": "'openai'",
    "model": "'a'",
    "input_tokens": "100",
    "output_tokens": "10",
    "cost_estimated": "1.0::double",
    "latency_ms": "100.0::double",
}
SAME = [pytest.param(place, id=place.__name__) for place in PLACES]
IN_NO_PARQUET = ("variant", "union_value", "bit", "::bignum")


def telemetry(rows: int = 3, /, **columns: str) -> str:
    """Return a statement that makes the telemetry, each column an expression over the number of the row, i."""
    selected = ", ".join(f"{value} as {name}" for name, value in (PLAIN | columns).items())
    return f"create table telemetry as select {selected} from range({rows}) t (i)"


def asked(path: Path) -> ReadRequest:
    return ReadRequest(path, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))


def read_back(path: Path, column: str) -> tuple[list[object], dict[str, int]]:
    """Return the values of a base view's column, and how many values were set aside by column."""
    engine = engine_for(path, asked(path).waiting)
    with connected(engine.reach, DEFAULT_LIMITS) as con:
        engine.create_base_views(con, engine.open(con, None))
        values = con.table("requests").order("request_id").project(column).fetchall()
        aside = con.execute("select column_name, count(*) from values_set_aside group by column_name").fetchall()
    return [value for (value,) in values], dict(aside)


TIMES = {
    "timestamp": "timestamp '2026-10-01 12:00'",
    "seconds": "timestamp_s '2026-10-01 12:00'",
    "milliseconds": "timestamp_ms '2026-10-01 12:00'",
    "nanoseconds": "timestamp_ns '2026-10-01 12:00'",
    "with a zone": "timestamptz '2026-10-01 14:00+02'",
    "a date and 12 hours": "if(i = 9, date '2026-10-02', date '2026-10-01') + interval 12 hour",
    "text": "'2026-10-01 12:00:00'",
    "text with T": "' 2026-10-01T12:00:00.000000 '",
    "text with Z": "'2026-10-01T12:00:00Z'",
    "text in small letters": "'2026-10-01t12:00:00z'",
    "text in UTC": "'2026-10-01 12:00:00 UTC'",
    "text with an offset": "'2026-10-01T14:00:00+02:00'",
    "text with a short offset": "'2026-10-01 05:00:00-07'",
    "text with a space before its offset": "'2026-10-01 17:30:00 +0530'",
    "text with a decimal comma": "'2026-10-01 12:00:00,000'",
    "text with slashes": "'2026/10/01 12:00'",
    "text of each kind": "(['2026-10-01 12:00', '2026-10-01T14:00+02:00', '2026-10-01 12:00Z'])[i + 1]",
    "text of digits": "'1790856000'",
    "epoch in s": "1790856000::bigint",
    "epoch in s, 32 bits": "1790856000::integer",
    "epoch in s, float": "1790856000.0::double",
    "epoch in s, decimal": "1790856000.000::decimal(18, 3)",
    "epoch in ms": "1790856000000::bigint",
    "epoch in ms, hugeint": "1790856000000::hugeint",
    "epoch in us": "1790856000000000::ubigint",
    "epoch in us, float": "1790856000000000::double",
    "epoch in ns": "1790856000000000000::bigint",
    "bytes": "'2026-10-01 12:00'::blob",
    "JSON text": "'\"2026-10-01T12:00:00Z\"'::json",
    "JSON number": "'1790856000.0'::json",
    "enum": "'2026-10-01 12:00'::enum('2026-10-01 12:00', 'b')",
}
NO_TIMES = {
    "infinity": "timestamp 'infinity'",
    "minus infinity": "timestamp '-infinity'",
    "an infinite date": "date 'infinity'",
    "an infinite moment": "timestamptz 'infinity'",
    "a far date": "date '5000000-01-01'",
    "a clock never set": "timestamp '1970-01-01'",
    "boolean": "true",
    "time": "time '12:00'",
    "interval": "interval 1 day",
    "list": "[timestamp '2026-10-01']",
    "struct": "{'seconds': 1790856000}",
    "map": "map {'a': 1}",
    "uuid": "uuid()",
    "JSON object": "'{\"t\": 1}'::json",
    "bytes that are no text": "'\\xFF\\xFE'::blob",
    "text": "'yesterday'",
    "text with the name of a zone": "'2026-10-01 12:00 Europe/Berlin'",
    "text with an abbreviation": "'2026-10-01 12:00:00 EST'",
    "text the American way": "'10/01/2026 12:00'",
    "not a number": "'nan'::double",
    "an infinite number": "'-inf'::float",
    "a number too large": "170141183460469231731687303715884105727::hugeint",
    "a small number": "12",
}


@pytest.mark.parametrize("place", SAME)
@pytest.mark.parametrize("value", TIMES.values(), ids=list(TIMES))
def test_a_time_is_the_same_moment_however_it_is_written(place: Place, value: str, tmp_path: Path) -> None:
    values, aside = read_back(place(tmp_path, telemetry(timestamp=value)), "epoch_us")
    assert values == [NOON_US] * 3
    assert aside == {}


@pytest.mark.parametrize("place", SAME)
def test_a_date_is_its_midnight_in_utc(place: Place, tmp_path: Path) -> None:
    values, aside = read_back(place(tmp_path, telemetry(timestamp="date '2026-10-01'")), "epoch_us")
    assert values == [NOON_US - 12 * 3_600_000_000] * 3
    assert aside == {}


@pytest.mark.parametrize("place", SAME)
@pytest.mark.parametrize("value", NO_TIMES.values(), ids=list(NO_TIMES))
def test_what_is_no_time_is_set_aside_and_counted(place: Place, value: str, tmp_path: Path) -> None:
    values, aside = read_back(place(tmp_path, telemetry(timestamp=value)), "epoch_us")
    assert values == [None] * 3
    assert aside == {"timestamp": 3}


def test_one_unit_of_epochs_holds_for_the_whole_column_and_the_rest_is_set_aside(tmp_path: Path) -> None:
    mixed = "case when i < 5 then 1790856000 when i = 5 then 1790856000000 else 0 end"
    values, aside = read_back(in_a_file(tmp_path, telemetry(7, timestamp=mixed)), "epoch_us")
    assert values[:5] == [NOON_US] * 5
    assert values[5:] == [None] * 2
    assert aside == {"timestamp": 2}


def test_fractions_of_seconds_are_kept_to_the_microsecond(tmp_path: Path) -> None:
    values, _ = read_back(in_a_file(tmp_path, telemetry(timestamp="1790856000.123456::double")), "epoch_us")
    assert values == [NOON_US + 123_456] * 3


NUMBERS = {
    "integer": "7",
    "small": "7::utinyint",
    "hugeint": "7::hugeint",
    "decimal": "7.0::decimal(38, 10)",
    "float": "7::float",
    "text": "' 7 '",
    "text with a point": "'7.0'",
    "text with a power": "'7e0'",
    "bytes": "'7'::blob",
    "JSON": "'7'::json",
    "JSON text": "'\"7\"'::json",
    "enum": "'7'::enum('7', '8')",
    "a fraction of a token": "6.8",
}
NO_NUMBERS = {
    "boolean": "true",
    "date": "date '2026-10-01'",
    "timestamp": "timestamp '2026-10-01'",
    "interval": "interval 1 second",
    "uuid": "uuid()",
    "list": "[7]",
    "struct": "{'input': 7}",
    "map": "map {'input': 7}",
    "bit": "'101'::bit",
    "union": "union_value(a := 7)",
    "variant": "7::variant",
    "bytes that are no text": "'\\xFF'::blob",
    "JSON object": "'{\"input\": 7}'::json",
    "text": "'seven'",
    "text with a unit": "'7 tokens'",
    "text with a decimal comma": "'7,0'",
    "negative": "-7",
    "not a number": "'nan'::double",
    "infinite": "'inf'::double",
    "too large": "1e30::double",
}
SCALED = ("input_tokens", "output_tokens", "cost_estimated", "latency_ms", "ttft_ms", "cache_read_input_tokens")


def skip_if_no_parquet_holds(place: Place, value: str) -> None:
    if place is in_parquet and any(kind in value for kind in IN_NO_PARQUET):
        pytest.skip("Parquet has no such type")


@pytest.mark.parametrize("place", SAME)
@pytest.mark.parametrize("value", NUMBERS.values(), ids=list(NUMBERS))
def test_a_number_is_the_same_however_it_is_written(place: Place, value: str, tmp_path: Path) -> None:
    values, aside = read_back(place(tmp_path, telemetry(input_tokens=value)), "input_tokens")
    assert values == [7] * 3
    assert aside == {}


@pytest.mark.parametrize("place", SAME)
@pytest.mark.parametrize("value", NO_NUMBERS.values(), ids=list(NO_NUMBERS))
def test_what_is_no_number_is_set_aside_in_every_column_and_counted(place: Place, value: str, tmp_path: Path) -> None:
    skip_if_no_parquet_holds(place, value)
    path = place(tmp_path, telemetry(**dict.fromkeys(SCALED, value)))
    values, aside = read_back(path, "input_tokens")
    assert values == [None] * 3
    assert aside == dict.fromkeys(SCALED, 3)


TEXTS = {
    "text": ("'search'", "search"),
    "enum": ("'search'::enum('search', 'b')", "search"),
    "bytes": ("'search'::blob", "search"),
    "JSON text": ("'\"search\"'::json", "search"),
    "JSON number": ("'7'::json", "7"),
    "integer": ("7", "7"),
    "boolean": ("true", "true"),
    "date": ("date '2026-10-01'", "2026-10-01"),
    "uuid": ("'00000000-0000-0000-0000-000000000007'::uuid", "00000000-0000-0000-0000-000000000007"),
    "blank": ("' '", None),
    "blank JSON": ("'\"\"'::json", None),
    "JSON null": ("'null'::json", None),
    "nothing": ("null", None),
}
NO_TEXTS = {
    "list": "['search']",
    "struct": "{'name': 'search'}",
    "map": "map {'name': 'search'}",
    "time of day": "interval 1 hour",
    "bit": "'101'::bit",
    "union": "union_value(a := 'search')",
    "variant": "'search'::variant",
    "bytes that are no text": "'\\xFF\\xFE'::blob",
    "JSON list": "'[\"search\"]'::json",
}


@pytest.mark.parametrize("place", SAME)
@pytest.mark.parametrize(("value", "wanted"), TEXTS.values(), ids=list(TEXTS))
def test_a_name_is_the_same_text_whatever_its_type(
    place: Place, value: str, wanted: str | None, tmp_path: Path
) -> None:
    values, aside = read_back(place(tmp_path, telemetry(team=value)), "team")
    assert values == [wanted] * 3
    assert aside == {}


@pytest.mark.parametrize("place", SAME)
@pytest.mark.parametrize("value", NO_TEXTS.values(), ids=list(NO_TEXTS))
def test_what_is_no_text_is_set_aside_and_counted(place: Place, value: str, tmp_path: Path) -> None:
    skip_if_no_parquet_holds(place, value)
    values, aside = read_back(place(tmp_path, telemetry(team=value, provider=value)), "team")
    assert values == [None] * 3
    assert aside == {"team": 3, "provider": 3}


@pytest.mark.parametrize("place", SAME)
def test_columns_of_the_other_tables_are_read_alike_and_counted_with_their_table(place: Place, tmp_path: Path) -> None:
    path = place(
        tmp_path,
        telemetry()
        + """;
        create table attempts as select 1790856000 as timestamp, 'r1' as request_id, '1' as attempt, 'p' as provider,
            'ok' as outcome, [1] as latency_ms, -1 as input_tokens, 'x' as cost_estimated;
        create table collector_health as select 'x' as timestamp, '3' as recorded, [1] as dropped, -1 as quarantined
        """,
    )
    _, aside = read_back(path, "team")
    assert aside == {
        "attempts.latency_ms": 1,
        "attempts.input_tokens": 1,
        "attempts.cost_estimated": 1,
        "collector_health.timestamp": 1,
        "collector_health.dropped": 1,
        "collector_health.quarantined": 1,
    }


EXAMPLES = 1_000 if os.environ.get("FINOPS_SOAK") else 4
VALUES = [value for group in (TIMES, NO_TIMES, NUMBERS, NO_NUMBERS, NO_TEXTS) for value in group.values()]
VALUES += [value for value, _ in TEXTS.values()]
COLUMNS = (*PLAIN, "team", "end_user", "ttft_ms", "cache_savings_estimated", "attempts", "status", "tags", "stream")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(VALUES)), st.sampled_from(PLACES))
def test_soak_columns_of_any_type_never_refuse_the_report_and_what_is_set_aside_adds_up(
    tmp_path_factory: pytest.TempPathFactory, columns: dict[str, str], place: Place
) -> None:
    if place is in_parquet:
        columns = {name: value for name, value in columns.items() if not any(kind in value for kind in IN_NO_PARQUET)}
    path = place(tmp_path_factory.mktemp("any"), telemetry(**columns))
    answers = read(asked(path))
    aside = {(row["column_name"], row["reason"]): row["rows_set_aside"] for row in answers.views["unusable_values"]}
    (totals,) = answers.views["totals"]
    assert answers.extent.rows_read == 3
    assert all(count == 3 for count in aside.values())
    assert sum(3 for column, _ in aside if column == "timestamp") + int(str(totals["requests"])) == 3
    assert {column for column, _ in aside} <= set(columns) | {"cache_savings_estimated"}
