"""The kinds of records are declared in one place: tables and journals agree with them, column by column."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec
import pytest
from finops_router.records import KINDS, AttemptRecord, GuardrailRecord, Record, RequestRecord, columns, fields, kind_of
from finops_router.telemetry.codec import decode, encode

SCHEMA = sorted((Path(__file__).parents[2] / "sql" / "schema").glob("*.sql"))
TABLE_TYPES = {int: "INTEGER", float: "DOUBLE", str: "VARCHAR", bool: "BOOLEAN", dict: "JSON"}
NINE = [
    "timestamp",
    "request_id",
    "strategy",
    "provider",
    "model",
    "input_tokens",
    "output_tokens",
    "cost_estimated",
    "latency_ms",
]
EVERY_COLUMN = [pytest.param(kind, name, id=f"{kind.table}.{name}") for kind in KINDS for name in fields(kind)]


@pytest.fixture(scope="module")
def tables() -> dict[str, dict[str, str]]:
    """The columns of every table of sql/schema with their types, as DuckDB describes them."""
    with duckdb.connect() as con:
        for path in SCHEMA:
            con.execute(path.read_text(encoding="utf-8"))
        rows = con.execute("select table_name, column_name, data_type from duckdb_columns() order by column_index")
        found: dict[str, dict[str, str]] = {}
        for table, column, kept in rows.fetchall():
            found.setdefault(table, {})[column] = kept
        return found


def declared(kind: type[Record]) -> dict[str, str]:
    """The columns of a kind's table with their types, as its declaration has them."""
    types = {name: TABLE_TYPES[kept] for name, kept in zip(columns(kind), fields(kind).values(), strict=True)}
    return types | {"timestamp": "TIMESTAMP"} if "timestamp" in types else types


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_has_the_columns_of_its_records_with_their_types(
    kind: type[Record], tables: dict[str, dict[str, str]]
) -> None:
    assert tables[kind.table] == declared(kind)


@pytest.mark.parametrize(("kind", "name"), EVERY_COLUMN)
def test_a_column_missing_from_the_declaration_or_from_its_table_is_found(
    kind: type[Record], name: str, tables: dict[str, dict[str, str]]
) -> None:
    others = [(field, kept) for field, kept in fields(kind).items() if field != name]
    shorter = declared(msgspec.defstruct("Shorter", others))  # type: ignore[arg-type] # a kind but for one field
    column = "timestamp" if name == "timestamp_us" else name
    assert shorter != tables[kind.table]
    assert {key: kept for key, kept in tables[kind.table].items() if key != column} != declared(kind)


def test_the_first_nine_columns_of_telemetry_are_the_contract(tables: dict[str, dict[str, str]]) -> None:
    assert list(tables["telemetry"])[:9] == columns(RequestRecord)[:9] == NINE


def test_a_key_has_one_type_in_all_kinds() -> None:
    keys: dict[str, type] = {}
    for kind in KINDS:
        for name, kept in fields(kind).items():
            assert keys.setdefault(name, kept) is kept, name


def test_a_kind_is_known_by_a_key_that_all_its_lines_have_and_no_others() -> None:
    for kind in KINDS:
        required = {field.name for field in msgspec.structs.fields(kind) if field.required}
        assert kind.mark is None or kind.mark in required
        assert not {other.mark for other in KINDS if other is not kind} & set(fields(kind))
        assert kind_of(dict.fromkeys(required)) is kind


OLD_LINES = {  # as versions before 2026-11-27 wrote them: journals on disk must stay readable
    b'{"timestamp_us":1790000000000000,"request_id":"r","strategy":"cost-first","input_tokens":7,"cost_estimated":0.5,'
    b'"stream":true,"tags":{"a":"b"}}': RequestRecord(
        timestamp_us=1_790_000_000_000_000,
        request_id="r",
        strategy="cost-first",
        input_tokens=7,
        cost_estimated=0.5,
        stream=True,
        tags={"a": "b"},
    ),
    b'{"timestamp_us":1,"request_id":"r","attempt":2,"provider":"p","model":"m","outcome":"error","http_status":503}': (
        AttemptRecord(
            timestamp_us=1, request_id="r", attempt=2, provider="p", model="m", outcome="error", http_status=503
        )
    ),
    b'{"timestamp_us":1,"request_id":"r","guardrail":"pii","action":"blocked","team":"t"}': GuardrailRecord(
        timestamp_us=1, request_id="r", guardrail="pii", action="blocked", team="t"
    ),
}


@pytest.mark.parametrize("line", OLD_LINES)
def test_lines_are_written_and_read_as_ever(line: bytes) -> None:
    assert decode(line) == OLD_LINES[line]
    assert encode(OLD_LINES[line]) == line
