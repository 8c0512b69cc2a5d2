"""Bills beside the estimate: small invoices whose difference, causes and gaps are worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from finops_router.records import RequestRecord
from finops_router.settings.report import ReportConfig
from finops_router.settings.statement import StatementConfig

from finops_report.analysis.integrity import check
from finops_report.analysis.reconciliation import bills
from finops_report.analysis.totals import FACT_VIEWS, facts
from finops_report.calendar.period import PeriodAsk
from finops_report.cli import main
from finops_report.commands.reconciling import reconciling
from finops_report.commands.settings import CommandSettings
from finops_report.model import Section
from finops_report.page.csv import csv_text
from finops_report.sections.reconciliation import section
from finops_report.warehouse import ReadRequest, ViewRows, Waiting, read
from finops_report.wording.conventions import written_as
from finops_report.wording.locales import conventions_of
from tests.finops_report.conftest import NOW_US
from tests.finops_report.exports.traffic import write
from tests.finops_report.reconcile.bills import anthropic_bill, focus_bill, mini_request, openai_bill

MILLION = 1_000_000
AGREES, DISCOUNT, UNBILLED, BARS, RAISED, ABOVE, BELOW, NEARLY, BETWEEN, EUROS, HOSTILE = (
    f"2026-10-{number:02d}" for number in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12)
)
GAPS = "2026-10-03"  # and the day after it, UNBILLED
STRANGE = {"ServiceProviderName": "<img src=x onerror=alert(1)>", "x_ModelId": "=cmd|'/c calc'!A1"}


def used(day: str) -> RequestRecord:
    """A request of a million tokens each way: $0.15 and $0.60."""
    return mini_request(f"{day}T12:00:00", input_tokens=MILLION, output_tokens=MILLION)


def bill(place: Path, day: str, times: str = "1", input_tokens: int = MILLION) -> Path:
    tokens = {"input": input_tokens, "output": MILLION}
    return openai_bill(place / f"{day}.json", tokens, times=Decimal(times), day=day)


def files(place: Path) -> Iterator[Path]:
    """Write what was billed on each day."""
    yield from (bill(place, day) for day in (AGREES, GAPS))
    yield anthropic_bill(place / "anthropic.json", {"input": MILLION}, UNBILLED)
    yield from (bill(place, day, times) for day, times in ((DISCOUNT, "0.8"), (RAISED, "1.1"), (NEARLY, "1.005")))
    yield bill(place, BARS, "0.8", 2 * MILLION)
    rows = [
        {"ChargePeriodStart": ABOVE, "BilledCost": "0.80", "SkuMeter": "Web Searches"},
        {"ChargePeriodStart": BELOW, "BilledCost": "0.70", "SkuMeter": "Web Searches"},
        {"ChargePeriodStart": EUROS, "BilledCost": "0.5", "BillingCurrency": "EUR"},
        {"ChargePeriodStart": HOSTILE, "BilledCost": "1", **STRANGE},
    ]
    for row in rows:
        row["ChargePeriodStart"] += "T00:00:00Z"
    yield focus_bill(place / "focus.csv", rows)


@dataclass(frozen=True)
class Books:
    """One database with a story a day, read once; `shown` reads the bills of some of its days."""

    request: ReadRequest
    answers: ViewRows

    def section(self, first: str, last: str = "", config: ReportConfig | None = None) -> Section | None:
        config = config or ReportConfig()
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        period = replace(self.answers.period, start=start, end=end, timezone=config.timezone)
        answers = replace(self.answers, period=period)
        settings = CommandSettings(config, StatementConfig(), None)
        found = bills(answers, self.request, reconciling(settings))
        with written_as(conventions_of(config.locale)):
            return section(facts(answers, settings.currency, bills=found))

    def shown(self, first: str, last: str = "", config: ReportConfig | None = None) -> Section:
        found = self.section(first, last, config)
        assert found is not None
        check(found.adds_up)
        return found


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    place = tmp_path_factory.mktemp("books")
    days = [f"2026-10-{number:02d}" for number in range(1, 13)]
    db = write(place / "telemetry.duckdb", [used(day) for day in days])
    brought = CliRunner().invoke(main, ["ingest", *map(str, files(place)), "--db", str(db)])
    assert brought.exit_code == 0, brought.output
    request = ReadRequest(db, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None))
    return Books(request, read(request, FACT_VIEWS))


def told(found: Section) -> list[tuple[str, str, str]]:
    return [(fact.label, fact.text, fact.level) for fact in found.facts]


def opened(found: Section, title: str) -> Iterable[tuple[str, ...]]:
    (one,) = (detail for detail in found.details if detail.title == title)
    return one.table.rows


NO_GAPS = ("Gaps", "none: every provider that is billed or recorded is both, on every day", "fine")
ALL_CAPTURED = ("Captured", "100 % of the bill is for requests that are recorded", "fine")


def test_a_bill_that_agrees(books: Books) -> None:
    found = books.shown(AGREES)
    assert found.finding == "Billed $0.75, exactly as estimated"
    assert (found.charts, found.empty) == ((), "")
    assert found.table.rows == (("OpenAI", "$0.75", "$0.75", "$0.00", "0 %", "100 %", "$0.00"),)
    assert told(found) == [ALL_CAPTURED, ("Explained", "all of the difference has a cause", "fine"), NO_GAPS]


def test_a_discount(books: Books) -> None:
    found = books.shown(DISCOUNT)
    assert found.finding == (
        "Billed $0.60, $0.15 less than the $0.75 estimated (25 % of the bill); "
        "the largest cause: negotiated discount (−$0.15)"
    )
    (chart,) = found.charts
    (trace,) = chart.figure["data"]
    assert (trace["y"], trace["x"]) == (["negotiated discount", "billed less estimated"], [-0.15, -0.15])
    assert trace["text"] == ["−$0.15", "−$0.15"]
    assert found.table.rows == (("OpenAI", "$0.60", "$0.75", "−$0.15", "−25 %", "100 %", "$0.00"),)
    assert opened(found, "By model") == (
        ("OpenAI · gpt-4o-mini", "$0.60", "$0.75", "−$0.15", "negotiated discount", "$0.00"),
    )
    assert opened(found, "By kind of tokens") == (
        ("OpenAI", "input", "$0.12", "$0.15", "−$0.03", "1 M", "1 M"),
        ("OpenAI", "output", "$0.48", "$0.60", "−$0.12", "1 M", "1 M"),
    )
    assert opened(found, "By day") == (("2 Oct 2026", "$0.60", "$0.75", "−$0.15", "negotiated discount", "$0.00"),)


def test_a_day_without_a_bill_and_a_provider_that_nobody_recorded(books: Books) -> None:
    found = books.shown(GAPS, UNBILLED)
    assert found.finding == (
        "Billed $3.75, $3.00 more than the $0.75 estimated (80 % of the bill); "
        "the largest cause: untracked keys (+$3.00)"
    )
    assert found.table.rows == (
        ("Anthropic", "$3.00", "$0.00", "+$3.00", "+100 %", "0 %", "$0.00"),
        ("OpenAI", "$0.75", "$0.75", "$0.00", "0 %", "100 %", "$0.00"),
    )
    assert told(found) == [
        ("Captured", "20 % of the bill is for requests that are recorded", "fine"),
        ("Explained", "all of the difference has a cause", "fine"),
        ("Billed, not recorded", "Anthropic: 1 day (4 Oct 2026), $3.00", "note"),
        ("Recorded, not billed", "OpenAI: 1 day (4 Oct 2026), $0.75", "note"),
    ]


def test_bars_lead_from_the_estimate_to_the_bill(books: Books) -> None:
    (chart,) = books.shown(BARS).charts
    (trace,) = chart.figure["data"]
    steps = dict(zip(trace["y"], zip(trace["base"], trace["x"], strict=True), strict=True))
    assert steps == {  # 0.72 billed, 0.75 estimated: a million tokens more at 0.12, all others a fifth cheaper
        "untracked keys": (0.0, 0.12),
        "negotiated discount": (0.12, -0.15),
        "billed less estimated": (0.0, -0.03),
    }


def test_what_no_cause_explains_is_said_to_be_explained(books: Books) -> None:
    found = books.shown(RAISED)
    assert found.finding.endswith("; $0.0750 is not explained")
    assert told(found)[1] == (
        "To explain",
        "OpenAI: no cause is found of $0.0750, 9.1 % of its bill; up to 1 % may be left. "
        "The most: 6 Oct 2026, gpt-4o-mini (+$0.0750)",
        "warn",
    )


def test_rests_of_opposite_signs_do_not_make_up_for_each_other(books: Books) -> None:
    found = books.shown(ABOVE, BELOW)
    assert found.finding == "Billed $1.50, exactly as estimated; $0.10 is not explained"
    assert "no cause is found of $0.10, whatever the signs of its days, 6.7 % of its bill" in told(found)[1][1]
    assert [row[-1] for row in opened(found, "By day")] == ["+$0.0500", "−$0.0500"]


def test_a_rest_below_the_bound_is_stated(books: Books) -> None:
    found = books.shown(NEARLY)
    assert told(found)[1][1] == "all but $0.00375, 0.5 % of the bill; up to 1 % of a provider's may be left"


def test_without_bills_there_is_no_section(books: Books) -> None:
    answers = replace(books.answers, source=replace(books.answers.source, billed_days=None))
    assert Books(books.request, answers).section(AGREES) is None


def test_bills_of_other_days_are_named(books: Books) -> None:
    found = books.shown("2026-09-01", "2026-09-30")
    assert found.finding == "No bill of 1–30 Sep 2026 to compare with"
    assert found.empty == "Bills are of 1–12 Oct 2026 (UTC)."


def test_a_day_between_two_bills(books: Books) -> None:
    found = books.shown(BETWEEN)
    assert found.finding == "No bill of 10 Oct 2026 to compare with"
    assert told(found) == [("Recorded, not billed", "OpenAI: 1 day (10 Oct 2026), $0.75", "note")]


def test_a_currency_without_a_rate_is_a_gap(books: Books) -> None:
    found = books.shown(EUROS)
    assert told(found) == [("Currency without a rate", "OpenAI: 1 day (11 Oct 2026), €0.50", "warn")]


def test_zone_currency_and_locale_are_those_of_the_report(books: Books) -> None:
    config = ReportConfig(timezone="Europe/Berlin", currency="EUR", currency_rate=Decimal("0.5"), locale="de")
    found = books.shown(DISCOUNT, config=config)
    assert found.finding.startswith("Billed 0,30\N{NO-BREAK SPACE}€, 0,0750\N{NO-BREAK SPACE}€ less than the 0,38")
    assert "those of other views are of Europe/Berlin" in found.how_to_read
    titles = [column.title for column in found.table.columns]
    assert titles[1:4] == ["Billed (EUR)", "Estimated (EUR)", "Difference (EUR)"]


def test_names_of_strangers_stay_names(books: Books, tmp_path: Path) -> None:
    found = books.shown(HOSTILE)
    assert found.reckoned is not None
    assert "'=cmd" in csv_text(found.reckoned.rows), "a formula is disarmed"
    out = tmp_path / "report.html"
    options = ["--db", books.request.db, "--out", out, "--only", "reconciliation"]
    built = CliRunner().invoke(main, ["build", *map(str, options)])
    assert built.exit_code == 0, built.output
    page = out.read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
