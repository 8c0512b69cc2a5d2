"""What is in force is listed with its source; what is missing, old or was recorded otherwise is flagged."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.settings.reader import read_whole

from finops_report.analysis import price_tables
from finops_report.prices.difference import Difference, Side, differences
from finops_report.prices.in_force import committed, in_force
from tests.conftest import Run, call, write_table
from tests.finops_report.prices.test_what_if import DISCOUNT, HAIKU, MINI, calls, group

DAY = date(2026, 11, 6)
PLAIN = read_whole("", "f.toml")
OWN = """
[[prices.contract.models]]
provider = "own"
model = "m"
input_usd_per_mtok = 1
usd_per_unit = { requests = 0.5 }
valid_from = 2026-11-01

[[prices.contract.models]]
provider = "own"
model = "m"
input_usd_per_mtok = 2
"""
ENDED = DISCOUNT + "valid_until = 2026-10-31\n"
COMMITMENT = """
[[prices.contract.commitments]]
name = "c"
provider = "openai"
amount_usd = 10
valid_from = 2026-10-01
valid_until = 2026-10-31
"""


def flags(text: str, *found: object, day: date = DAY) -> dict[str, tuple[str, ...]]:
    return {row.model: row.flags for row in in_force(read_whole(text, "f.toml"), found, day)}  # type: ignore[arg-type] # calls


def test_rates_are_per_million_tokens_and_per_one_of_all_else() -> None:
    (row,) = in_force(read_whole(OWN, "f.toml"), [], DAY)
    assert [(rate.unit, rate.per, rate.usd) for rate in row.rates] == [
        ("input_tokens", 1_000_000, Decimal(1)),
        ("requests", 1, Decimal("0.5")),
    ]
    assert (row.source, row.cost_source, row.requests, row.flags) == ("finops.toml", "contract", 0, ())
    (before,) = in_force(read_whole(OWN, "f.toml"), [], date(2026, 10, 31))
    assert [rate.usd for rate in before.rates] == [Decimal(2)]


def test_targets_of_the_router_and_what_was_called_are_listed_once_each_way() -> None:
    rows = in_force(
        read_whole(group(MINI), "f.toml"),
        [calls(), calls(HAIKU), calls(service_tier="batch"), calls(service_tier="default")],
        DAY,
    )
    assert [(row.model, row.served, row.requests) for row in rows] == [
        ("claude-haiku-4-5", "", 1),
        ("gpt-4o-mini", "", 2),
        ("gpt-4o-mini", "tier batch", 1),
    ]
    assert rows[1].rates[0].usd == Decimal("0.15")


def test_what_is_missing_in_use_is_flagged() -> None:
    unknown = calls(("openai", "nobody-knows-it"), cost_usd=None, priced_requests=0, cost_source=None)
    assert flags("", unknown)["nobody-knows-it"] == ("missing: no price is known, and it is in use",)
    assert flags(group(("openai", "nobody-knows-it")))["nobody-knows-it"] == ("missing: no price is known",)


def test_what_was_recorded_at_another_price_or_none_is_flagged() -> None:
    old = calls(price_source="genai-prices 0.0.1", requests=3, priced_requests=3)
    none = calls(cost_usd=None, priced_requests=0, cost_source=None, requests=2)
    assert flags("", old, none)["gpt-4o-mini"] == (
        "3 of 5 requests recorded at other prices: finops-report reprice",
        "2 of 5 requests recorded without a price: finops-report reprice",
    )
    charged = calls(cost_source="provider", price_source="charged by the provider")
    assert flags("", charged)["gpt-4o-mini"] == ()


def test_a_discount_that_ended_lately_is_flagged() -> None:
    assert flags(ENDED, calls(cost_source="provider"))["gpt-4o-mini"] == ("a discount ended on 2026-10-31",)
    assert flags(ENDED, calls(cost_source="provider"), day=date(2026, 10, 31))["gpt-4o-mini"] == ()


def test_an_old_list_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = in_force(PLAIN, [calls(cost_source="provider")], DAY)
    assert row.source is not None
    version = row.source.split()[1].rstrip(",")
    monkeypatch.setattr("finops_report.prices.in_force.published", lambda: {version: date(2026, 8, 1)})
    found = flags("", calls(cost_source="provider"))["gpt-4o-mini"]
    assert found == ("stale: the list is of 2026-08-01, 97 days before",)
    assert flags("", calls(cost_source="provider"), day=date(2026, 10, 30))["gpt-4o-mini"] == ()
    assert version in price_tables.published()


def test_a_commitment_says_how_much_of_it_was_used() -> None:
    day = date(2026, 10, 31)
    other = calls(HAIKU, cost_usd=Decimal(9))
    (one,) = committed(
        read_whole(COMMITMENT, "f.toml"), [calls(cost_usd=Decimal("2.5")), calls(cost_usd=None), other], day
    )
    assert (one.used_usd, one.used_share, one.passed_share, one.is_behind) == (Decimal("2.5"), 0.25, 1.0, True)
    assert committed(read_whole(COMMITMENT, "f.toml"), [], date(2026, 11, 1)) == []


def test_only_what_differs_is_compared() -> None:
    discounted = read_whole(DISCOUNT + OWN, "b.toml")
    rows = differences(Side("a", PLAIN, DAY), Side("b", discounted, DAY), [calls(), calls(HAIKU)])
    assert rows[0] == Difference(
        "openai", "gpt-4o-mini", "", "cache_read_tokens", 1_000_000, 0, Decimal("0.075"), Decimal("0.05625")
    )
    assert {(row.provider, row.a_usd is None) for row in rows} == {("openai", False), ("own", True)}
    assert differences(Side("a", PLAIN, DAY), Side("b", PLAIN, DAY), [calls()]) == []


def test_the_commands_print_and_compare(run: Run, tmp_path: Path) -> None:
    assert "0 prices, 0 flagged" in run("prices").stdout
    row = call(timestamp="2026-11-01 12:00:00", cost_estimated=0.5, input_tokens=1_000_000)
    write_table(tmp_path / "telemetry.duckdb", [row, call(timestamp="2026-11-01", request_id="r2", model="who")])
    (tmp_path / "finops.toml").write_text(COMMITMENT.replace("2026-10-31", "2026-11-30"), encoding="utf-8")
    (tmp_path / "new.toml").write_text(DISCOUNT, encoding="utf-8")
    shown = run("prices")
    assert shown.exit_code == 0, shown.output
    assert "openai/gpt-4o-mini: genai-prices" in shown.stdout
    assert "input $0.15/M" in shown.stdout
    assert "! missing: no price is known, and it is in use" in shown.stdout
    assert "commitment c: $0.50021 of $10 used (5 %)" in shown.stdout
    found = json.loads(run("prices", "--format", "json", "--on", "2026-11-02").stdout)
    assert found["prices"][0]["rates"][0]["usd"] == "0.15"
    compared = run("prices", "diff", "finops.toml", "new.toml")
    assert "openai/gpt-4o-mini: input, a million: $0.15 -> $0.1125 (-25 %)" in compared.stdout
    assert (
        "| openai/gpt-4o-mini | input, a million | $0.15 | $0.1125 | -25 % |"
        in run("prices", "diff", "finops.toml", "new.toml", "--format", "markdown").stdout
    )
    assert run("prices", "diff", "2026-11-01", "2026-11-02").stdout == "no price differs\n"
    assert run("prices", "diff", "2026-13-01", "2026-11-02").exit_code == 2
    assert "error: The settings cannot be read" in run("prices", "diff", "a.toml", "new.toml").stderr
    assert "No such file" in run("prices", "--db", "nowhere.duckdb").stderr
