"""What could have been saved, in money: each way with the spend it works on, and a total that counts nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.analysis.totals import Facts
from finops_report.charts import Chart
from finops_report.charts.bars import Bar, across
from finops_report.charts.colours import GREY, SERIES
from finops_report.charts.figure import money_axis
from finops_report.model import Section
from finops_report.sections.columns import count, money, money_or_nothing, text
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats
from finops_report.wording.unrecorded import in_table


@dataclass(frozen=True, slots=True)
class Saving:
    """One way to save on the spend of one model; `to_model` is what it is compared with, None if with nothing.

    `team` spends most on the model, None if none is recorded. `interval_usd` is half of the 95 % interval, None if the
    amount is no estimate of another model's cost. `is_counted` says whether the total has it.
    """

    kind: str
    provider: str
    model: str
    to_provider: str | None
    to_model: str | None
    team: str | None
    requests: int
    cost_usd: Decimal | None
    saving_usd: float
    interval_usd: float | None
    is_counted: bool


@dataclass(frozen=True, slots=True)
class NotUrgentWork:
    """Answered requests of one model that are not urgent; `tier` answers later at the lowest price, None if unknown."""

    provider: str
    model: str
    tier: str | None
    requests: int
    cost_usd: Decimal
    saving_usd: float | None


SAVINGS = View("savings", Saving)
NOT_URGENT = View("not_urgent", NotUrgentWork)
MOST_BARS = 8
MOST_ROWS = 12
MOST_NAMES = 3
ACTIONS: Mapping[str, Callable[[str, str], str]] = {  # from the model, and the one it is compared with
    "cheaper model": lambda model, other: f"Move work from {model} to {other}",
    "dearer fallback": lambda model, other: f"Choose a cheaper fallback for {other} than {model}",
    "failed requests": lambda model, _: f"Pay less for failed requests to {model}",
    "caching": lambda model, _: f"Cache as much input of {model} as the best team",
    "long answers": lambda model, _: f"Limit long answers of {model}",
    "batch": lambda model, _: f"Send work for {model} that is not urgent in batches",
    "flex": lambda model, _: f"Ask for the flex tier of {model} if work is not urgent",
}
NOT_COMPARED: Mapping[str, str] = {  # by what else the other way may be worse
    "cheaper model": "quality, time",
    "dearer fallback": "quality, time",
    "failed requests": "",
    "caching": "how alike input is",
    "long answers": "quality",
    "batch": "time: up to a day",
    "flex": "time, refusals",
}
HOW = (
    "What the same work costs another way, as seen in this period. Several ways to save on one model's answers save "
    "the same money: the total has the largest of them alone, the others are grey. How each amount is worked out "
    "stands under 'What the words mean'. Which requests begin alike is not recorded: caching is judged by teams' hit "
    "rates."
)
ALL_URGENT = "No work is tagged as not urgent ([savings] in finops.toml): batch and flex tiers are not compared."
NOTHING = "No cheaper way was seen in this period: too little was done twice, or it was done as cheaply."


def section(facts: Facts) -> Section:
    """Return what could have been saved, the largest amount first."""
    rows = facts.rows(SAVINGS)
    fields: tuple[Field[Saving], ...] = (
        text("What would save", lambda row: _action(row, 60)),
        text("Spent most by", lambda row: row.team or "no team"),
        count("Requests", lambda row: row.requests),
        money(facts.currency, "Spend on them", lambda row: row.cost_usd),
        money(facts.currency, "Saving", lambda row: row.saving_usd),
        money_or_nothing(facts.currency, "±", lambda row: row.interval_usd),
        money_or_nothing(
            facts.currency, "In the total", lambda row: row.saving_usd if row.is_counted else None, summed=True
        ),
        text("Not compared", lambda row: NOT_COMPARED[row.kind]),
    )
    return Section(
        view=SAVINGS.name,
        title="What could be saved",
        finding=_finding(facts, rows),
        how_to_read=f"{HOW} {_later_tiers(facts)}".strip(),
        table=table(rows, fields, MOST_ROWS),
        charts=(_chart(facts, rows),) if rows else (),
        empty="" if rows else NOTHING,
    )


def counted_usd(rows: Sequence[Saving]) -> float:
    """Return the total, which counts no money twice."""
    return sum(row.saving_usd for row in rows if row.is_counted)


def _finding(facts: Facts, rows: Sequence[Saving]) -> str:
    if not rows:
        return "Nothing to save was found"
    total, first = counted_usd(rows), rows[0]
    share = formats.percent(total / float(facts.cost_usd))
    most = f"{facts.money(first.saving_usd)} of it: {_decapitalized(_action(first, 40))}"
    return f"Up to {facts.money(total)} could be saved, {share} of all spend; {most}"


def _later_tiers(facts: Facts) -> str:
    """Return what of the work that is not urgent is not compared with a tier that answers later; '' if all is."""
    rows = facts.rows(NOT_URGENT)
    if not rows:
        return ALL_URGENT
    without = [row for row in rows if row.tier is None]
    if not without:
        return ""
    requests, cost_usd = sum(row.requests for row in without), sum(row.cost_usd for row in without)
    names = list(dict.fromkeys(formats.shortened(in_table("model", row.model), 40) for row in without))
    more = [f"{formats.count(len(names) - MOST_NAMES)} more"] if len(names) > MOST_NAMES else []
    return (
        f"Of work that is not urgent, {formats.plural(requests, 'request')} for {facts.money(cost_usd)} are not "
        f"compared with batch and flex tiers, whose price is not known: {formats.listed([*names[:MOST_NAMES], *more])}."
    )


def _decapitalized(text: str) -> str:
    return text[0].lower() + text[1:]


def _action(row: Saving, most: int) -> str:
    names = [in_table("model", name) for name in (row.model, row.to_model or "")]
    if row.to_model == row.model:
        places = [in_table("provider", name) for name in (row.provider, row.to_provider or "")]
        names = [f"{name} at {place}" for name, place in zip(names, places, strict=True)]
    model, other = (formats.shortened(name, most // 2) for name in names)
    return ACTIONS[row.kind](model, other)


def _labels(rows: Sequence[Saving]) -> list[str]:
    """Return a name for each bar: a model that several providers have is told apart by them, or bars would be one."""
    short = [_label(row) for row in rows]
    return [
        _label_in_full(row) if short.count(name) > 1 or row.to_model == row.model else name
        for row, name in zip(rows, short, strict=True)
    ]


def _label(row: Saving) -> str:
    """Return a name short enough to stand at a bar: 'claude-sonnet-4-5 → gpt-5.1', 'caching: gpt-5.1'."""
    model, other = in_table("model", row.model), in_table("model", row.to_model or "")
    return f"{model} → {other}" if row.kind == "cheaper model" else f"{row.kind}: {model}"


def _label_in_full(row: Saving) -> str:
    targets = [(row.provider, row.model), *([(row.to_provider or "", row.to_model)] if row.to_model else [])]
    named = " → ".join(f"{in_table('model', model)} ({in_table('provider', provider)})" for provider, model in targets)
    return named if row.kind == "cheaper model" else f"{row.kind}: {named}"


def _chart(facts: Facts, rows: Sequence[Saving]) -> Chart:
    currency, shown = facts.currency, rows[:MOST_BARS]
    bars = [
        Bar(
            label,
            currency.amount(row.saving_usd),
            currency.money(row.saving_usd) if row.is_counted else f"{currency.money(row.saving_usd)}, not in the total",
            SERIES[2] if row.is_counted else GREY,
            more=f"{formats.plural(row.requests, 'request')}, {currency.money(row.cost_usd)}",
        )
        for row, label in zip(shown, _labels(shown), strict=True)
    ]
    return Chart("savings", "The largest savings", across(bars, money_axis(currency)))
