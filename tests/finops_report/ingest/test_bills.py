"""Bills of each kind are found out, read by UTC day and kind of tokens, once, and restated by whole days."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_report.ingest.bills.kinds import BILLS as ALL
from tests.conftest import Run

OPENAI = {
    "object": "page",
    "data": [
        {
            "object": "bucket",
            "start_time": 1_790_812_800,
            "end_time": 1_790_899_200,
            "results": [
                {
                    "object": "organization.costs.result",
                    "amount": {"value": 0.06, "currency": "usd"},
                    "line_item": item,
                    "project_id": "proj_abc",
                    "organization_id": "org-1",
                    "quantity": None,
                }
                for item in ("gpt-4o-2024-08-06, cached input", "gpt-4o-2024-08-06, output", "web search tool calls")
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}
ANTHROPIC = {  # the example of https://docs.claude.com/en/api/admin-api/usage-cost/get-cost-report
    "data": [
        {
            "starting_at": "2026-10-01T00:00:00Z",
            "ending_at": "2026-10-02T00:00:00Z",
            "results": [
                {
                    "currency": "USD",
                    "amount": "123.78912",
                    "workspace_id": "wrkspc_1",
                    "description": "Claude Sonnet 4 Usage - Input Tokens",
                    "cost_type": "tokens",
                    "context_window": "0-200k",
                    "model": "claude-sonnet-4-20250514",
                    "service_tier": "batch",
                    "token_type": "cache_creation.ephemeral_1h_input_tokens",
                },
                {"currency": "USD", "amount": "5", "description": "Web Search Usage", "cost_type": "web_search"},
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}
OPENROUTER = {
    "data": [
        {
            "date": "2026-10-01",
            "model": "openai/gpt-4.1",
            "model_permaslug": "openai/gpt-4.1-2025-04-14",
            "endpoint_id": "550e8400",
            "provider_name": "OpenAI",
            "usage": 0.015,
            "byok_usage_inference": 0.012,
            "requests": 5,
            "prompt_tokens": 50,
            "completion_tokens": 125,
            "reasoning_tokens": 25,
        }
    ]
}
CUR = (
    "line_item_usage_start_date,line_item_product_code,line_item_usage_type,line_item_line_item_description,"
    "line_item_unblended_cost,line_item_currency_code,line_item_usage_amount,line_item_usage_account_id,"
    "pricing_public_on_demand_cost,pricing_unit\n"
    "2026-10-01T05:00:00Z,AmazonBedrock,USE1-Claude4Sonnet-input-tokens,$0.003 per 1K,2.7,USD,1000,123,3,1K tokens\n"
    "2026-10-01T06:00:00Z,AmazonBedrock,USE1-Claude4Sonnet-input-tokens,$0.003 per 1K,0.3,USD,100,123,0.3,1K tokens\n"
    "2026-10-01T05:00:00Z,AmazonEC2,USE1-BoxUsage,a machine,9,USD,1,123,9,Hrs\n"
)
AZURE = (
    "date,meterCategory,meterSubCategory,meterName,quantity,unitOfMeasure,costInBillingCurrency,billingCurrency,"
    "SubscriptionId\n"
    "10/01/2026,Foundry Models,Azure OpenAI,gpt 4o 1120 cchd Inp glbl Tokens,2,1M,2.5,USD,sub-1\n"
    "10/01/2026,Storage,Blob,Hot LRS,2,1 GB,0.1,USD,sub-1\n"
)
GCP = [
    {
        "service": {"id": "1", "description": "Vertex AI"},
        "sku": {"id": "2", "description": "Gemini 2.5 Pro Text Output - Predictions"},
        "usage_start_time": "2026-10-01 10:00:00 UTC",
        "project": {"id": "p-1"},
        "cost": 10,
        "currency": "USD",
        "usage": {"amount": 1_000_000, "unit": "count"},
        "credits": [{"name": "c", "amount": -1.5}],
    },
    {
        "service": {"description": "Cloud Storage"},
        "sku": {"description": "x"},
        "usage_start_time": "2026-10-01 10:00:00 UTC",
        "cost": 1,
        "currency": "USD",
    },
]
FOCUS = (
    "BilledCost,ChargePeriodStart,ServiceCategory,BillingCurrency,ServiceProviderName,SkuMeter,ConsumedQuantity,"
    "ConsumedUnit,ListCost,BillingAccountId,SkuPriceDetails\n"
    "0.27,2026-10-01T00:00:00Z,AI and Machine Learning,USD,OpenAI,Output Tokens,30,1000 Tokens,0.3,a1,"
    '"{""x_ModelId"":""gpt-4o""}"\n'
    "5,2026-10-01T00:00:00Z,Compute,USD,AWS,Hours,1,Hours,5,a1,\n"
)
BILLS: dict[str, tuple[str, str, list[tuple[Any, ...]]]] = {
    "openai-costs": (
        "bill.json",
        json.dumps(OPENAI),
        [
            ("openai", "gpt-4o-2024-08-06", "cache_read", "0.06", None, None, None, "proj_abc"),
            ("openai", "gpt-4o-2024-08-06", "output", "0.06", None, None, None, "proj_abc"),
            ("openai", None, "other", "0.06", None, None, None, "proj_abc"),
        ],
    ),
    "anthropic-costs": (
        "bill.json",
        json.dumps(ANTHROPIC),
        [
            ("anthropic", "claude-sonnet-4-20250514", "cache_write", "1.2378912", None, None, "batch", "wrkspc_1"),
            ("anthropic", None, "other", "0.05", None, None, None, None),
        ],
    ),
    "openrouter-costs": (
        "bill.json",
        json.dumps(OPENROUTER),
        [("openrouter", "openai/gpt-4.1-2025-04-14", "other", "0.027", "175", None, None, None)],
    ),
    "aws-cur": (
        "bill.csv",
        CUR,
        [("aws.bedrock", "Claude4Sonnet", "input", "3", "1100000", "3.3", None, "123")],
    ),
    "azure-export": (
        "bill.csv",
        AZURE,
        [("azure.ai.openai", "gpt 4o 1120", "cache_read", "2.5", "2000000", None, None, "sub-1")],
    ),
    "gcp-billing": (
        "bill.json",
        json.dumps(GCP),
        [("gcp.vertex_ai", "Gemini 2.5 Pro", "output", "8.5", "1000000", "10", None, "p-1")],
    ),
    "focus": ("bill.csv", FOCUS, [("openai", "gpt-4o", "output", "0.27", "30000", "0.3", None, "a1")]),
}


KINDS = {kind.name: kind for kind in ALL}


def billed(db: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(db), read_only=True) as con:
        return con.execute(
            "select provider, model, token_class, amount, quantity, list_amount, service_tier, account, date::varchar, "
            "currency from billed_costs order by model nulls last, token_class"
        ).fetchall()


def expected(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [
        (*row[:3], *(None if one is None else Decimal(one) for one in row[3:6]), *row[6:], "2026-10-01", "USD")
        for row in rows
    ]


@pytest.mark.parametrize("kind", BILLS)
def test_each_kind_is_found_out_and_read_to_the_last_digit(run: Run, tmp_path: Path, kind: str) -> None:
    name, text, rows = BILLS[kind]
    (tmp_path / name).write_text(text)
    done = run("ingest", name, "--db", "t.duckdb")
    assert done.exit_code == 0, done.output
    assert f": {KINDS[kind].title}, " in done.stdout
    assert billed(tmp_path / "t.duckdb") == expected(rows)


def test_the_same_bill_changes_nothing_and_a_restated_one_takes_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text(FOCUS)
    (tmp_path / "copy.csv").write_text(FOCUS)
    first = run("ingest", "bill.csv", "copy.csv", "--db", "t.duckdb").stdout
    assert "copy.csv: passed over: the same as bill.csv" in first
    assert "1 new line of bills in t.duckdb\n" in first
    assert "0 new lines of bills in t.duckdb; 1 already there" in run("ingest", "bill.csv", "--db", "t.duckdb").stdout
    (tmp_path / "bill.csv").write_text(FOCUS.replace("0.27", "0.26"))
    again = run("ingest", "bill.csv", "--db", "t.duckdb").stdout
    assert "1 new line of bills in t.duckdb; 1 line of the same days replaced" in again
    assert [row[3] for row in billed(tmp_path / "t.duckdb")] == [Decimal("0.26")]


def test_a_bill_with_a_hole_is_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text(FOCUS.replace("0.27", "much"))
    done = run("ingest", "bill.csv", "--db", "t.duckdb")
    assert done.exit_code == 1
    assert done.stderr.startswith(
        "error: A row of bill.csv cannot be read: line 2: BilledCost is no number: 'much'\nhint: "
    )
    assert not (tmp_path / "t.duckdb").exists()


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text(FOCUS)
    done = run("ingest", "bill.csv", "--db", "t.duckdb", "--dry-run")
    assert "FOCUS cost data, 1 line, 1 Oct 2026: 0.27 USD\n  1 row passed over" in done.stdout
    assert not (tmp_path / "t.duckdb").exists()


def test_a_mapping_is_not_for_bills(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text(FOCUS)
    assert run("ingest", "bill.csv", "--from", "focus", "--map", "model=SkuMeter").exit_code == 1
