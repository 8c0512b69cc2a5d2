"""Count what the demo's traffic was for, as a company would: tickets every day, invoices on working days."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta

from finops_router.demo.trace import Rhythm

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """One kind of outcome: its name, its team, how many there are on a usual day, and whether also at weekends."""

    name: str
    team: str
    a_day: int
    at_weekends: bool


OUTCOMES = (Outcome("ticket", "support", 120, True), Outcome("invoice", "finance", 90, False))


def outcomes_csv(rhythm: Rhythm, first: date, days: int, seed: int) -> str:
    """Return the counts of `days` days from `first` on as CSV: date, name, quantity, team; a seed gives the same.

    Each name is in it, of a weekend alone with a count of none: settings that ask for a name nobody counts are wrong.
    """
    rng = random.Random(f"outcomes {seed}")  # noqa: S311 -- the demo's chance; of its own, so that traffic stays as it is
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("date", "name", "quantity", "team"))
    asked = [first + timedelta(days=i) for i in range(days)]
    has_workday = any(day.weekday() < SATURDAY for day in asked)
    for day in asked:
        for one in OUTCOMES:
            if one.at_weekends or day.weekday() < SATURDAY:
                usual = one.a_day * rhythm.day_of_week[day.weekday()]
                lines.writerow((day, one.name, round(usual * rng.uniform(0.85, 1.15)), one.team))
            elif not has_workday:
                lines.writerow((day, one.name, 0, one.team))
    return out.getvalue()
