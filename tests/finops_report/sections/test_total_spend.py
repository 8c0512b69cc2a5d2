"""Total spend: what it comes to, the dearest day, columns by provider."""

from __future__ import annotations

from tests.finops_report.sections.conftest import Make, chart_of

VIEW = "total_spend"


def test_the_finding_names_the_dearest_day(made: Make) -> None:
    section = made(VIEW, cost_estimated="if(i < 24, 1.0, 3.0)")
    assert section.finding == "$96.00 in 2 days, $48.00 a day; the most expensive was 2 Oct 2026 with $72.00"
    assert section.table.rows == (("1 Oct 2026", "$24.00", "24", "0"), ("2 Oct 2026", "$72.00", "24", "0"))
    assert section.table.total == ("Total", "$96.00", "48", "0")


def test_one_day_has_no_dearest(made: Make) -> None:
    assert made(VIEW, requests=1).finding == "$1.00 in 1 day"


def test_columns_add_up_to_the_finding(made: Make) -> None:
    chart = chart_of(made(VIEW, provider="if(i % 3 = 0, 'google', 'openai')"), "spend_over_time")
    assert chart.title == "Spend over time by provider"
    assert [(trace["name"], trace["y"]) for trace in chart.figure["data"]] == [
        ("OpenAI", [16.0, 16.0]),
        ("Google", [8.0, 8.0]),
    ]
    assert chart.figure["data"][0]["text"] == ["$16.00", "$16.00"]


def test_a_day_without_requests_keeps_its_column(made: Make) -> None:
    section = made(VIEW, requests=2, timestamp="timestamp '2026-10-01' + to_days(2 * i)")
    (trace,) = chart_of(section, "spend_over_time").figure["data"]
    assert list(zip(trace["x"], trace["y"], trace["text"], strict=True)) == [
        ("2026-10-01", 1.0, "$1.00"),
        ("2026-10-02", 0, ""),
        ("2026-10-03", 1.0, "$1.00"),
    ]


def test_requests_without_a_price_are_not_for_nothing(made: Make) -> None:
    section = made(VIEW, cost_estimated="null::double")
    assert section.finding == "No request of this period has a known price"
    assert section.table.rows[0] == ("1 Oct 2026", "price unknown", "24", "24")
    assert section.table.total == ("Total", "price unknown", "48", "48")
    half = made(VIEW, cost_estimated="if(i < 24, null, 1.0)")
    assert [row[1] for row in half.table.rows] == ["price unknown", "$24.00"]
    assert half.table.total[1] == "$24.00"


def test_without_requests_nothing_is_drawn(made: Make) -> None:
    section = made(VIEW, requests=0)
    assert (section.finding, section.charts) == ("No spend was recorded", ())
    assert section.empty == "Nothing was recorded in this period."


def test_days_without_requests_and_without_prices_are_hatched_but_not_days_with_quiet_hours(made: Make) -> None:
    unbroken = made(VIEW)
    quiet = made(VIEW, requests=4, timestamp="timestamp '2026-10-01' + to_hours(12 * i)")
    gap = made(VIEW, requests=2, timestamp="timestamp '2026-10-01' + to_days(2 * i)")
    unpriced = made(VIEW, cost_estimated="if(i < 24, null, 1.0)")
    empty = [chart_of(section, "spend_over_time").figure["layout"].get("meta") for section in (unbroken, quiet)]
    assert empty == [None, None]
    for section, day in ((gap, "2026-10-02"), (unpriced, "2026-10-01")):
        assert chart_of(section, "spend_over_time").figure["layout"]["meta"] == {"empty": [day]}
        assert section.how_to_read.endswith(" Hatched: a day without a request of a known price.")
