"""Every number in every sentence of a built page is one of report.json's figures, or follows from them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from finops_report.document.writing import report_json
from finops_report.page.page import page
from finops_report.report import report
from finops_report.warehouse import ReadRequest, UnitCounts, Waiting, read
from finops_report.wording.currency import Currency
from tests.recomputed import later_tiers
from tests.recomputed.derivations import PARTS, is_derived
from tests.recomputed.months import NAMED_UNITS
from tests.recomputed.numbers import written
from tests.recomputed.page_text import Sentence, sentences
from tests.recomputed.quantities import Figures, Quantity
from tests.recomputed.rows import write
from tests.recomputed.scenarios import scenario

FEW = (93, 34, 1, 29, 3, 325)
CURRENCIES = (Currency(), Currency("EUR", Decimal("0.92"), "ECB"), Currency("JPY", Decimal("151.3")))
ASKED = UnitCounts(in_table=NAMED_UNITS)
ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "finops_report" / "analysis" / "genai_prices.csv"
RULES = ROOT / "docs" / "report.md"
SOAK = range(1000, 1300) if os.environ.get("FINOPS_SOAK") else ()  # long: make soak


class Built(NamedTuple):
    """The sentences of a page, and the figures beside it."""

    sentences: list[Sentence]
    document: dict[str, Any]
    currency: Currency


def build(seed: int, folder: Path) -> Built:
    """Build the page and report.json of a scenario, in one of several currencies."""
    made, currency = scenario(seed), CURRENCIES[seed % len(CURRENCIES)]
    db = write(made.telemetry, folder / "telemetry.duckdb")
    budgets = tuple(replace(one, currency=currency.code, rate=currency.rate) for one in made.budgets)
    waiting = Waiting(0, lambda: 0.0, lambda _: None)
    request = ReadRequest(
        db, "telemetry", made.ask, made.now_us, waiting, budgets=budgets, units=ASKED, not_urgent=later_tiers.ASKED
    )
    found = report(read(request), "t", currency)
    document = json.loads(report_json(found)) | {"rows_read": len(made.telemetry.requests)}
    return Built(sentences(page(found, None)), document, currency)


def wrong(built: Built) -> list[str]:
    """Return the numbers that follow from no figure, each with its sentence."""
    figures = Figures(built.document)
    allowed = {part: derive(figures) for part, derive in PARTS.items()}
    allowed["rule"] = _rules()
    if built.currency.code != "USD":
        allowed["headline"] = [
            *allowed["headline"],
            Quantity("count", float(built.document["totals"]["cost_usd"] or 0)),
        ]
    allowed["confidence"] = [*allowed["confidence"], *_note(built.currency), *_published(), *_corrected(built)]
    names = set(_names(built.document["views"])) | {built.document["period"]["fiscal"]}
    return [
        f"{sentence.part}: {number.text!r} in {sentence.text!r}"
        for sentence in built.sentences
        for number in written(sentence.text, names, built.currency.prefix)
        if not is_derived(number, allowed[sentence.part], figures.rate)
    ]


def _rules() -> list[Quantity]:
    """Return the bounds that docs/report.md states."""
    text = RULES.read_text(encoding="utf-8")
    table = text[text.index("## How verdicts are given") : text.index("## What the words mean")]
    return [Quantity(number.unit, number.low / 2 + number.high / 2) for number in written(table, (), "$")] + [
        Quantity("percent", float(bound)) for bound in re.findall(r"([\d.]+) %", table)
    ]


def _note(currency: Currency) -> list[Quantity]:
    """Return the rate that the page states."""
    return [Quantity("count", float(currency.rate))]


def _published() -> list[Quantity]:
    """Return the days on which price tables were published."""
    days = re.findall(r"\d{4}-\d\d-\d\d", PUBLISHED.read_text(encoding="utf-8"))
    return [Quantity("day", day=day) for day in days]


def _corrected(built: Built) -> list[Quantity]:
    """Return the days of corrections, as the names of price tables have them."""
    names = " ".join(row["price_source"] for row in built.document["views"]["price_sources_used"])
    return [Quantity("day", day=day) for day in re.findall(r"corrected (\d{4}-\d\d-\d\d)", names)]


def _names(views: Mapping[str, list[Mapping[str, object]]]) -> Iterable[str]:
    """Return all names that telemetry gives to things, for they may have digits."""
    for rows in views.values():
        for row in rows:
            yield from (value for value in row.values() if isinstance(value, str))


@pytest.mark.parametrize("seed", FEW)
def test_every_number_of_every_sentence_follows_from_a_figure(seed: int, tmp_path: Path) -> None:
    assert not wrong(build(seed, tmp_path))


@pytest.mark.parametrize("seed", SOAK)
def test_every_number_of_every_sentence_follows_from_a_figure_soak(seed: int, tmp_path: Path) -> None:
    assert not wrong(build(seed, tmp_path))


def test_a_wrong_number_in_any_sentence_is_found(tmp_path: Path) -> None:
    built = build(1, tmp_path)
    names = set(_names(built.document["views"]))
    for number, sentence in enumerate(built.sentences):
        if written(sentence.text, names, built.currency.prefix):
            mutated = [*built.sentences]
            mutated[number] = replace(sentence, text=_tenfold(sentence.text, names, built.currency.prefix))
            assert _is_wrong(built._replace(sentences=mutated)), mutated[number].text


def _is_wrong(built: Built) -> bool:
    try:
        return bool(wrong(built))
    except ValueError:  # there is no 71 October
        return True


def _tenfold(text: str, names: Iterable[str], symbol: str) -> str:
    """Return a sentence with its first number ten times as large, and a little more."""
    first = written(text, names, symbol)[0].text
    digits = re.search(r"\d[\d,.]*\d|\d", first)
    assert digits is not None
    return text.replace(first, first.replace(digits[0], f"7{digits[0]}", 1), 1)
