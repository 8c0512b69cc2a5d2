"""State what the parts about plans may speak of: budgets, forecast, months, unit costs, savings, what was unusual."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.recomputed.quantities import Figures, Quantity, Row, count, day, money, percent, ratio, shown


def budgets(of: Figures) -> list[Quantity]:
    rows = of.view("budgets")
    states = [row["state"] for row in of.document["budgets"]]
    named = [len(states) - 3, *(states.count(state) - 3 for state in set(states))]
    return [*count(len(rows), *(states.count(state) for state in states), *named), *percent(0.1, 0.02, 0.05, 1.0)]


def budgets_within(of: Figures) -> list[Quantity]:
    parts = of.view("budgets_within")
    used = {row["budget"]: row["used_usd"] for row in of.view("budgets")}
    uncovered = [row for row in parts if row["kind"] == "no budget"]
    return [
        *money(*(row["cost_usd"] for row in uncovered)),
        *percent(*(ratio(row["cost_usd"], used[row["budget"]]) for row in uncovered)),
        *shown(of, "budgets_within"),
    ]


def savings(of: Figures) -> list[Quantity]:
    rows = of.view("savings")
    total = sum(row["saving_usd"] for row in rows if row["is_counted"])
    share = percent(ratio(total, float(of.totals["cost_usd"])))
    urgent = [row for row in of.view("not_urgent") if row["tier"] is None]
    models = count(len({(row["provider"], row["model"]) for row in urgent}) - 3)
    of_urgent = [
        *count(sum(row["requests"] for row in urgent)),
        *money(sum(row["cost_usd"] for row in urgent)),
        *models,
    ]
    return [*money(total, *(row["saving_usd"] for row in rows)), *share, *shown(of, "savings"), *of_urgent]


def months(of: Figures) -> list[Quantity]:
    """What the newest whole month cost and how that changed; the days and the spend of months that are not whole."""
    rows = [row for row in of.view("months") if row["requests"]]
    whole, parts = [row for row in rows if row["is_whole"]], [row for row in rows if not row["is_whole"]]
    newest = whole[-1:]
    return [
        *(Quantity("month", day=row["month"]) for row in [*newest, *rows[-2:]]),
        *money(*(row["cost_usd"] for row in [*newest, *rows[-2:]])),
        *percent(*(row["cost_change"] for row in newest)),
        *day(*(row[end] for row in parts for end in ("first_day", "last_day"))),
    ]


def unit_costs(of: Figures) -> list[Quantity]:
    whole = of.first("unit_costs")
    costs = (
        [whole[f"cost_per_{unit}_usd"] for unit in ("thousand_requests", "million_tokens")] if whole is not None else []
    )
    return [*money(*costs), *count(1000, 4, of_each_but_the_first(of, 4))]


def of_each_but_the_first(of: Figures, most: int) -> int:
    """How many unit costs are not among the first of their division."""
    return sum(row["rank"] > most for row in of.view("unit_costs"))


def token_use(of: Figures) -> list[Quantity]:
    whole = of.view("token_use")[0]
    shares = percent(whole["cache_hit_rate"], whole["reasoning_share"], whole["wasted_share"])
    return [*shares, *count(whole["output_per_input"], 0.01), *count(15, len(of.view("token_use")) - 1)]


def cost_per_outcome(of: Figures) -> list[Quantity]:
    rows = of.view("cost_per_outcome")
    return [
        *money(*(row["cost_per_outcome_usd"] for row in rows)),
        *(Quantity("month", day=row["month"]) for row in rows),
        *shown(of, "cost_per_outcome", 39),
    ]


def finops_measures(of: Figures) -> list[Quantity]:
    (found,) = of.view("finops_measures")
    return [*money(found["cost_per_inference_usd"]), *percent(found["allocation_coverage"])]


def unusual_rows(of: Figures) -> list[Row]:
    """The rows of unusual spend that matter by the default rule."""
    rows = of.view("unusual_spend")
    return [row for row in rows if abs(row["level_share"]) >= 0.10 and abs(row["excess_usd"]) >= 1]


def unusual_spend(of: Figures) -> list[Quantity]:
    rows = unusual_rows(of)
    if not rows:
        return []
    first = rows[0]
    last = datetime.fromisoformat(first["ended_at"]) - timedelta(microseconds=1)
    span = datetime.fromisoformat(first["ended_at"]) - datetime.fromisoformat(first["started_at"])
    return [
        *count(len(rows), span / timedelta(hours=1), 4.5, 1),  # the last two are the rule's
        *percent(0.10),
        *day(first["started_at"], f"{last:%Y-%m-%d}"),
        Quantity("moment", day=first["started_at"][:16]),
        *money(abs(first["excess_usd"])),
    ]


def judged(of: Figures) -> list[Quantity]:
    """What the line of confidence says of unusual spend: five weeks are needed."""
    (hours,) = of.view("judged_hours")
    return count(5, hours["hours"], hours["judged_hours"], len(unusual_rows(of)))


def spend_forecast(of: Figures) -> list[Quantity]:
    """What is spent and expected, how far off such forecasts were, and what is missing for one."""
    ahead = of.document["forecast"]
    if ahead is None:
        return []
    whole = ahead["parts"][0]
    start, made_after = date.fromisoformat(ahead["start"]), whole.get("made_after_days")
    made_on = [] if made_after is None else [f"{start + timedelta(days=made_after - 1)}"]
    amounts = ("spent_usd", "expected_usd", "low_usd", "high_usd", "missing_usd")
    counts = ("unpriced_requests", "past_forecasts", "past_ranges", "past_inside")
    days = ("missing_days", "known_days", "needed_days")
    return [
        Quantity("month", day=ahead["start"]),
        *day(ahead["until"], *made_on),
        *money(*(whole.get(name) for name in amounts)),
        *percent(whole.get("past_error")),
        *count(*(whole.get(name) for name in (*counts, *days)), 8, 10),
        *shown(of, "spend_forecast", 15),
    ]
