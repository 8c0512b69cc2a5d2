"""Summarize a built report in a few lines: Markdown for a job's page, `name=value` lines for the steps after it."""

from __future__ import annotations

import re

from finops_report.document import Digest

MARKS = {"good": "✅", "watch": "⚠️", "bad": "❌"}
# What Markdown would read as markup or a link: names in a report come from data.
SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|!@~"})
# GitHub makes links of addresses that nobody marked as such, and mentions of names: not if they are parted by a sign
# that nobody sees.
LINKING = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=[@#])", re.IGNORECASE)


def markdown(digest: Digest) -> str:
    """Return the total and all answers as Markdown; names from data cannot become markup."""
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
    return "\n".join(lines) + "\n"


def outputs(digest: Digest) -> str:
    """Return one `name=value` line each for total_usd, total, period, verdict and verdicts (in the order asked)."""
    values = {
        "total_usd": f"{digest.cost_usd:.2f}",
        "total": digest.total,
        "period": digest.period,
        "verdict": digest.verdict,
        "verdicts": ",".join(answer.verdict for answer in digest.answers),
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
