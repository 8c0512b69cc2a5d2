"""Read the packaged data: the real hour of requests, and the rhythm that stretches it over weeks."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

TRACE = "AzureLLMInferenceTrace_code.csv"
RHYTHM = "rhythm.toml"


@dataclass(frozen=True, slots=True)
class TracedRequest:
    """One request of the trace: seconds after midnight of its day, tokens in, tokens out."""

    at_s: float
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How traffic spreads: a factor for each hour of day (UTC) and each day of week (Monday first); mean 1."""

    hour_of_day: tuple[float, ...]
    day_of_week: tuple[float, ...]


def read_text(name: str) -> str:
    """Return a file of finops_router/demo/data as text."""
    return files("finops_router.demo").joinpath("data", name).read_text(encoding="utf-8")


def read_trace() -> tuple[TracedRequest, ...]:
    """Read the 8,819 requests of the Azure trace in the order they came."""
    rows = csv.reader(read_text(TRACE).splitlines()[1:])
    return tuple(TracedRequest(_seconds(at), int(tokens_in), int(tokens_out)) for at, tokens_in, tokens_out in rows)


def read_rhythm() -> Rhythm:
    """Read the factors of rhythm.toml."""
    factors = tomllib.loads(read_text(RHYTHM))
    return Rhythm(tuple(factors["hour_of_day"]), tuple(factors["day_of_week"]))


def _seconds(at: str) -> float:
    """Return seconds after midnight; the trace's seventh decimal is below a microsecond and dropped."""
    moment = datetime.fromisoformat(at[:26])
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
