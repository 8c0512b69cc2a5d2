"""What a bill and the estimate differ by is parted into causes that add up, and the rest is an error to explain."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from click.testing import CliRunner
from finops_router.records import RequestRecord

from finops_report.analysis.reconciliation import CAUSES
from finops_report.cli import main
from tests.conftest import Run
from tests.finops_report.exports.traffic import write
from tests.finops_report.reconcile.bills import (
    DAY,
    MINI_USD,
    anthropic_bill,
    focus_bill,
    mini_request,
    mtok,
    openai_bill,
    sonnet_request,
)


def reconciled(
    run: Run, tmp_path: Path, recorded: Sequence[RequestRecord], bill: Path, *options: str | Path, exit_code: int = 0
) -> dict[str, Any]:
    """Bring a bill in beside requests, and return what came of it."""
    db = tmp_path / "telemetry.duckdb"
    if not db.exists():
        write(db, recorded)
    brought = run("ingest", bill, "--db", db)
    assert brought.exit_code == 0, brought.output
    done = run("reconcile", "--db", db, "--format", "json", *options)
    assert done.exit_code == exit_code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def causes_of(line: dict[str, Any]) -> dict[str, Decimal]:
    """The causes of a line that are not zero."""
    amounts = {CAUSES[column]: Decimal(line[column]) for column in CAUSES}
    assert sum(amounts.values()) == Decimal(line["variance_usd"])
    return {cause: amount for cause, amount in amounts.items() if amount}


def causes(found: dict[str, Any]) -> dict[str, Decimal]:
    """The causes of the first provider that are not zero."""
    return causes_of(found["providers"][0]["causes"] | {"variance_usd": found["providers"][0]["variance_usd"]})


@dataclass(frozen=True)
class Story:
    """What was recorded and billed on a day of its own, and the causes of the difference, by hand."""

    recorded: Callable[[str], Sequence[RequestRecord]]
    bill: Callable[[Path, str], Path]
    causes: dict[str, Decimal]


def unpriced(day: str) -> RequestRecord:
    return msgspec.structs.replace(
        mini_request(f"{day}T14:00:00", input_tokens=3_000, output_tokens=300),
        cost_estimated=None,
        cost_source=None,
        price_source=None,
        unpriced_reason="model",
    )


def halved(place: Path, day: str) -> Path:
    """A batch as FOCUS has it: at half the price."""
    half = [("Input Tokens", 10_000, MINI_USD["input"]), ("Output Tokens", 1_000, MINI_USD["output"])]
    return focus_bill(
        place,
        [
            {
                "SkuMeter": meter,
                "ConsumedQuantity": used,
                "BilledCost": mtok(price, used) / 2,
                "x_ServiceTier": "batch",
                "ChargePeriodStart": f"{day}T00:00:00Z",
            }
            for meter, used, price in half
        ],
    )


def discounted(place: Path, day: str) -> Path:
    row = {"ConsumedQuantity": 1_000_000, "BilledCost": "0.135", "ListCost": "0.15"}
    return focus_bill(place, [row | {"ChargePeriodStart": f"{day}T00:00:00Z"}])


STORIES = {
    "a bill at published prices": Story(
        lambda day: [
            sonnet_request(
                f"{day}T12:00:00",
                input_tokens=9_000,
                output_tokens=500,
                cache_read_input_tokens=6_000,
                cache_write_input_tokens=1_000,
            ),
            sonnet_request(f"{day}T13:00:00", input_tokens=100, output_tokens=1),
        ],
        lambda place, day: anthropic_bill(
            place, {"input": 2_100, "cache_read": 6_000, "cache_write": 1_000, "output": 501}, day
        ),
        {},
    ),
    "cached tokens that the estimate took for plain input": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=10_000, output_tokens=100)],
        lambda place, day: openai_bill(place, {"input": 4_000, "cache_read": 6_000, "output": 100}, day),
        {"cache class": mtok(MINI_USD["cache_read"] - MINI_USD["input"], 6_000)},
    ),
    "the same of a bill without counts": Story(
        lambda day: [sonnet_request(f"{day}T12:00:00", input_tokens=10_000, output_tokens=100)],
        lambda place, day: anthropic_bill(place, {"input": 4_000, "cache_read": 6_000, "output": 100}, day),
        {"cache class": mtok(Decimal("-2.7"), 6_000)},
    ),
    "a batch that the estimate took for the usual tier": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=10_000, output_tokens=1_000)],
        halved,
        {"batch or tier": Decimal("-0.00105")},
    ),
    "a batch of a bill without counts": Story(
        lambda day: [sonnet_request(f"{day}T12:00:00", input_tokens=20_000, output_tokens=2_000)],
        lambda place, day: anthropic_bill(place, {"input": 10_000, "output": 1_000}, day, service_tier="batch"),
        {"batch or tier": Decimal("-0.045")},
    ),
    "a discount that the bill states": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=1_000_000)],
        discounted,
        {"negotiated discount": Decimal("-0.015")},
    ),
    "a discount that its unit price shows": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=1_000_000, output_tokens=1_000_000)],
        lambda place, day: openai_bill(place, {"input": 1_000_000, "output": 1_000_000}, day, times=Decimal("0.8")),
        {"negotiated discount": Decimal("-0.15")},
    ),
    "requests without a price": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=1_000, output_tokens=100), unpriced(day)],
        lambda place, day: openai_bill(place, {"input": 4_000, "output": 400}, day),
        {"unpriced": mtok(MINI_USD["input"], 3_000) + mtok(MINI_USD["output"], 300)},
    ),
    "more tokens than anybody recorded": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=1_000, output_tokens=100)],
        lambda place, day: openai_bill(place, {"input": 3_000, "output": 500}, day),
        {"untracked keys": mtok(MINI_USD["input"], 2_000) + mtok(MINI_USD["output"], 400)},
    ),
    "a model that nobody recorded": Story(
        lambda day: [],
        lambda place, day: anthropic_bill(place, {"input": 1_000}, day),
        {"untracked keys": Decimal("0.003")},
    ),
    "a failed try that is billed": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=1_000)],
        lambda place, day: openai_bill(place, {"input": 1_500}, day),
        {"failed tries billed": Decimal("0.000075")},
    ),
    "a unit price above the estimate's": Story(
        lambda day: [mini_request(f"{day}T12:00:00", input_tokens=1_000_000)],
        lambda place, day: openai_bill(place, {"input": 1_000_000}, day, times=Decimal("1.1")),
        {"rest": Decimal("0.015")},
    ),
}
DAYS = {name: f"2026-10-{number:02d}" for number, name in enumerate(STORIES, 1)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All stories in one database, reconciled at once."""
    folder = tmp_path_factory.mktemp("stories")
    db = write(folder / "t.duckdb", [one for name, story in STORIES.items() for one in story.recorded(DAYS[name])])
    with duckdb.connect(str(db)) as con:
        con.execute(
            "insert into attempts "
            "(timestamp, request_id, attempt, provider, model, outcome, input_tokens, cost_estimated) values "
            "($at, 'r', 1, 'openai', 'gpt-4o-mini', 'error', 500, 0.000075)",
            {"at": f"{DAYS['a failed try that is billed']} 12:00:00"},
        )
    bills = [story.bill(folder / f"{DAYS[name]}.bill", DAYS[name]) for name, story in STORIES.items()]
    assert CliRunner().invoke(main, ["ingest", *map(str, bills), "--db", str(db)]).exit_code == 0
    done = CliRunner().invoke(main, ["reconcile", "--db", str(db), "--format", "json"])
    assert done.exit_code == 3, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", STORIES)
