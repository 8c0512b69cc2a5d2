"""Work that is not urgent is priced in the tiers that answer later, by the router's price table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_report.commands.later_tiers import not_urgent
from finops_report.warehouse import LaterTier, MeanRequest, Served
from tests.conftest import Run

NOVEMBER_US = 1_794_000_000_000_000  # 2026-11-06
MEAN = MeanRequest(1000, 200, 100, 0)
TAGS = (("urgency", "batch"),)


def later(provider: str, model: str, tier: str | None = None, region: str | None = None) -> LaterTier | None:
    return not_urgent(TAGS).pricing(Served(provider, model, tier, None, region), MEAN, NOVEMBER_US)


@pytest.mark.parametrize(
    ("provider", "model"), [("openai", "gpt-5.1"), ("anthropic", "claude-haiku-4-5"), ("openai", "gpt-4o-mini")]
)
def test_a_batch_costs_about_half(provider: str, model: str) -> None:
    # OpenAI and Anthropic publish half the price for batches; OpenAI's old models read a cache at no less.
    found = later(provider, model)
    assert found is not None
    assert (found.tier, round(found.cost_ratio, 1)) == ("batch", 0.5)


def test_what_was_a_batch_already_would_cost_the_same() -> None:
    assert later("openai", "gpt-5.1", "batch") == LaterTier("batch", 1.0)


@pytest.mark.parametrize("model", ["mistral-large-latest", "nobody-knows-it"])
def test_a_model_without_such_a_price_is_not_compared(model: str) -> None:
    assert later("mistral_ai", model) is None


SETTINGS = """
[savings]
not_urgent = [{ urgency = "batch" }]

[router.groups.chat]
targets = [{ provider = "vllm", model = "own", expected_ms_per_output_token = 5 }]

[[router.prices]]
provider = "vllm"
model = "own"
input_usd_per_mtok = 1.0
output_usd_per_mtok = 1.0

[[router.prices]]
provider = "vllm"
model = "own"
input_usd_per_mtok = 0.25
output_usd_per_mtok = 0.25
service_tier = "flex"
"""


def test_a_contract_says_what_a_later_tier_saves(run: Run, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")) as con:
        con.execute(
            """
            create table telemetry as
            select timestamp '2026-10-01' + to_hours(i) as timestamp, 'r' || i as request_id, 'fixed' as strategy,
                'vllm' as provider, 'own' as model, 100 as input_tokens, 10 as output_tokens, 2.0 as cost_estimated,
                1.0 as latency_ms, if(i % 4 = 0, '{"urgency": "batch"}', '{}')::json as tags
            from range(80) t (i)
            """
        )
    (tmp_path / "finops.toml").write_text(SETTINGS, encoding="utf-8")
    result = run("query", "not_urgent", "--db", tmp_path / "t.duckdb", "--format", "csv")
    assert result.output.splitlines() == [
        "provider,model,tier,requests,cost_usd,saving_usd",
        "vllm,own,flex,20,40,30.0",
    ]
