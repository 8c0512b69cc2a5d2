"""report.schema.json and docs/views.md say of report.json and of its views what these are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from finops_report.document.writing import report_json
from finops_report.warehouse import Budget, meaning, view_names
from finops_report.wording.currency import Currency
from tests.conftest import call, write_table
from tests.documents.golden_pages import check_file, check_reference
from tests.documents.report_schema import Schema, report_schema
from tests.finops_report.conftest import reported
from tests.finops_report.warehouse.test_views import TYPED

ROOT = Path(__file__).parents[2]
VIEWS = {name: TYPED[name] for name in view_names()}
SCHEMA = report_schema(VIEWS)
BUDGET = Budget(budget="all", amount=Decimal(1), period="month")


def views_reference() -> Iterator[str]:
    """The part of the page of views that is made of them: what each answers, and its columns."""
    for name, schema in SCHEMA["properties"]["views"]["properties"].items():
        columns = "".join(f"| `{key}` | {_kind(one)} |\n" for key, one in schema["items"]["properties"].items())
        yield f"\n## `{name}`\n\n{meaning(name)}\n\n| column | type |\n| --- | --- |\n{columns}"


def _kind(schema: Schema) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = ("day" if schema["format"] == "date" else schema["format"]) if "format" in schema else kinds[0]
    return f"{'time' if 'pattern' in schema and 'format' not in schema else kind}{', or null' * (len(kinds) - 1)}"


def test_the_golden_schema_is_that_of_the_typed_rows() -> None:
    text = json.dumps(SCHEMA, indent=1, ensure_ascii=False) + "\n"
    check_file(ROOT / "finops_report/document/report.schema.json", text)
    Draft202012Validator.check_schema(SCHEMA)


def test_the_golden_page_of_views_says_their_columns() -> None:
    check_reference(ROOT / "docs/views.md", "".join(views_reference()))


def closed(schema: Any) -> Any:
    """The same schema, but nothing that it does not name may be there."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(one) for key, one in schema.items()}
    return {"additionalProperties": False} | inner if "properties" in inner and "type" in inner else inner


def faults(document: Any, schema: Schema) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(document)]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A report.json of nothing, and one of requests under a budget, in US dollars and in euros."""
    place = tmp_path_factory.mktemp("schema")
    rows = [call(timestamp=f"2026-10-{1 + i % 30:02} 12:00:00", request_id=f"r{i}") for i in range(60)]
    made = reported(write_table(place / "some.duckdb", rows), BUDGET)
    euros = replace(made, currency=Currency("EUR", Decimal("0.5"), "contract 7"))
    empty = reported(write_table(place / "none.duckdb", []))
    return {name: json.loads(report_json(one)) for name, one in {"usd": made, "eur": euros, "empty": empty}.items()}


@pytest.mark.parametrize("name", ["usd", "eur", "empty"])
def test_a_report_keeps_to_the_schema(name: str, documents: dict[str, dict[str, Any]]) -> None:
    assert faults(documents[name], SCHEMA) == []
    assert documents[name]["budgets"] or name == "empty"


def test_the_schema_names_everything_that_a_report_in_us_dollars_has(documents: dict[str, dict[str, Any]]) -> None:
    assert faults(documents["usd"], closed(SCHEMA)) == []
    assert faults(documents["usd"] | {"more": 1}, closed(SCHEMA)) != []


def test_what_is_missing_or_of_another_type_is_a_fault(documents: dict[str, dict[str, Any]]) -> None:
    for part in SCHEMA["required"]:
        without = {key: value for key, value in documents["usd"].items() if key != part}
        assert faults(without, SCHEMA) == [f"$: '{part}' is a required property"]
    totals = documents["usd"]["totals"] | {"requests": "many"}
    assert faults(documents["usd"] | {"totals": totals}, SCHEMA) == [
        "$.totals.requests: 'many' is not of type 'integer'"
    ]
