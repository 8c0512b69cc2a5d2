"""Write weeks of ordinary traffic: the demo's rhythm and sizes, drawn by a seed, at list prices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
from finops_router.demo.trace import read_rhythm

FIRST, DAYS = date(2026, 8, 3), 77
# Team, group and weight of who asks; model, its provider, its prices a million tokens, and what of its group it gets.
CALLERS = (
    ("support", "chat", 25),
    ("platform", "code", 27),
    ("search", "extract", 15),
    ("search", "chat", 8),
    ("growth", "chat", 7),
    ("finance", "extract", 11),
    ("data", "code", 7),
)
MODELS = (
    ("chat", "anthropic", "claude-haiku-4-5", 1.0, 5.0, 40),
    ("chat", "gcp.gemini", "gemini-2.5-flash", 0.3, 2.5, 60),
    ("code", "anthropic", "claude-sonnet-4-5", 3.0, 15.0, 60),
    ("code", "openai", "gpt-5.1", 1.25, 10.0, 40),
    ("extract", "gcp.gemini", "gemini-2.5-flash-lite", 0.1, 0.4, 100),
)
# Claude's prompts begin alike: three fifths of them are read from its cache at a tenth of their price.
TRAFFIC = """
create table telemetry as
with hours as (
    select hour, (isodow(day) - 1) as weekday, hour(hour) as hour_of_day, day
    from (select timestamp '{first}' + to_hours(i) as hour from range(24 * {days}) as hours (i)),
        lateral (select cast(hour as date) as day)
), drawn as (
    select
        hour + to_seconds(hash({seed}, hour, i, 'at') % 3600) as timestamp,
        hash({seed}, hour, i, 'who') % 100 as who,
        hash({seed}, hour, i, 'model') % 100 as which,
        hash({seed}, hour, i, 'size') % 8819 as size,
        hash({seed}, hour, i, 'failed') % 1000 < 4 as failed
    from hours, range(4 * {per_hour}) as slots (i)
    where (hash({seed}, hour, i, 'come') % 1000000) / 1000000.0
        < ({hour_of_day})[hour_of_day + 1] * ({day_of_week})[weekday + 1] / 4.0
)
select
    timestamp, 'r' || row_number() over (order by timestamp, who, which, size) as request_id, 'fixed' as strategy,
    models.provider, models.model,
    ContextTokens * if(callers."group" = 'chat', 2, 1) as input_tokens, GeneratedTokens as output_tokens,
    (input_tokens - 0.9 * coalesce(cached, 0)) * price_in / 1e6 + output_tokens * price_out / 1e6 as cost_estimated,
    500.0 as latency_ms, callers.team, if(failed, 'error', 'ok') as status,
    cached as cache_read_input_tokens
from drawn
join callers on who >= callers.low and who < callers.high
join models on models."group" = callers."group" and which >= models.low and which < models.high
join (
    select ContextTokens, GeneratedTokens, row_number() over () - 1 as size from read_csv('{trace}')
) as trace using (size),
lateral (select if(models.model = 'claude-sonnet-4-5', (ContextTokens * 3) // 5, null) as cached)
"""


def ordinary(path: Path, seed: int, per_hour: int = 60) -> Path:
    """Write traffic of about so many requests an hour from FIRST on."""
    rhythm = read_rhythm()
    trace = files("finops_router.demo").joinpath("data", "AzureLLMInferenceTrace_code.csv")
    with duckdb.connect(str(path)) as con:
        con.execute(_shares("callers", '(team, "group", low, high)', [(f"'{a}', '{b}'", c) for a, b, c in CALLERS]))
        models = [(f"'{a}', '{b}', '{c}', {d}, {e}", f) for a, b, c, d, e, f in MODELS]
        con.execute(_shares("models", '("group", provider, model, price_in, price_out, low, high)', models))
        con.execute(
            TRAFFIC.format(
                first=FIRST,
                days=DAYS,
                seed=seed,
                per_hour=per_hour,
                hour_of_day=list(rhythm.hour_of_day),
                day_of_week=list(rhythm.day_of_week),
                trace=trace,
            )
        )
        con.execute("drop table callers")
        con.execute("drop table models")
    return path


def _shares(name: str, columns: str, rows: Sequence[tuple[str, int]]) -> str:
    """Return a table with the percent from `low` to `high` that each row gets; those of a group begin at 0."""
    values, low, group = [], 0, ""
    for row, weight in rows:
        if name == "models" and row.split(",")[0] != group:
            group, low = row.split(",")[0], 0
        values.append(f"({row}, {low}, {low + weight})")
        low += weight
    return f"create table {name} as from (values {', '.join(values)}) t {columns}"