def test_causes_are_those_worked_out_by_hand(told: dict[str, Any], name: str) -> None:
    (line,) = (one for one in told["lines"] if one["day"] == DAYS[name])
    assert causes_of(line) == STORIES[name].causes


def test_what_is_to_be_explained_is_named(told: dict[str, Any]) -> None:
    assert [line["day"] for line in told["to_explain"]] == [DAYS["a unit price above the estimate's"]]
    assert [(gap["gap"], gap["provider"], gap["days"]) for gap in told["gaps"]] == [
        ("nothing recorded", "Anthropic", 1)
    ]
    assert {line["token_class"] for line in told["token_classes"] if line["day"] == "2026-10-01"} == {
        "input",
        "cache_read",
        "cache_write",
        "output",
    }


def test_accounts_that_are_not_recorded(run: Run, tmp_path: Path) -> None:
    recorded = [mini_request(input_tokens=1_000)]
    own = openai_bill(tmp_path / "own.json", {"input": 1_000})
    reconciled(run, tmp_path, recorded, own)
    other = openai_bill(tmp_path / "other.json", {"input": 9_000}, project="proj_other")
    found = reconciled(run, tmp_path, recorded, other, "--account", "proj_1")
    assert causes(found) == {"untracked keys": mtok(MINI_USD["input"], 9_000)}
    assert found["providers"][0]["captured"] == "0.1"


