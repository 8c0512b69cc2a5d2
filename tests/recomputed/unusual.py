"""Recompute when spend was unlike its own history, by whom, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from tests.recomputed.days import DAY, local
from tests.recomputed.facts import Recorded, Rows, grouped, ratio
from tests.recomputed.usual import (
    EVERYBODY,
    HOUR,
    LEAST_SHARE,
    History,
    Hour,
    Name,
    UsualDay,
    Window,
    cost,
    history,
    summed,
)

STRANGE, STRANGE_TO_GO_ON = 4.5, 2.5
NEVER = datetime(1, 1, 1)  # before anything that clocks show


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of strange windows of a name, cut to its hours or days."""

    name: Name
    direction: int
    strangeness: float | None
    level_share: float
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One name over a stretch; `usual` is what is usual on its first day."""

    name: Name
    hours: Sequence[Hour]
    usual: UsualDay | None

    @property
    def is_new(self) -> bool:
        return any(hour.is_new for hour in self.hours)

    @property
    def usual_usd(self) -> float:
        return sum(hour.usual_usd for hour in self.hours)

    @property
    def usd(self) -> float:
        return sum(hour.sums.usd for hour in self.hours)

    @property
    def excess_usd(self) -> float:
        return self.usd - self.usual_usd

    @property
    def requests(self) -> int:
        return sum(hour.sums.requests for hour in self.hours)

    @property
    def tokens(self) -> int:
        return sum(hour.sums.tokens for hour in self.hours)

    @property
    def volume_usd(self) -> float | None:
        """What the requests beyond the usual number come to, at the usual cost of one."""
        if self.is_new or self.usual is None or self.usual.usd_per_request is None:
            return None
        return self.requests * self.usual.usd_per_request - self.usual_usd

    @property
    def price_usd(self) -> float | None:
        """What its tokens cost beyond their usual price."""
        if self.is_new or self.usual is None or self.usual.usd_per_request is None or not self.usual.tokens_per_request:
            return None
        return self.usd - self.tokens * self.usual.usd_per_request / self.usual.tokens_per_request


def judged_hours(of: Recorded) -> Rows:
    """Return how many recorded hours of the period have a history."""
    made = history(of)
    known = {day for day in made.days.get(EVERYBODY, {}) if day >= of.time.start}
    hours = [at for at in made.judged_hours if at.date() in known]
    judged = [
        window.day
        for window in made.windows
        if window.name == EVERYBODY
        and window.scale == "hour"
        and window.strangeness is not None
        and window.day in known
    ]
    return [{"hours": len(hours), "judged_hours": len(judged), "first_judged_day": min(judged, default=None)}]


def usual_spend(of: Recorded) -> Rows:
    """Return a row a day of the period: spend, and the band in which it is ordinary."""
    days = {window.day: window for window in history(of).windows if window.scale == "day" and window.name == EVERYBODY}
    return [
        {
            "day": day,
            "cost_usd": cost([call for call in of.period if local(call.at_us, of.time.zone).date() == day]),
            **_band(days.get(day)),
        }
        for day in of.time.days
    ]


def _band(window: Window | None) -> dict[str, float | None]:
    if window is None or window.strangeness is None or window.spread is None:
        return {"usual_usd": None, "low_usd": None, "high_usd": None}
    root, wide = float(window.usual_usd**0.5), STRANGE * window.spread
    return {"usual_usd": window.usual_usd, "low_usd": max(root - wide, 0.0) ** 2, "high_usd": (root + wide) ** 2}


def unusual_spend(of: Recorded) -> Rows:
    """Return the stretches, that of the most money first."""
    made = history(of)
    rows = [_row(*event) for event in _events(of, made)]
    names = ("dimension", "provider", "model", "team")
    return sorted(
        rows,
        key=lambda row: (-abs(row["excess_usd"]), row["started_at"], *(row[name] or "\U0010ffff" for name in names)),
    )


def _stretches(of: Recorded, made: History) -> Iterator[Stretch]:
    by_name = grouped(made.windows, lambda window: window.name)
    for name in made.hours:
        windows = sorted(by_name.get(name, ()), key=lambda window: (window.began_at, window.ended_at))
        for direction in (1, -1):
            yield from _of_name(of, made, name, direction, windows)


def _of_name(of: Recorded, made: History, name: Name, direction: int, windows: Sequence[Window]) -> Iterator[Stretch]:
    runs: list[list[Window]] = []
    until = NEVER
    for window in windows:
        if window.day < of.time.start or not _is_flagged(made, window, direction):
            continue
        if not runs or window.began_at > until + timedelta(hours=48):
            runs.append([])
            until = window.ended_at
        runs[-1].append(window)
        until = max(until, window.ended_at)
    for run in runs:
        strong = [window for window in run if window.is_new or abs(window.strangeness or 0) >= STRANGE]
        if strong:
            yield _cut(made, name, direction, strong)


def _share(made: History, window: Window) -> float | None:
    return ratio(window.usd - window.usual_usd, made.days[EVERYBODY][window.day].level_usd)


def _is_flagged(made: History, window: Window, direction: int) -> bool:
    share = _share(made, window)
    if share is None or direction * share < LEAST_SHARE:
        return False
    if window.is_new:
        return window.scale == "day"
    return abs(window.strangeness or 0) >= (STRANGE_TO_GO_ON if window.scale == "day" else STRANGE)


def _cut(made: History, name: Name, direction: int, strong: Sequence[Window]) -> Stretch:
    """Return the stretch in hours, if at most eight hold two thirds of it, or else in days."""

    def inside(windows: Sequence[Window]) -> dict[datetime, float]:
        return {
            hour.at: direction * (hour.sums.usd - hour.usual_usd)
            for hour in made.hours[name]
            if any(window.began_at <= hour.at < window.ended_at for window in windows)
        }

    days = sorted(inside([window for window in strong if window.scale == "day"]))
    hours = inside([window for window in strong if window.scale != "day"])
    core = sorted(at for at, usd in hours.items() if usd >= max(hours.values()) / 5)
    fits = bool(core) and core[-1] - core[0] < 8 * HOUR and 3 * sum(hours.values()) >= 2 * sum(inside(strong).values())
    if not days or fits:
        began, ended = core[0], core[-1] + HOUR
    else:
        began, ended = (datetime.combine(day, time()) for day in (days[0].date(), days[-1].date() + DAY))
    strangeness = [abs(window.strangeness) for window in strong if window.strangeness is not None]
    shares = [abs(share) for window in strong if (share := _share(made, window)) is not None]
    return Stretch(name, direction, max(strangeness, default=None), max(shares), began, ended)


def _parts(made: History, stretch: Stretch) -> dict[Name, Part]:
    found = {}
    for name, hours in made.hours.items():
        inside = [hour for hour in hours if stretch.began_at <= hour.at < stretch.ended_at]
        if inside:
            found[name] = Part(name, inside, made.days[name].get(stretch.began_at.date()))
    return found


def _events(of: Recorded, made: History) -> Iterator[tuple[Stretch, Part, Mapping[Name, Part]]]:
    """Yield each event with the name that explains it, and all names over its time."""
    for direction in (1, -1):
        found = []
        for stretch in _stretches(of, made):
            if stretch.direction != direction:
                continue
            parts = _parts(made, stretch)
            if EVERYBODY not in parts:
                continue
            own, everybody = parts[stretch.name], parts[EVERYBODY]
            if own.is_new or 2 * direction * everybody.excess_usd >= direction * own.excess_usd:
                found.append((stretch, parts))
        found.sort(key=lambda one: (one[0].began_at, one[0].ended_at, _in_order(one[0].name)))
        for island in _islands(found):
            lead, parts = min(
                island, key=lambda one: (-round(abs(one[1][one[0].name].excess_usd), 6), _in_order(one[0].name))
            )
            yield lead, _explaining(lead, parts), parts


def _in_order(name: Name) -> tuple[str, ...]:
    return tuple(part or "\U0010ffff" for part in name)


def _islands(
    found: Sequence[tuple[Stretch, dict[Name, Part]]],
) -> list[list[tuple[Stretch, dict[Name, Part]]]]:
    islands: list[list[tuple[Stretch, dict[Name, Part]]]] = []
    until = NEVER
    for one in found:
        if one[0].began_at >= until:
            islands.append([])
        islands[-1].append(one)
        until = max(until, one[0].ended_at)
    return islands


def _explaining(lead: Stretch, parts: Mapping[Name, Part]) -> Part:
    excess, whole = parts[lead.name].excess_usd, parts[EVERYBODY].usual_usd

    def grown(part: Part) -> float:
        return part.excess_usd / excess - (part.usual_usd / whole if whole else 0.0)

    narrow = [
        part
        for name, part in parts.items()
        if name != EVERYBODY
        and part.excess_usd / excess >= 0.7
        and round(grown(part), 6) > 0
        and 1 - part.excess_usd / excess <= 0.5 * (1 - (part.usual_usd / whole if whole else 0.0))
    ]
    dimensions = ("model", "team", "provider")
    return min(
        narrow,
        key=lambda part: (-round(grown(part), 6), dimensions.index(part.name[0]), _in_order(part.name)),
        default=parts[EVERYBODY],
    )


def _row(stretch: Stretch, part: Part, parts: Mapping[Name, Part]) -> dict[str, Any]:
    dimension, provider, model, team = part.name
    sums = summed([call for hour in part.hours for call in hour.sums.calls])
    steps = _steps(stretch.direction, part, sums.failed, parts)
    usual = None if part.is_new else part.usual
    return {
        "started_at": stretch.began_at,
        "ended_at": stretch.ended_at,
        "hours": len(part.hours),
        "dimension": dimension,
        "provider": provider or None,
        "model": model or None,
        "team": team or None,
        "cause": _cause(stretch.direction, part, steps, sums.cached_share),
        "cost_usd": sums.cost_usd,
        "usual_usd": part.usual_usd,
        "excess_usd": part.excess_usd,
        **{f"{step}_usd": usd for step, usd in steps.items()},
        "requests": sums.requests,
        "usual_requests": None if usual is None else ratio(part.usual_usd, usual.usd_per_request),
        "failed_requests": sums.failed,
        "tokens_per_request": ratio(sums.tokens, sums.requests),
        "usual_tokens_per_request": None if usual is None else usual.tokens_per_request,
        "cached_share": sums.cached_share,
        "usual_cached_share": None if usual is None else usual.cached_share,
        "strangeness": stretch.strangeness,
        "level_share": stretch.level_share,
    }


def _steps(direction: int, part: Part, failed: int, parts: Mapping[Name, Part]) -> dict[str, float]:
    if part.is_new:
        return {"requests": part.excess_usd, "failures": 0.0, "tokens": 0.0, "models": 0.0, "price": 0.0}
    usual, volume = part.usual, part.volume_usd
    failures = tokens = 0.0
    if usual is not None and volume is not None and usual.usd_per_request is not None:
        if usual.failed_share is not None:
            beyond = direction * usual.usd_per_request * (failed - usual.failed_share * part.requests)
            failures = direction * min(max(beyond, 0.0), max(direction * volume, 0.0))
        if usual.tokens_per_request:
            tokens = usual.usd_per_request * (part.tokens / usual.tokens_per_request - part.requests)
    rest = part.excess_usd - (volume or 0.0) - tokens
    own_models = [
        other.price_usd
        for name, other in parts.items()
        if name[0] == "model" and part.name[1] in ("", name[1]) and other.price_usd is not None
    ]
    of_models = sum(own_models)
    price = rest
    if part.name[0] in ("total", "provider"):
        price = of_models
    elif part.name[0] == "team" and 2 * abs(of_models) < abs(rest):
        price = 0.0
    requests = (volume or 0.0) - failures
    everybodys = parts[EVERYBODY].volume_usd
    if (
        part.name[1]
        and volume is not None
        and everybodys is not None
        and 2 * direction * everybodys < direction * volume
    ):
        requests = failures = 0.0
    models = part.excess_usd - requests - failures - tokens - price
    return {"requests": requests, "failures": failures, "tokens": tokens, "models": models, "price": price}


def _cause(direction: int, part: Part, steps: Mapping[str, float], cached: float | None) -> str:
    if part.is_new:
        return "new"
    largest = max(("price", "requests", "failures", "tokens", "models"), key=lambda step: direction * steps[step])
    usual = None if part.usual is None else part.usual.cached_share
    if largest != "price" or cached is None or usual is None:
        return largest
    return "caching" if direction * (usual - cached) >= 0.1 else "price"
