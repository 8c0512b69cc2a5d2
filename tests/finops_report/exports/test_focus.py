"""FOCUS rows add up to the report to the last digit, each at a unit price, in the names and formats of the standard."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.conftest import NINE, Run, call, write_table
from tests.finops_report.exports.traffic import records, write

CONFIG = """
[router]
[[router.prices]]
provider = "openai"
model = "gpt-4o"
input_usd_per_mtok = 2
output_usd_per_mtok = 8
cache_read_usd_per_mtok = 1
"""
DECIMALS = ("Cost", "Price", "Quantity")
MANDATORY_1_4 = {
    *("BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd"),
    *("BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd"),
    *("ChargePeriodStart", "ContractedCost", "EffectiveCost", "HostProviderName", "InvoiceIssuerName", "ListCost"),
    *("PricingQuantity", "PricingUnit", "ServiceCategory", "ServiceName", "ServiceProviderName"),
}
NULLABLE = {
    "BillingAccountName",
    "ChargeClass",
    "ChargeDescription",
    "HostProviderName",
    "PricingQuantity",
    "PricingUnit",
}
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("recorded") / "telemetry.duckdb", records())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    place = tmp_path / "own.toml"
    place.write_text(CONFIG)
    return place


def exported(run: Run, db: Path, *options: str | Path) -> Rows:
    done = run("export", "--db", db, *options)
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def total(rows: Rows, column: str = "BilledCost") -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def spend(run: Run, db: Path, *options: str | Path) -> Decimal:
    done = run("query", "total_spend", "--db", db, "--format", "csv", *options)
    return sum((Decimal(row["cost_usd"]) for row in csv.DictReader(io.StringIO(done.stdout))), Decimal(0))


@pytest.mark.parametrize(
    ("version", "days"),
    [("1.2", ()), ("1.4", ("--month", "2026-10")), ("1.4", ("--since", "2026-10-03", "--timezone", "Asia/Kolkata"))],
)
def test_rows_add_up_to_the_report_to_the_last_digit(
    run: Run, recorded: Path, config: Path, version: str, days: tuple[str, ...]
) -> None:
    rows = exported(run, recorded, "--config", config, "--focus-version", version, *days)
    assert total(rows) == spend(run, recorded, *days) > 0
    assert total(rows, "EffectiveCost") == total(rows, "ContractedCost") == total(rows)


def test_each_row_is_a_unit_price_times_a_quantity(run: Run, recorded: Path, config: Path) -> None:
    rows = exported(run, recorded, "--config", config)
    for row in rows:
        quantity = Decimal(row["PricingQuantity"])
        assert Decimal(row["ListUnitPrice"]) * quantity == Decimal(row["ListCost"])
        assert Decimal(row["ContractedUnitPrice"]) * quantity == Decimal(row["ContractedCost"])
        if row["PricingUnit"] == "1000000 Tokens":
            assert quantity * 1_000_000 == Decimal(row["ConsumedQuantity"])
            assert row["ConsumedUnit"] == "Tokens"


def test_a_request_is_priced_before_it_is_summed(run: Run, recorded: Path) -> None:
    prices: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    ids: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in exported(run, recorded):
        prices[row["x_ModelId"], row["SkuMeter"]].add(Decimal(row["ListUnitPrice"]))
        ids[row["SkuPriceId"]].add((row["ListUnitPrice"], row["SkuMeter"], row["x_ModelId"], row["x_ServiceTier"]))
    assert all(len(found) == 1 for found in ids.values()), "one price an id"
    of_sonnet = {meter: found for (model, meter), found in prices.items() if model == "claude-sonnet-4-5"}
    assert of_sonnet == {
        "Input Tokens": {Decimal(3), Decimal(6), Decimal("1.5")},
        "Output Tokens": {Decimal(15), Decimal("22.5"), Decimal("7.5")},
        "Cache Read Input Tokens": {Decimal("0.3"), Decimal("0.6")},
        "Cache Write Input Tokens": {Decimal("3.75"), Decimal("7.5")},
        "Cache Write 1h Input Tokens": {Decimal(6), Decimal(12)},
    }
    assert len(prices["deepseek-v4-pro", "Input Tokens"]) == 2, "by the hour"


def test_tokens_are_those_recorded_and_nothing_is_counted_twice(run: Run, recorded: Path) -> None:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in exported(run, recorded, "--since", "2026-10-01", "--until", "2026-10-01"):
        found[row["SkuMeter"]] += Decimal(row["ConsumedQuantity"])
    assert found == {
        "Input Tokens": 5_000 + 250_000 - 2 * 4_000,
        "Cache Read Input Tokens": 6_000,
        "Cache Write Input Tokens": 1_200,
        "Cache Write 1h Input Tokens": 800,
        "Output Tokens": 600,
    }


def test_a_contract_shows_what_the_list_would_have_taken(run: Run, recorded: Path, config: Path) -> None:
    rows = [row for row in exported(run, recorded, "--config", config) if row["x_CostSource"] == "contract"]
    assert {row["SkuMeter"]: (Decimal(row["ListUnitPrice"]), Decimal(row["ContractedUnitPrice"])) for row in rows} == {
        "Input Tokens": (Decimal("2.5"), Decimal(2)),
        "Cache Read Input Tokens": (Decimal("1.25"), Decimal(1)),
        "Output Tokens": (Decimal(10), Decimal(8)),
    }


def test_amounts_without_a_unit_price_are_rows_of_their_own(run: Run, recorded: Path) -> None:
    rows = [row for row in exported(run, recorded) if row["SkuMeter"] == "Usage Without Unit Price"]
    assert {(row["x_CostSource"], row["PricingUnit"], Decimal(row["ListUnitPrice"])) for row in rows} == {
        ("provider", "USD", Decimal(1)),
        ("reported", "USD", Decimal(1)),
        ("contract", "USD", Decimal(1)),  # without the settings that it was priced by
    }


def test_what_has_no_price_is_said_and_is_no_row(run: Run, recorded: Path) -> None:
    done = run("export", "--db", recorded)
    assert "in no row, for no price is known: 1 request, 1,290 tokens" in done.stderr
    assert "vllm/=own: 1 request (model)" in done.stderr
    assert "=own" not in done.stdout


@pytest.mark.parametrize("version", ["1.4", "1.2"])
def test_names_and_formats_are_those_of_the_standard(run: Run, recorded: Path, version: str) -> None:
    rows = exported(run, recorded, "--focus-version", version)
    names = list(rows[0])
    standard = [name for name in names if not name.startswith("x_")]
    assert names[: len(standard)] == standard == sorted(standard), "own columns come after those of FOCUS"
    assert len(standard) == {"1.4": 65, "1.2": 57}[version]
    assert ("ProviderName" in standard) == (version == "1.2")
    if version == "1.4":
        assert set(standard) >= MANDATORY_1_4
    for row in rows:
        for name in standard:
            value = row[name]
            if name in MANDATORY_1_4 and name not in NULLABLE:
                assert value, name
            if name.endswith(("Start", "End")):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value)
            elif name.endswith(DECIMALS) and value:
                assert re.fullmatch(r"\d+\.\d+", value), (name, value)
        assert row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["ChargePeriodEnd"] <= row["BillingPeriodEnd"]
        assert all(key.startswith("x_") for key in json.loads(row["SkuPriceDetails"]))
        assert row["Tags"] == "" or all(isinstance(value, str) for value in json.loads(row["Tags"]).values())
        assert (row["InvoiceId"], row["BillingCurrency"], row["ServiceCategory"]) == (
            "",
            "USD",
            "AI and Machine Learning",
        )


def test_tags_are_all_or_those_asked_for(run: Run, recorded: Path) -> None:
    day = ("--since", "2026-10-04", "--until", "2026-10-04")
    (row,) = exported(run, recorded, *day)
    assert json.loads(row["Tags"]) == {"team": "search", "project": "ranking", "environment": "prod", "app": 'a,"b'}
    assert (row["SubAccountName"], row["x_Project"], row["x_RequestCount"]) == ("search", "ranking", "1")
    (row,) = exported(run, recorded, *day, "--tag", "nothing")
    assert json.loads(row["Tags"]) == {"team": "search", "project": "ranking", "environment": "prod"}
    (row,) = exported(run, recorded, *day, "--tag", "app")
    assert json.loads(row["Tags"])["app"] == 'a,"b'


def test_parquet_holds_the_same_rows(run: Run, recorded: Path, tmp_path: Path) -> None:
    assert run("export", "--db", recorded, "--out", "focus.parquet").exit_code == 0
    rows = exported(run, recorded)
    with duckdb.connect() as con:
        found = con.read_parquet(str(tmp_path / "focus.parquet"))
        assert found.columns == list(rows[0])
        assert [str(kind) for kind in found.select("BilledCost, ChargePeriodStart").types] == [
            "DECIMAL(38,18)",
            "TIMESTAMP",
        ]
        amounts = found.select("BilledCost, SkuPriceId").fetchall()
    assert [(cost, sku) for cost, sku in amounts] == [(Decimal(row["BilledCost"]), row["SkuPriceId"]) for row in rows]


def test_nine_columns_are_enough(run: Run, tmp_path: Path) -> None:
    db = write_table(
        tmp_path / "nine.duckdb", [call(), call(provider=None, model=None), call(cost_estimated=None)], columns=NINE
    )
    rows = exported(run, db)
    assert total(rows) == Decimal("0.00042")
    assert {row["x_ProviderId"] for row in rows} == {"openai", "not recorded"}


def test_no_file_of_somebody_else_is_replaced(run: Run, recorded: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n")
    done = run("export", "--db", recorded, "--out", "mine.csv")
    assert (done.exit_code, (tmp_path / "mine.csv").read_text()) == (1, "a,b\n")