def test_requests_over_midnight(run: Run, tmp_path: Path) -> None:
    late = msgspec.structs.replace(mini_request(f"{DAY}T23:59:59", input_tokens=1_000), latency_ms=5_000.0)
    recorded = [late, mini_request(input_tokens=200), mini_request("2026-10-06T12:00:00", input_tokens=300)]
    reconciled(run, tmp_path, recorded, openai_bill(tmp_path / "a.json", {"input": 200}), exit_code=0)
    bill = openai_bill(tmp_path / "b.json", {"input": 1_300}, day="2026-10-06")
    found = reconciled(run, tmp_path, recorded, bill)
    assert [Decimal(line["boundary_usd"]) for line in found["lines"]] == [Decimal("-0.00015"), Decimal("0.00015")]
    assert causes(found) == {}


def test_a_bill_in_another_currency(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[report]\ncurrency = "EUR"\ncurrency_rate = 0.8\n')
    recorded = [mini_request(input_tokens=1_000_000)]
    bill = tmp_path / "azure.csv"
    bill.write_text(
        "Date,MeterCategory,MeterSubCategory,MeterName,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrency,"
        "CostInUsd,SubscriptionId\n"
        "10/05/2026,Cognitive Services,Azure OpenAI,gpt 4o mini 0718 Inp glbl Tokens,1000,1K,0.126,EUR,0.15,sub-1\n"
    )
    azure = [msgspec.structs.replace(one, provider="azure.ai.openai") for one in recorded]
    found = reconciled(run, tmp_path, azure, bill, "--config", config)
    assert causes(found) == {"currency": Decimal("0.0075")}, "0.126 EUR at the stated rate are 0.1575 USD"
    bill.write_text(bill.read_text().replace(",0.15,", ",,"))
    assert run("ingest", bill, "--db", tmp_path / "telemetry.duckdb").exit_code == 0
    done = run("reconcile", "--db", tmp_path / "telemetry.duckdb")
    plain = done.stdout
    assert done.exit_code == 0
    assert "gap: Azure OpenAI: billed in a currency without a stated rate: 1 day (5 Oct 2026), 0.1260 EUR" in plain


def test_what_no_cause_explains_is_exit_code_3_with_its_lines(run: Run, tmp_path: Path) -> None:
    db = write(tmp_path / "telemetry.duckdb", [mini_request(input_tokens=1_000_000)])
    run("ingest", openai_bill(tmp_path / "bill.json", {"input": 1_000_000}, times=Decimal("1.1")), "--db", db)
    done = run("reconcile", "--db", db)
    assert done.exit_code == 3
    assert "  rest: $0.0150\n" in done.stdout
    assert "to explain: 1 line\n  2026-10-05 OpenAI/gpt-4o-mini: rest $0.0150" in done.stdout
    assert run("reconcile", "--db", db, "--max-rest", "0.1").exit_code == 0, "a bound of one's own"
    assert run("reconcile", "--db", db, "--max-rest", "nan").exit_code == 2


def test_settings_say_what_the_command_does_not(run: Run, tmp_path: Path) -> None:
    db = write(tmp_path / "telemetry.duckdb", [mini_request(input_tokens=1_000_000)])
    run("ingest", openai_bill(tmp_path / "bill.json", {"input": 1_000_000}, times=Decimal("1.1")), "--db", db)
    config = tmp_path / "own.toml"
    config.write_text('[reconcile]\nmax_rest = 0.95\naccounts = ["proj_other"]\n')
    done = run("reconcile", "--db", db, "--config", config)
    assert (done.exit_code, "untracked keys: $0.1650" in done.stdout) == (0, True)
    named = run("reconcile", "--db", db, "--config", config, "--account", "proj_1", "--max-rest", "0.01")
    assert (named.exit_code, "  rest: $0.0150\n" in named.stdout) == (3, True)


def test_days_without_a_bill_are_gaps_and_no_difference(run: Run, tmp_path: Path) -> None:
    recorded = [mini_request(input_tokens=1_000), mini_request("2026-10-06T12:00:00", input_tokens=300)]
    found = reconciled(run, tmp_path, recorded, openai_bill(tmp_path / "bill.json", {"input": 1_000}))
    assert causes(found) == {}
    assert [(gap["gap"], gap["days"], Decimal(gap["amount"])) for gap in found["gaps"]] == [
        ("no bill", 1, mtok(MINI_USD["input"], 300))
    ]


def test_without_bills_it_says_how_to_bring_them_in(run: Run, tmp_path: Path) -> None:
    done = run("reconcile", "--db", write(tmp_path / "telemetry.duckdb", [mini_request(input_tokens=1)]))
    assert done.exit_code == 1
    assert done.stderr.startswith("error: No bills of 2026-10-05 to 2026-10-05\nhint: bring them in")


def test_causes_add_up_whatever_is_billed(run: Run, tmp_path: Path) -> None:
    chance = random.Random(7)
    recorded = [
        msgspec.structs.replace(
            mini_request(f"2026-10-0{1 + n % 5}T23:59:5{n % 10}", input_tokens=n * 7 + 1, output_tokens=n),
            request_id=f"r{n}",
            latency_ms=float(n % 12_000) * 100,
        )
        for n in range(60)
    ]
    rows = [
        {
            "ChargePeriodStart": f"2026-10-0{1 + n % 6}T00:00:00Z",
            "BilledCost": chance.choice(["0", "-0.01", "0.0000371", "1e-7", "12345.678901234567"]),
            "ListCost": chance.choice(["", "0.2", "0"]),
            "ConsumedQuantity": chance.choice(["", "0", "31", "999999"]),
            "SkuMeter": chance.choice(["Input Tokens", "Output Tokens", "Cache Read Input Tokens", "Web Searches"]),
            "x_ServiceTier": chance.choice(["", "batch", "priority"]),
            "x_ModelId": chance.choice(["gpt-4o-mini", "gpt-4o", ""]),
            "BillingAccountId": chance.choice(["a", "b"]),
            "BillingCurrency": chance.choice(["USD", "USD", "EUR"]),
        }
        for n in range(300)
    ]
    found = reconciled(run, tmp_path, recorded, focus_bill(tmp_path / "bill.csv", rows), "--account", "a", exit_code=3)
    for line in found["lines"]:
        assert sum(Decimal(line[column]) for column in CAUSES) == Decimal(line["variance_usd"])
        assert Decimal(line["billed_usd"]) - Decimal(line["estimated_usd"]) == Decimal(line["variance_usd"])


@pytest.mark.parametrize("form", ["csv", "classes"])
def test_rows_are_for_machines(run: Run, tmp_path: Path, form: str) -> None:
    db = write(tmp_path / "telemetry.duckdb", [mini_request(input_tokens=1_000)])
    run("ingest", openai_bill(tmp_path / "bill.json", {"input": 1_000}), "--db", db)
    done = run("reconcile", "--db", db, "--format", form)
    head, row = done.stdout.splitlines()
    assert head.startswith("day,provider,model,")
    assert row.startswith("2026-10-05,OpenAI,gpt-4o-mini,")
