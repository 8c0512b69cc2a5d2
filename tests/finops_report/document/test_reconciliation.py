"""Bills in report.json: by its schema, to the figures of the page, and one sentence read back."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from finops_report.analysis.reconciliation import CAUSES
from finops_report.cli import main
from finops_report.delivery.summary import markdown
from finops_report.document import digest_of
from tests.finops_report.exports.traffic import write
from tests.finops_report.reconcile.bills import mini_request, openai_bill

SCHEMA = json.loads(files("finops_report").joinpath("document/report.schema.json").read_text(encoding="utf-8"))
FINDING = "Billed €0.30, €0.0750 less than the €0.38 estimated (25 % of the bill)"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report.json of a bill of $0.60 for what was estimated at $0.75, in euros at 0.5."""
    place = tmp_path_factory.mktemp("billed")
    db = write(place / "t.duckdb", [mini_request(input_tokens=1_000_000, output_tokens=1_000_000)])
    tokens = {"input": 1_000_000, "output": 1_000_000}
    brought = ["ingest", openai_bill(place / "bill.json", tokens, times=Decimal("0.8")), "--db", db]
    (place / "own.toml").write_text('[report]\ncurrency = "EUR"\ncurrency_rate = 0.5\n')
    built = ["build", "--db", db, "--config", place / "own.toml", "--out", place / "report.html"]
    for options in (brought, built):
        done = CliRunner().invoke(main, [str(one) for one in options])
        assert done.exit_code == 0, done.output
    read: dict[str, Any] = json.loads((place / "report.json").read_text(encoding="utf-8"))
    return read


def test_it_keeps_to_the_schema(document: dict[str, Any]) -> None:
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)] == []


def test_figures_are_those_of_the_bill_in_both_currencies(document: dict[str, Any]) -> None:
    compared = document["reconciliation"]["compared"]
    whole = compared["whole"]
    assert (whole["billed_usd"], whole["billed_eur"], whole["variance_usd"]) == (0.6, 0.3, -0.15)
    assert (whole["discount_usd"], whole["discount_eur"], whole["captured_share"]) == (-0.15, -0.075, 1.0)
    for row in (whole, *compared["providers"], *compared["lines"]):
        assert sum(row[column] for column in CAUSES) == row["variance_usd"]
    assert [(one["token_class"], one["billed_usd"]) for one in compared["token_classes"]] == [
        ("input", 0.12),
        ("output", 0.48),
    ]


def test_mail_and_summary_have_its_sentence(document: dict[str, Any]) -> None:
    digest = digest_of(json.dumps(document).encode(), "report.json")
    assert digest.billed.startswith(FINDING)
    assert "\nBilled €0.30, €0.0750 less than" in markdown(digest)


def test_without_a_bill_there_is_no_sentence(document: dict[str, Any]) -> None:
    older = {name: part for name, part in document.items() if name != "reconciliation"}
    other_days = document["reconciliation"] | {"compared": None}
    for one in (older, older | {"reconciliation": None}, older | {"reconciliation": other_days}):
        assert digest_of(json.dumps(one).encode(), "report.json").billed == ""
