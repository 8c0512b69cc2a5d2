"""Draw random months of traffic: time zones and their clock changes, gaps, failures, prices that nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from finops_report.calendar.budget_periods import UNITS
from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import Budget, Policy, PolicyExemption
from tests.recomputed.rows import Attempt, Event, Health, Request, Telemetry, Unit, Unread

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Havana",
    "Africa/Casablanca",
)
STARTS = (date(2026, 3, 20), date(2026, 10, 12), date(2026, 10, 25), date(2026, 4, 1), date(2025, 12, 18))
TARGETS = (
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-4o"),
    ("anthropic", "claude-haiku-4-5"),
    ("google", "gemini-2.5-flash"),
    ("mistral", "mistral-small"),
    (" ", None),
)
MANY_TARGETS = tuple((f"provider {number}", "llama-4") for number in range(10))
STRATEGIES = ("cost-first", "cost-first", "performance-first", "cheapest", "round-robin", None, "")
GROUPS = ("small", "large", None)
TEAMS = (("search", "ranking"), ("search", None), ("chat", "chat"), (None, None), ("", "  "), ("ops", "ci"))
COST_SOURCES = ("provider", "contract", "list", "list", "corrected", "estimated", " ", None)
USAGE_SOURCES = ("provider", "provider", "estimated", "none", None)
REASONS = ("model", "serving", "usage", "web_searches", "web_searches,pages", None)
SOURCES = ("genai-prices 0.2.3", "contract", None)
STATUSES = ("ok",) * 18 + ("error", "blocked", "cancelled", None)
HOUR = timedelta(hours=1)
Target = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Telemetry, what a reader asks of it, and the moment of the build."""

    telemetry: Telemetry
    ask: PeriodAsk
    now: datetime
    budgets: tuple[Budget, ...] = ()
    policies: tuple[Policy, ...] = ()

    @property
    def now_us(self) -> int:
        return int(self.now.timestamp()) * 1_000_000


