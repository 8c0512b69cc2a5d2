"""report.json: the figures of the page, and the same figures when it is read back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finops_report.delivery.summary import markdown, outputs
from finops_report.document import digest_of, read_digest
from finops_report.document.writing import report_json, rows_json
from finops_report.errors import OutputError
from finops_report.model import Report
from finops_report.warehouse import Row
from finops_report.wording.currency import Currency


@pytest.fixture
def made(month_report: Report) -> Report:
    return month_report


@pytest.fixture
def kept(made: Report) -> str:
    """A report.json as it is kept."""
    return report_json(made)


def test_what_is_read_back_is_what_the_page_has(made: Report) -> None:
    (table,) = (section.table for section in made.sections if section.view == "spend_by_provider")
    euros = replace(made, currency=Currency("EUR", Decimal("0.5"), "contract 7"))
    digest = digest_of(report_json(euros).encode(), "report.json")
    assert (digest.total, digest.requests) == (made.headline.total, made.headline.requests)
    assert digest.cost_note == made.headline.cost_note != ""
    assert (digest.start, digest.end, digest.currency) == (made.period.start, made.period.end, euros.currency)
    assert [line.answer for line in digest.answers] == [answer.answer for answer in made.answers]
    assert digest.cost_usd == float(made.totals.cost_usd)
    assert [bar.name for bar in digest.providers] == [row[0] for row in table.rows]
    assert digest.providers[0].length_percent == 100


def test_it_holds_the_rows_of_every_view(made: Report) -> None:
    document = json.loads(report_json(made))
    assert list(document["views"]) == list(made.views)
    assert document["period"]["comparison"]["basis"] == made.period.basis
    assert document["totals"]["requests"] == made.totals.requests


def test_rows_are_a_line_each_with_money_as_numbers_and_times_as_iso_8601() -> None:
    row: Row = {"cost_usd": Decimal("0.30"), "day": date(2026, 10, 1), "at": datetime(2026, 10, 1, 3), "name": None}
    line = '{"cost_usd": 0.3, "day": "2026-10-01", "at": "2026-10-01T03:00:00", "name": null}'
    assert rows_json([row, row]) == f"[{line},\n {line}]\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "Not a report.json"),
        ("[]", "it is no JSON object"),
        ("null", "it is no JSON object"),
        ('{"schema": 2}', "of this version"),
    ],
)
def test_what_is_no_report_is_refused(content: str, complaint: str) -> None:
    with pytest.raises(OutputError, match=complaint):
        digest_of(content.encode(), "report.json")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"No report\.json"):
        read_digest(tmp_path / "report.json")


HOSTILE: dict[str, Callable[[str], str]] = {
    "nested": lambda d: "[" * 100_000,
    "a number of 5,000 digits": lambda d: d.replace('"schema": 1', f'"schema": {"9" * 5000}'),
    "a cost that is no number": lambda d: json.dumps(changed(d, "totals", cost_usd=float("nan"))),
    "an endless cost": lambda d: d.replace('"totals": {', '"totals": {"cost_usd": 1e999, "was": {') + "}",
    "a cost of 400 digits": lambda d: json.dumps(changed(d, "totals", cost_usd=10**400)),
    "a cost that is text": lambda d: json.dumps(changed(d, "totals", cost_usd="12")),
    "no time zone": lambda d: json.dumps(changed(d, "period", timezone=None)),
    "a time zone that leads elsewhere": lambda d: json.dumps(changed(d, "period", timezone="../../etc")),
    "a time zone with a NUL": lambda d: json.dumps(changed(d, "period", timezone="U\0C")),
    "days that are none": lambda d: json.dumps(changed(d, "period", start="2026-02-30")),
    "an end before the start": lambda d: json.dumps(changed(d, "period", end="1999-12-31")),
    "a total that is a list": lambda d: json.dumps(changed(d, "headline", total=["$1"])),
    "a rate of none": lambda d: json.dumps(changed(d, "currency", rate="NaN")),
    "a rate below zero": lambda d: json.dumps(changed(d, "currency", rate="-1")),
    "rows that are none": lambda d: json.dumps(changed(d, "views", spend_by_model=[1, 2])),
    "a share that is text": lambda d: json.dumps(
        changed(d, "views", spend_by_model=[{"model": "m", "cost_usd": 1, "share": "all"}])
    ),
    "answers of nobody": lambda d: json.dumps(json.loads(d) | {"answers": "none"}),
    "a verdict of its own": lambda d: json.dumps(
        json.loads(d) | {"answers": [{"question": "q", "answer": "a", "verdict": "<b>great</b>"}]}
    ),
    "no UTF-8": lambda d: "\udcff" + d,
}


def changed(document: str, part: str, **values: object) -> dict[str, Any]:
    """A report.json with some values of one part replaced."""
    content: dict[str, Any] = json.loads(document)
    return content | {part: content[part] | values}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_report_is_refused_in_our_words(made: Report, hostile: str) -> None:
    content = HOSTILE[hostile](report_json(made)).encode("utf-8", "surrogateescape")
    with pytest.raises(OutputError, match=r"Not a report\.json"):
        digest_of(content, "report.json")


def test_names_with_line_breaks_and_signs_that_are_no_letters_stay_on_their_line(made: Report) -> None:
    document = json.loads(report_json(made))
    document["views"]["spend_by_provider"][0]["provider"] = "a\nTotal: $0\x1b[2J\x00"
    document["answers"][0]["answer"] = "It is fine.\n\nForged: line \ud800"
    digest = digest_of(json.dumps(document).encode(), "report.json")
    assert digest.providers[0].name == "a Total: $0\ufffd[2J\ufffd"
    assert digest.answers[0].answer == "It is fine. Forged: line \ufffd"


VALUES: list[Any] = [
    None,
    True,
    -1,
    2**70,
    10**400,
    1e300,
    -0.0,
    float("nan"),
    "",
    "\n",
    "\x00",
    "\ud800",
    "-1",
    [],
    {},
]
EXAMPLES = 4_000 if os.environ.get("FINOPS_SOAK") else 150


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document that a reader could look at, but few of each list."""
    if isinstance(value, dict):
        inner = list(value.items())
    else:
        inner = list(enumerate(value[:2])) if isinstance(value, list) else []
    for key, part in inner:
        yield (*path, key)
        yield from places(part, (*path, key))


READ = ("schema", "title", "headline", "period", "currency", "totals", "answers", "views", "budgets", "forecast")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_report_it_is_read_or_refused_and_longer_in_soak(kept: str, data: st.DataObject) -> None:
    document = json.loads(kept)
    for _ in range(data.draw(st.integers(1, 3))):
        *before, key = data.draw(st.sampled_from([path for path in places(document) if path[0] in READ]))
        holder = document
        for part in before:
            holder = holder[part]
        if isinstance(key, str) and data.draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = data.draw(st.sampled_from(VALUES))
    try:
        digest = digest_of(json.dumps(document).encode(), "report.json")
    except OutputError:
        return
    texts = (digest.title, digest.total, digest.key, *(bar.name for bar in digest.providers))
    assert all(len(text.splitlines()) <= 1 and text.encode("utf-8") is not None for text in texts)
    assert all(ord(sign) >= 32 or sign == "\n" for sign in markdown(digest))
    assert len(outputs(digest).splitlines()) == 7
