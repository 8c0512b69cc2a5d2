"""Make telemetry that engines silently disagree about: what is odd in every column, from a seed, in a DuckDB file."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

BEGIN = datetime(2026, 9, 20)
# fmt: off
NAMES = [
    'openai', 'OpenAI', 'Ösel', 'a', 'B', '_', 'z', 'Z', 'é', 'é', '\xa0padded\u2003', ' x ',
    '\ttab', '', '  ', "o'brien", 'q"uote', 'semi;colon', '%s', '$1', '{}', 'back\\slash',
    'new\nline', '🦆', 'ﬁ', 'İ', 'ß', "N" * 600, "ä" * 300, 'null', 'not recorded', '--', '/* */',
    '\u3000wide\u3000', '\u200bzero', '\x85next',
]
DAYS_OFF = [
    datetime(1970, 1, 1, 0, 0), datetime(1999, 12, 31, 23, 59, 59), datetime(2026, 11, 30, 0, 0),
    datetime(9999, 12, 31, 0, 0), None,
]
NUMBERS = [
    0.0, -0.0, -1.0, 1e-320, 5e-324, 1e-12, 5e-13, 1.5e-12, 2.5e-12, 0.1, 100000000000.0,
    999999999999.9999, 1000000000000.0, 1e+300, float("nan"), float("inf"), float("-inf"),
    9007.199254740994, 12345.678901234567, 1e-07, 0.0005, 0.0015, 0.0025,
]
TOKENS = [
    None, -1, 0, 1, 2, 3, 7, 8, 1023, 1024, 2147483648, 9007199254740992, 9007199254740993,
    1000000000000, 1000000000001,
]
TAGS = [
    None, '{}', '[]', '"x"', 'null', '{"k": "a"}', '{"k": "b", "a/b~c": "a"}', '{"k": 1}',
    '{"k": null}', '["a"]', '{"é.\'\\"": "a"}',
]
# fmt: on
WHOLE = ("input_tokens", "output_tokens", "cache_read_input_tokens", "reasoning_output_tokens")
CALLED = ("provider", "model", "team", "project", "environment", "end_user", "requested_model")


def hostile(path: Path, rows: int, seed: int) -> Path:
    """Write `rows` requests, with their attempts and all tables beside them, of the 46 days from 20 September 2026."""
    draw = random.Random(seed)
    with duckdb.connect(str(path)) as con:
        for file in sorted((Path(__file__).parents[3] / "sql" / "schema").glob("*.sql")):
            con.execute(file.read_text(encoding="utf-8"))
        for column in WHOLE:
            con.execute(f"alter table telemetry alter column {column} type bigint")
        for name, table in tables(draw, rows).items():
            places = ", ".join("?" * len(table[0]))
            con.executemany(
                f"insert into {name} ({', '.join(table[0])}) values ({places})", [list(one.values()) for one in table]
            )
    return path


def tables(draw: random.Random, rows: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table, by its columns."""
    return {
        "telemetry": [request(draw, number) for number in range(rows)],
        "attempts": [attempt(draw) for _ in range(rows)],
        "guardrail_events": [decision(draw) for _ in range(rows // 5)],
        "collector_health": [health(draw) for _ in range(10)],
        "unread_journal_entries": [{"journal": "j", "entry": name, "reason": "torn"} for name in ("é", "z", "Z", "B")],
        "units": [unit(draw) for _ in range(20)],
        "billed_costs": [bill(draw) for _ in range(20)],
    }


def moment(draw: random.Random) -> datetime | None:
    if draw.random() < 0.05:
        return draw.choice(DAYS_OFF)
    return BEGIN + timedelta(microseconds=draw.randrange(46 * 86_400 * 10**6))


def number(draw: random.Random, most: float = 1000.0) -> float | None:
    if draw.random() < 0.3:
        odd: float | None = draw.choice([*NUMBERS, None])
        return odd
    return draw.random() * float(most ** draw.random())


def tokens(draw: random.Random) -> int | None:
    return draw.choice(TOKENS) if draw.random() < 0.3 else draw.randrange(20_000)


def name(draw: random.Random) -> str | None:
    return draw.choice([*NAMES, None]) if draw.random() < 0.4 else draw.choice("abc")


def request(draw: random.Random, _number: int) -> dict[str, Any]:
    return {
        "timestamp": moment(draw),
        "request_id": draw.choice([None, f"r{draw.randrange(60)}"])
        if draw.random() < 0.3
        else f"r{draw.randrange(10**9)}",
        "strategy": draw.choice(["cost-first", "performance-first", name(draw)]),
        **{column: name(draw) for column in CALLED},
        **{column: tokens(draw) for column in WHOLE},
        "cache_write_input_tokens": draw.choice([None, 0, 5, -5]),
        "cost_estimated": number(draw),
        "latency_ms": number(draw, 1e6),
        "ttft_ms": number(draw, 1e4),
        "cache_savings_estimated": draw.choice([None, 0.0, -0.00001, 0.5, -5.0, float("nan"), 1e12]),
        "status": draw.choice([None, "ok", "error", "blocked", "cancelled"]),
        "attempts": draw.choice([None, 1, 3, -1, 10**7]),
        "guardrails": draw.choice([None, 0, 2, -1]),
        "price_source": name(draw),
        "cost_source": draw.choice([None, "list", " list ", "reported"]),
        "usage_source": draw.choice([None, "provider", "estimated", ""]),
        "unpriced_reason": draw.choice([None, "model", "usage"]),
        "service_tier": draw.choice([None, "flex", "\u00a0flex"]),
        "inference_region": draw.choice([None, "eu", "us"]),
        "other_units": draw.choice([None, None, '{"web_searches": 3}']),
        "tags": draw.choice(TAGS),
    }


def attempt(draw: random.Random) -> dict[str, Any]:
    return {
        "timestamp": moment(draw),
        "request_id": draw.choice([None, *(f"r{number}" for number in range(40))]),
        "attempt": draw.choice([None, 1, 2, 3, -1]),
        "provider": name(draw),
        "model": name(draw),
        "outcome": draw.choice(["ok", "ok", "error", "timeout", "skipped", "", None]),
        "error_type": draw.choice([None, "hedged", "at_limit", "rate_limit", "é", "Z", "a"]),
        "latency_ms": number(draw, 1e6),
        "input_tokens": draw.choice([None, -1, 0, 17]),
        "output_tokens": draw.choice([None, 5]),
        "cost_estimated": number(draw),
        "usage_source": draw.choice([None, "provider"]),
    }


def decision(draw: random.Random) -> dict[str, Any]:
    return {
        "timestamp": moment(draw),
        "team": name(draw),
        "guardrail": name(draw),
        "action": draw.choice(["blocked", "flagged", None]),
        "cost_estimated": number(draw),
        "cost_avoided": number(draw),
    }


def health(draw: random.Random) -> dict[str, Any]:
    return {
        "timestamp": moment(draw),
        "recorded": draw.randrange(-1, 9),
        "dropped": draw.choice([None, 0, 3]),
        "quarantined": 1,
    }


def unit(draw: random.Random) -> dict[str, Any]:
    day = draw.choice([None, date(1999, 1, 1), *(date(2026, 10, 1) + timedelta(days=off) for off in range(5))])
    return {
        "date": day,
        "name": draw.choice([None, "tickets", " tickets", "é"]),
        "quantity": number(draw),
        "team": name(draw),
    }


def bill(draw: random.Random) -> dict[str, Any]:
    amount = draw.choice([None, "0.123456789012", "-5", "9999999999.000000000001"])
    return {
        "date": date(2026, 10, draw.randrange(1, 9)),
        "provider": name(draw),
        "model": name(draw),
        "amount": amount,
        "currency": "USD",
    }


NOW_US = int(datetime(2026, 11, 6, tzinfo=UTC).timestamp()) * 1_000_000
