"""Summarize a built report in a few lines: Markdown for a job's page, `name=value` lines for the steps after it."""

from __future__ import annotations

import re

from finops_report.document import BudgetLine, Digest

MARKS = {"good": "✅", "watch": "⚠️", "bad": "❌"}
# What Markdown would read as markup or a link: names in a report come from data.
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|!@~"})
# GitHub makes links of addresses that nobody marked as such, and mentions of names: not if they are parted by a sign
# that nobody sees.
LINKING = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=[@#])", re.IGNORECASE)


def markdown(digest: Digest) -> str:
    """Return the total, all answers, forecast and budgets as Markdown; names from data cannot become markup."""
    beside = " · ".join(_escaped(text) for text in (digest.change, digest.unknown_part, digest.coverage) if text)
    lines = [
        f"## {_escaped(digest.title)}",
        "",
        f"**{_escaped(digest.total)}** · {beside}  ",
        f"{_escaped(digest.period)}, data until {_escaped(digest.data_until)}",
        "",
        "| | Question | Answer |",
        "| --- | --- | --- |",
    ]
    for answer in digest.answers:
        mark = f"{MARKS.get(answer.verdict, '➖')} {answer.verdict}"
        lines.append(f"| {mark} | {_escaped(answer.question)} | {_escaped(answer.answer)} |")
    if digest.forecast:
        lines += ["", f"{_escaped(digest.forecast)}."]
    if digest.billed:
        lines += ["", f"{_escaped(digest.billed)}."]
    if digest.budgets:
        lines += ["", f"{_escaped(digest.budgets_in_all)}.", ""]
        lines += [_budget(budget) for budget in digest.budgets if budget.is_alarming]
    return "\n".join(lines) + "\n"


def _budget(budget: BudgetLine) -> str:
    used = f": {budget.used}, {budget.so_far}" if budget.used else ""
    return f"- {MARKS[budget.verdict]} {_escaped(budget.name)} {budget.state}{_escaped(used)}"


def outputs(digest: Digest) -> str:
    """Return one `name=value` line each for total_usd, total, period, verdict, verdicts and budgets.

    Verdicts are in the order asked; budgets_breached and budgets_at_risk are numbers, for names may have any sign.
    """
    values = {
        "total_usd": f"{digest.cost_usd:.2f}",
        "total": digest.total,
        "period": digest.period,
        "verdict": digest.verdict,
        "verdicts": ",".join(answer.verdict for answer in digest.answers),
        "budgets_breached": str(sum(budget.state == "breached" for budget in digest.budgets)),
        "budgets_at_risk": str(sum(budget.state == "at risk" for budget in digest.budgets)),
    }
    return "".join(f"{name}={' '.join(value.split())}\n" for name, value in values.items())


def breaches(digest: Digest) -> tuple[str, ...]:
    """Return what breaches a threshold: the questions whose answer has the verdict 'bad', and the budgets breached."""
    return (
        *(" ".join(answer.question.split()) for answer in digest.answers if answer.verdict == "bad"),
        *(f"budget {' '.join(budget.name.split())}" for budget in digest.budgets if budget.state == "breached"),
    )


def _escaped(text: str) -> str:
    """Return a text on one line, without anything that Markdown would read as markup, a link or a mention."""
    return LINKING.sub("\N{WORD JOINER}", " ".join(text.split()).translate(SPECIAL))