def scenario(seed: int) -> Scenario:
    """Return the scenario of a number; equal numbers give equal ones."""
    random = Random(seed)
    start = random.choice(STARTS) + timedelta(days=random.randrange(5))
    days = random.choice((1, 3, 9, 16, 16, 38, 38, 75, 130, 700))
    moments = _moments(random, start, days, random.choice((0, 1, 3, 1300, *range(150, 600, 25))))
    nine, has_attempts = random.random() < 0.2, random.random() < 0.75
    requests, attempts = _traffic(random, moments)
    _add_sources(Random(f"sources {seed}"), requests, attempts)
    _add_reasoning(Random(f"reasoning {seed}"), requests)
    _add_tags(Random(f"tags {seed}"), requests)
    _add_ways_served(Random(f"ways {seed}"), requests)
    _add_guardrails(Random(f"guardrails {seed}"), requests)
    now = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(
        days=days - random.choice((0, 0, min(3, days // 5)))
    )
    telemetry = Telemetry(
        tuple(requests),
        tuple(attempts) if has_attempts and not nine else None,
        _health(random, moments) if random.random() < 0.5 else None,
        _unread(Random(f"unread {seed}")),
        nine,
        _units(Random(f"units {seed}"), start, days),
        _events(Random(f"events {seed}"), moments),
    )
    budgets = _budgets(Random(f"budgets {seed}"), requests)
    policies = _policies(Random(f"policies {seed}"), start + timedelta(days=days // 2))
    return Scenario(telemetry, _ask(random, start, days), now, budgets, policies)


def steady(seed: int) -> Scenario:
    """Return a scenario of fourteen months in which no day is without requests, so that months can be compared."""
    random, start, days = Random(f"steady {seed}"), date(2025, 8, 20), 430
    first = datetime(start.year, start.month, start.day, tzinfo=UTC)
    moments = [first + (13 * number + random.randrange(9)) * HOUR for number in range(days * 24 // 13)]
    requests, attempts = _traffic(random, moments)
    units = _units(random, start + timedelta(days=300), 100)
    ask = PeriodAsk(month="2026-09", timezone=random.choice(ZONES))
    telemetry = Telemetry(tuple(requests), tuple(attempts), None, None, False, units)
    return Scenario(telemetry, ask, first + timedelta(days=days))


def _moments(random: Random, start: date, days: int, number: int) -> list[datetime]:
    """Return distinct moments, in order, some of them close together; some days and hours have none."""
    first = datetime(start.year, start.month, start.day, tzinfo=UTC)
    empty = {random.randrange(days) for _ in range(days // 4)}
    busy = [first + random.randrange(days * 24) * HOUR for _ in range(4)]
    found: set[datetime] = set()
    while len(found) < number:
        begin = random.choice(busy) if random.random() < 0.4 else first + random.randrange(days * 24) * HOUR
        moment = begin + timedelta(microseconds=random.randrange(3_600_000_000))
        if (moment - first).days not in empty or begin in busy:
            found.add(moment)
    return sorted(found)


def _traffic(random: Random, moments: list[datetime]) -> tuple[list[Request], list[Attempt]]:
    requests: list[Request] = []
    attempts: list[Attempt] = []
    targets = random.choice((random.sample(TARGETS, random.randrange(1, len(TARGETS) + 1)), MANY_TARGETS))
    customers = random.choice((40, 10_000))
    trouble = random.choice((0.0, 0.05, 0.3))
    for number, moment in enumerate(moments):
        request = _request(random, moment, f"id-{number}", random.choice(targets))
        request.end_user = random.choice((None, "")) if random.random() < 0.1 else f"customer {number % customers}"
        requests.append(request)
        if request.request_id is not None and random.random() < 0.95:
            attempts += _attempts(random, request, moment, targets, trouble)
        if random.random() < 0.05:
            request.request_id = f"id-{max(0, number - random.randrange(1, 4))}"
    for request in random.sample(requests, len(requests) // 12):
        _spoil(random, request)
    return requests, attempts


def _request(random: Random, moment: datetime, identity: str, target: Target) -> Request:
    tokens_in, tokens_out = random.choice((0, 90, 1000, 1020, 8000)), random.choice((0, 1, 40, 50, 700))
    cost = round(random.choice((1e-6, 1e-5, 2e-5)) * (tokens_in + 4 * tokens_out + 3) * random.uniform(0.8, 1.3), 10)
    team, project = random.choice(TEAMS)
    cached = random.random() < 0.4
    return Request(
        timestamp=_text(moment),
        request_id=None if random.random() < 0.02 else identity,
        strategy=random.choice(STRATEGIES),
        provider=target[0],
        model=target[1],
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        cost_estimated=None if random.random() < 0.08 else cost,
        latency_ms=None if random.random() < 0.05 else round(random.lognormvariate(6, 1.2), 3),
        team=team,
        project=project,
        environment=random.choice(("production", "staging", "", None)),
        requested_model=random.choice(GROUPS),
        cache_read_input_tokens=tokens_in // 2 if cached else random.choice((0, None)),
        cache_write_input_tokens=tokens_in // 4 if cached and random.random() < 0.3 else None,
        ttft_ms=round(random.lognormvariate(5, 1), 3) if random.random() < 0.6 else None,
        status=random.choice(STATUSES),
        price_source=random.choice(SOURCES),
        cache_savings_estimated=round(cost * random.uniform(-0.4, 1.5), 10)
        if cached and random.random() < 0.95
        else None,
    )


def _attempts(
    random: Random, request: Request, moment: datetime, targets: Sequence[Target], trouble: float
) -> list[Attempt]:
    """Return the tries of a request: failed and skipped ones, retries, rivals, and often an answer at last."""
    found: list[Attempt] = []
    while random.random() < trouble and len(found) < 5:
        found.append(_attempt(random, request, moment, len(found) + 1, random.choice(targets)))
    if random.random() < 0.9:
        last = _attempt(random, request, moment, len(found) + 1, (request.provider, request.model))
        last.outcome, last.error_type = "ok", None
        found.append(last)
    return found


def _attempt(random: Random, request: Request, moment: datetime, number: int, target: Target) -> Attempt:
    outcome, error_type = random.choice(
        (
            ("error", "server_error"),
            ("timeout", "timeout"),
            ("skipped", None),
            ("skipped", "at_limit"),
            ("cancelled", "hedged"),
            ("error", None),
            (None, "rate_limit"),
        )
    )
    return Attempt(
        timestamp=_text(moment + timedelta(milliseconds=700 * number)),
        request_id=request.request_id,
        attempt=number,
        provider=target[0],
        model=target[1],
        outcome=outcome,
        error_type=error_type,
        latency_ms=None if random.random() < 0.1 else round(random.lognormvariate(6, 1), 3),
        input_tokens=request.input_tokens if random.random() < 0.9 else None,
        output_tokens=request.output_tokens if random.random() < 0.9 else None,
        cost_estimated=round(random.uniform(0, 0.02), 10) if random.random() < 0.8 else random.choice((None, -1.0)),
        usage_source=None,
    )


def _add_sources(random: Random, requests: Sequence[Request], attempts: Sequence[Attempt]) -> None:
    """Say where costs and counts come from; chance of their own leaves the rest of the scenario as it is."""
    for request in requests:
        request.usage_source = random.choice(USAGE_SOURCES)
        request.cost_source = random.choice(COST_SOURCES) if random.random() < 0.95 else "invoice 2026-10"
        request.unpriced_reason = random.choice(REASONS)
        if request.price_source is not None:
            request.price_source += random.choice(("", "", ", corrected 2026-11-27"))
    for attempt in attempts:
        attempt.usage_source = random.choice(USAGE_SOURCES)


def _add_reasoning(random: Random, requests: Sequence[Request]) -> None:
    """Say how much of the output was reasoning; of few requests more than there was, or what cannot be."""
    for request in requests:
        most = max(request.output_tokens or 0, 0)
        request.reasoning_output_tokens = random.choice((None, 0, most // 2, most, most + 1))
        if random.random() < 0.03:
            request.reasoning_output_tokens = -7


def _units(random: Random, start: date, days: int) -> tuple[Unit, ...]:
    """Return counts of outcomes by some teams, also of days before and after the traffic, and some that are useless."""
    found = []
    for _ in range(random.choice((0, 4, 25))):
        day = start + timedelta(days=random.randrange(-3, days + 3))
        name, team = (
            random.choice(("ticket", "ticket", "document", "other")),
            random.choice((None, "search", "ops", " ")),
        )
        found.append(Unit(f"{day}", name, random.choice((0, 1, 2.5, 40)), team))
    if found and random.random() < 0.5:
        found += [Unit("1999-12-31", "ticket", 3, None), Unit(None, "ticket", 4, None), Unit(f"{start}", " ", 4, "ops")]
        found.append(Unit(f"{start}", "ticket", random.choice((-1, None, 1e13)), None))
    return tuple(found)


def _add_tags(random: Random, requests: Sequence[Request]) -> None:
    for request in requests:
        request.tags = random.choice((None, "{}", '{"feature": "a/b", "x": "1"}', '{"feature": "c"}', '{"~": "c"}'))


def _add_ways_served(random: Random, requests: Sequence[Request]) -> None:
    for request in requests:
        request.service_tier = random.choice((None, None, None, " ", "batch"))
        request.speed = random.choice((None, None, "fast"))
        request.inference_region = random.choice((None, None, None, None, "us"))
        request.other_units = random.choice((None, None, None, '{"web_searches": 1}'))


def _add_guardrails(random: Random, requests: Sequence[Request]) -> None:
    if random.random() < 0.7:
        for request in requests:
            request.guardrails = random.choice((None, 0, 1, 3, 3, 3)) if random.random() < 0.97 else -1


def _events(random: Random, moments: Sequence[datetime]) -> tuple[Event, ...]:
    """Return decisions of guardrails, some of them with values that cannot be used."""
    found = []
    for _ in range(random.choice((0, 3, 60, 60)) if moments else 0):
        action = random.choice(("blocked", "blocked", "redacted", "flagged", "exempted", " ", None))
        is_unsent = action == "blocked" and random.random() < 0.7
        some = round(random.uniform(0, 0.02), 10)
        cost = random.choice((some, some, some, None, -1.0, float("nan")))
        found.append(
            Event(
                timestamp=random.choice((None, "1999-01-01 00:00:00"))
                if random.random() < 0.05
                else _text(random.choice(moments)),
                guardrail=random.choice(("secrets", "personal data", "EU only", "", None)),
                action=action,
                team=random.choice(TEAMS)[0],
                cost_estimated=None if is_unsent else cost,
                cost_avoided=cost if is_unsent else None,
            )
        )
    return tuple(found)


def _policies(random: Random, day: date) -> tuple[Policy, ...]:
    exempt = (PolicyExemption(team="search", until=day), PolicyExemption(team="ops", until=day - timedelta(days=1)))
    some = (
        Policy(guardrail="EU only", teams=("search", "ops"), regions=("eu", "us2"), exemptions=exempt),
        Policy(guardrail="providers", providers=("openai", "google"), exemptions=exempt[:1]),
        Policy(guardrail="models", teams=("chat", "search"), models=("gpt-*", "mistral-small")),
        Policy(guardrail="size", max_input_tokens=1000, max_output_tokens=600),
    )
    return tuple(random.sample(some, random.choice((0, 1, 4))))


def _budgets(random: Random, requests: Sequence[Request]) -> tuple[Budget, ...]:
    """Return budgets of all kinds of scopes and periods, and of amounts near what is spent."""
    spent = sum(one.cost_estimated for one in requests if one.cost_estimated and 0 < one.cost_estimated < 1) or 1.0
    if random.random() < 0.2:
        return ()
    found = [_budget(random, "all of it", spent, {})] if random.random() < 0.7 else []
    scopes: tuple[Mapping[str, Any], ...] = (
        {"team": "search"},
        {"team": "search", "project": "ranking"},
        {"provider": "openai"},
        {"provider": "openai", "model": "gpt-4o"},
        {"environment": "production"},
        {"end_user": "customer 7"},
        {"tag_key": "feature", "tag_value": "a/b"},
        {"tag_key": "~", "tag_value": "c", "team": "search"},
        {"team": "nobody"},
    )
    for number, scope in enumerate(random.sample(scopes, random.randrange(1, 6))):
        found.append(_budget(random, f"budget {number}", spent, scope))
    return tuple(found)


def _budget(random: Random, name: str, spent: float, scope: Mapping[str, Any]) -> Budget:
    period = random.choice(UNITS)
    amount = Decimal(str(round(spent * random.choice((0.001, 0.02, 0.1, 0.3, 1.1)), 6) or 1))
    owner = random.choice(("", "Ada"))
    budget = Budget(budget=name, amount=amount, period=period, owner=owner, thresholds=(0.5, 0.8, 1.0))
    return replace(budget, **scope)


def _spoil(random: Random, request: Request) -> None:
    """Put a value into a row that cannot be used."""
    spoilt = random.randrange(7)
    if spoilt == 0:
        request.timestamp = random.choice((None, "1999-12-31 23:00:00", "1970-01-01 00:00:00", "2031-01-01 00:00:00"))
    elif spoilt == 1:
        request.input_tokens = random.choice((None, -5))
    elif spoilt == 2:
        request.output_tokens = random.choice((None, -5))
    elif spoilt == 3:
        request.cost_estimated = random.choice((-0.5, float("nan"), float("inf"), 2e12))
    elif spoilt == 4:
        request.latency_ms = random.choice((-1.0, float("nan"), float("inf"), 2e12))
    elif spoilt == 5:
        request.ttft_ms = request.cache_read_input_tokens = -1
    else:
        request.cache_savings_estimated = random.choice((float("nan"), -1000.0, 2e12))


def _health(random: Random, moments: list[datetime]) -> tuple[Health, ...]:
    return tuple(
        Health(
            _text(random.choice(moments)) if moments and random.random() < 0.7 else None,
            random.randrange(1000),
            random.choice((0, 0, 3)),
            random.choice((0, None, 2)),
        )
        for _ in range(random.randrange(4))
    )


def _unread(random: Random) -> tuple[Unread, ...]:
    reasons = ("Permission denied", "Is a directory")
    return tuple(Unread("/journal", f"{name}.sealed", random.choice(reasons)) for name in "abc"[: random.randrange(4)])


def _ask(random: Random, start: date, days: int) -> PeriodAsk:
    """Return what a reader may ask: all that is recorded, two days, or a month, quarter or year by name."""
    last, first = start + timedelta(days=days), start + timedelta(days=random.randrange(days))
    quarter = f"{last.year + (last.month >= 4)}-Q{1 + (last.month - 4) % 12 // 3}"
    asks = (
        PeriodAsk(),
        PeriodAsk(since=first, until=first + timedelta(days=random.randrange(1, 20))),
        PeriodAsk(since=start + timedelta(days=days // 2)),
        PeriodAsk(until=start + timedelta(days=days // 2)),
        PeriodAsk(month=f"{start:%Y-%m}"),
        PeriodAsk(month=f"{last:%Y-%m}"),
        PeriodAsk(quarter=quarter, fiscal_year_start=4),
        PeriodAsk(year=str(last.year), fiscal_year_start=1),
        PeriodAsk(year=str(last.year + 1), fiscal_year_start=random.choice((2, 10))),
    )
    return replace(random.choice((PeriodAsk(), *asks)), timezone=random.choice(ZONES))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def loop() -> Scenario:
    """Return ten weeks in which two teams ask once an hour, and one of them forty times an hour in one night."""
    return _ten_weeks(lambda number: 40 if 1500 <= number < 1504 else 1)


def new_level() -> Scenario:
    """Return ten weeks in which two teams ask once an hour, and one of them five times from the sixth week on."""
    return _ten_weeks(lambda number: 5 if number >= 42 * 24 + 7 else 1, date(2026, 9, 7))


def _ten_weeks(times: Callable[[int], int], since: date = date(2026, 9, 21)) -> Scenario:
    begin = datetime(2026, 8, 3, tzinfo=UTC)
    rows = []
    for number in range(70 * 24):
        at = begin + number * HOUR
        for team, asked in (("search", 1), ("legal", times(number))):
            rows += [_asked(at, team, f"{team} {number} {time}", number % 7) for time in range(asked)]
    telemetry = Telemetry(tuple(rows), None, None, None, False)
    return Scenario(telemetry, PeriodAsk(since=since), begin + timedelta(days=70))


def _asked(at: datetime, team: str, name: str, tokens: int) -> Request:
    return Request(
        f"{at:%Y-%m-%d %H:%M:%S}",
        name,
        "fixed",
        "openai",
        "gpt-4o",
        100,
        10 + tokens,
        0.01 + tokens / 1000,
        100.0,
        team,
    )
