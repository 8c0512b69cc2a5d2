"""What the tests of exports record: requests priced as the router prices them, and some that have no unit price."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec
from finops_router.calls import STANDARD, Served, Usage
from finops_router.pricing.priced_record import priced_record
from finops_router.pricing.prices import PriceOverride, Prices
from finops_router.pricing.rates import MTOK, Rates
from finops_router.records import MOMENT, RequestRecord, columns

SCHEMA = Path(__file__).parents[3] / "sql/schema"
SONNET, GPT_4O = ("anthropic", "claude-sonnet-4-5"), ("openai", "gpt-4o")
CONTRACT = PriceOverride(
    provider="openai",
    model="gpt-4o",
    rates=Rates(input_usd=2 / MTOK, output_usd=8 / MTOK, cache_read_usd=1 / MTOK),
    source="contract 7",
)


def moment(text: str) -> int:
    """Return a moment in UTC in microseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def request(
    at: str,
    target: tuple[str, str],
    usage: Usage,
    served: Served = STANDARD,
    own: tuple[PriceOverride, ...] = (),
    **more: Any,
) -> RequestRecord:
    """Return a request at what it cost: at the prices of `own` and the public list."""
    provider, model = target
    made = RequestRecord(
        timestamp_us=moment(at),
        request_id=f"{at}-{model}-{usage.input_tokens}-{usage.cache_read_input_tokens}",
        provider=provider,
        model=model,
        strategy="cost-first",
        latency_ms=100.0,
        status="ok",
        **more,
    )
    bill = Prices(own).bill(usage, provider, model, made.timestamp_us, served)
    return priced_record(made, usage, bill, served)


def write(path: Path, records: Iterable[RequestRecord]) -> Path:
    """Write a database of the whole schema with these requests."""
    names = columns(RequestRecord)
    with duckdb.connect(str(path)) as con:
        for file in sorted(SCHEMA.glob("*.sql")):
            con.execute(file.read_text(encoding="utf-8"))
        for record in records:
            values = [_value(name, value) for name, value in msgspec.structs.asdict(record).items()]
            con.execute(f"insert into telemetry ({', '.join(names)}) values ({', '.join('?' * len(names))})", values)
    return path


def _value(name: str, value: Any) -> Any:
    if name == MOMENT:
        return datetime.fromtimestamp(value / 1e6, UTC).replace(tzinfo=None)
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value


def records() -> list[RequestRecord]:
    """Two months of every kind of cost: cached, in a batch, by contract, charged, reported, unknown."""
    cached = Usage(
        input_tokens=5_000,
        output_tokens=300,
        cache_read_input_tokens=3_000,
        cache_write_input_tokens=1_000,
        cache_write_1h_input_tokens=400,
    )
    small = Usage(input_tokens=1_234, output_tokens=56)
    team: dict[str, Any] = {"team": "search", "project": "ranking", "environment": "prod", "tags": {"app": 'a,"b'}}
    large = msgspec.structs.replace(cached, input_tokens=250_000)
    partly_cached = msgspec.structs.replace(small, cache_read_input_tokens=1_000)
    charged = msgspec.structs.replace(small, charged_usd=Decimal("0.000300000000030000003"))
    searched = msgspec.structs.replace(small, other_units={"web_searches": 3})
    reported = {"cost_estimated": 0.0123, "cost_source": "reported"}
    return [
        request("2026-09-30T23:59:59", SONNET, cached, **team),
        request("2026-10-01T00:00:00", SONNET, cached, **team),
        request("2026-10-01T09:00:00", SONNET, large),
        request("2026-10-13T00:44:00", ("deepseek", "deepseek-v4-pro"), small),
        request("2026-10-13T02:14:59", ("deepseek", "deepseek-v4-pro"), small),
        request("2026-10-03T00:00:00", GPT_4O, small),
        request("2026-10-03T00:00:00", GPT_4O, partly_cached, own=(CONTRACT,)),
        request("2026-10-03T01:00:00", GPT_4O, searched),
        request("2026-10-03T02:00:00", ("openrouter", "x/y"), charged),
        msgspec.structs.replace(request("2026-10-03T03:00:00", GPT_4O, small), **reported),
        request("2026-10-04T03:00:00", ("vllm", "=own"), small),
        request("2026-10-04T04:00:00", ("openai", "gpt-4o-mini"), Usage(input_tokens=7, output_tokens=0), **team),
        request("2026-11-03T00:00:00", SONNET, small, Served(service_tier="batch")),
    ]
