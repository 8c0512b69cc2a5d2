"""Make the demo's requests: the real hour as it was, or a month with its sizes and a daily and weekly rhythm."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from finops_router.calls import Request
from finops_router.demo.trace import Rhythm, TracedRequest
from finops_router.providers.simulated import Work

FIRST_DAY = date(2026, 10, 1)  # if none is asked for: fixed, so that a seed always gives the same records
RUNAWAY_FROM_DAYS = 42  # before, a report has too little history to tell what is unusual
REQUESTS_A_DAY = 1500
HOUR_S, DAY_S = 3600.0, 86_400.0
UNATTRIBUTED = 0.08
MAX_OUTPUT_TOKENS = 2048  # what callers allow; the trace's longest answer is 1,899
CALLERS = (  # team, project, group, weight
    ("support", "helpdesk-assistant", "chat", 24),
    ("support", "ticket-triage", "triage", 1),
    ("platform", "code-review", "code", 18),
    ("platform", "ci-helper", "code", 9),
    ("search", "query-rewrite", "extract", 15),
    ("search", "answer-box", "chat", 8),
    ("growth", "campaign-copy", "chat", 7),
    ("finance", "invoice-extract", "extract", 11),
    ("data", "notebook-assistant", "code", 7),
)
WEIGHTS = [weight for _, _, _, weight in CALLERS]
ENVIRONMENTS, ENVIRONMENT_WEIGHTS = ("production", "staging", "development"), (86, 9, 5)
CHAT_STRETCH = (0.56, 7.5)  # of tokens in and out: mean of Azure's conversation trace (1,155, 211) over this one's

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scenario:
    """When the demo starts and ends and what happens in it, all in seconds after midnight of its first day.

    Its thirds are the phases: cost-first, performance-first, and both side by side with the outage. `runaway` is a
    night on which one team's job does not stop to ask.
    """

    from_s: float
    until_s: float
    slow_start: Window
    rate_limits: Window
    outage: Window
    runaway: Window | None = None

    def strategy(self, at_s: float, rng: random.Random) -> str:
        """Return the strategy of a request at `at_s`; a coin decides in the last phase."""
        third = int(3 * (at_s - self.from_s) / (self.until_s - self.from_s))
        if third >= 2:
            return rng.choice(("cost-first", "performance-first"))
        return "performance-first" if third == 1 else "cost-first"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request, when it comes (seconds after midnight of the first day), and its true size."""

    at_s: float
    request: Request
    work: Work


def hour_scenario(trace: tuple[TracedRequest, ...]) -> Scenario:
    """Return the scenario of the real hour: every incident is a part of its phase."""
    from_s, until_s = trace[0].at_s, trace[-1].at_s + 1.0
    return _scenario(from_s, until_s)


def month_scenario(days: int) -> Scenario:
    """Return the scenario of `days` days; from a week on, incidents fall into office hours.

    From six weeks on there is one night of too many requests, in the last days.
    """
    if days < 7:
        return _scenario(0.0, days * DAY_S)
    slow, limited, outage = (int(days * share) * DAY_S for share in (0.47, 0.7, 0.87))
    loop = int(days * 0.97) * DAY_S
    return Scenario(
        0.0,
        days * DAY_S,
        slow_start=(slow + 10 * HOUR_S, slow + 14 * HOUR_S),
        rate_limits=(limited + 13 * HOUR_S, limited + 16 * HOUR_S),
        outage=(outage + 9 * HOUR_S, outage + 15 * HOUR_S),
        runaway=(loop + 1 * HOUR_S, loop + 4 * HOUR_S) if days >= RUNAWAY_FROM_DAYS else None,
    )


def _scenario(from_s: float, until_s: float) -> Scenario:
    def part(start: float, end: float) -> Window:
        return from_s + (until_s - from_s) * start, from_s + (until_s - from_s) * end

    return Scenario(from_s, until_s, slow_start=part(0.47, 0.52), rate_limits=part(0.7, 0.74), outage=part(0.8, 0.92))


def hour(trace: tuple[TracedRequest, ...], scenario: Scenario, rng: random.Random) -> Iterator[Arrival]:
    """Replay the trace: real arrival times and sizes; who asks for what is drawn by `rng`."""
    for traced in trace:
        yield _arrival(traced.at_s, traced, (1.0, 1.0), scenario, rng)


def month(
    trace: tuple[TracedRequest, ...], rhythm: Rhythm, scenario: Scenario, rng: random.Random, first: date = FIRST_DAY
) -> Iterator[Arrival]:
    """Stretch the trace: arrivals at random with the rate of the hour and the day, sizes drawn from the trace.

    `first` is the first day: weekdays have rates of their own.

    The trace is of code completion, whose answers are short: 'chat' gets prompts and answers of the mean
    size of the conversation trace of the same data set.
    """
    at_s = scenario.from_s
    while True:
        at_s += rng.expovariate(_rate(rhythm, first, at_s))
        if at_s >= scenario.until_s:
            return
        yield _arrival(at_s, rng.choice(trace), CHAT_STRETCH, scenario, rng)


def _rate(rhythm: Rhythm, first: date, at_s: float) -> float:
    """Return requests a second at `at_s`."""
    day, hour_of_day = int(at_s // DAY_S), int(at_s % DAY_S // HOUR_S)
    factor = rhythm.day_of_week[(first.weekday() + day) % 7] * rhythm.hour_of_day[hour_of_day]
    return REQUESTS_A_DAY / DAY_S * factor


def _arrival(
    at_s: float, traced: TracedRequest, chat: tuple[float, float], scenario: Scenario, rng: random.Random
) -> Arrival:
    """Draw who asks, and make the request of it; the caller's own count of its tokens is up to 10 % off."""
    team, project, group, _ = rng.choices(CALLERS, WEIGHTS)[0]
    attributed = rng.random() >= UNATTRIBUTED
    stretch_in, stretch_out = chat if group == "chat" else (1.0, 1.0)
    work = Work(
        input_tokens=max(1, round(traced.input_tokens * stretch_in)),
        output_tokens=min(MAX_OUTPUT_TOKENS, max(1, round(traced.output_tokens * stretch_out))),
    )
    request = Request(
        request_id=f"{rng.getrandbits(128):032x}",
        group=group,
        strategy=scenario.strategy(at_s, rng),
        estimated_input_tokens=round(work.input_tokens * rng.uniform(0.9, 1.1)),
        max_output_tokens=MAX_OUTPUT_TOKENS,
        stream=group == "chat" or rng.random() < 0.6,
        team=team if attributed else None,
        project=project if attributed else None,
        environment=rng.choices(ENVIRONMENTS, ENVIRONMENT_WEIGHTS)[0],
        end_user=f"user-{rng.randrange(400):03d}" if group == "chat" else None,
        tags={"source": "demo"},
    )
    return Arrival(at_s, request, work)
