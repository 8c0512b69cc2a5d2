"""Spend by customer: the dearest by name, all others in one row, and nothing at all if nobody names any."""

from __future__ import annotations

from pathlib import Path

import pytest

from finops_report.page.page import page
from tests.finops_report.conftest import answers_of, reported
from tests.finops_report.sections.conftest import Make, chart_of, section_alone, section_of, written

VIEW = "spend_by_customer"
THREE = "(['acme', 'acme', 'globex', null])[1 + i % 4]"


def test_the_dearest_is_named_and_what_names_none_is_in_the_table_alone(made: Make) -> None:
    section = made(VIEW, end_user=THREE)
    assert section.finding == "2 customers; acme costs most with $24.00 (50 %); $12.00 has no customer"
    assert section.table.rows == (
        ("acme", "$24.00", "50 %", "24", "0"),
        ("globex", "$12.00", "25 %", "12", "0"),
        ("no customer", "$12.00", "25 %", "12", "0"),
    )
    (trace,) = chart_of(section, VIEW).figure["data"]
    assert (trace["y"], trace["x"]) == (["acme", "globex"], [24.0, 12.0])


def test_one_customer_of_every_request_leaves_nothing_unnamed(made: Make) -> None:
    assert made(VIEW, end_user="'acme'").finding == "1 customer; acme costs most with $48.00 (100 %)"


def test_without_prices_requests_are_counted_all_the_same(made: Make) -> None:
    section = made(VIEW, end_user="'acme'", cost_estimated="null::double")
    assert section.finding == "No customer has a known price"
    assert section.table.rows == (("acme", "price unknown", "", "48", "48"),)


def test_after_a_thousand_customers_all_others_are_one_row_and_counted_as_many(tmp_path: Path) -> None:
    columns = {
        "timestamp": "timestamp '2026-10-01' + to_seconds(i)",
        "end_user": "if(i < 1005, 'c' || i, null)",
        "cost_estimated": "if(i < 1005, 2.0 - i / 1024, 0.5)",
    }
    path = written(tmp_path / "t.duckdb", requests=1105, **columns)
    *named, last = answers_of(path).views[VIEW]
    assert len(named) == 1001  # a thousand customers, and what names none
    assert (last["end_user"], last["customers"], last["requests"]) == (None, 5, 5)
    assert [(row["customers"], row["requests"]) for row in named if row["end_user"] is None] == [(0, 100)]
    section = section_alone(path, VIEW)
    assert section.finding.startswith("1,005 customers; c0 costs most with $2.00")
    assert section.table.rows[-1][0] == "991 others"  # of the fifteen rows above one is what names none
    (trace,) = chart_of(section, VIEW).figure["data"]
    assert (trace["y"][-1], trace["text"][-1].endswith("not drawn")) == ("993 others", True)
    for total in section.adds_up:
        assert total.found == total.whole


def test_requests_without_a_customer_keep_their_row_however_little_they_cost(tmp_path: Path) -> None:
    columns = {"end_user": "if(i = 0, null, 'c' || i)", "cost_estimated": "if(i = 0, 0.0, 1.0)"}
    path = written(tmp_path / "t.duckdb", requests=1100, timestamp="timestamp '2026-10-01' + to_seconds(i)", **columns)
    rows = answers_of(path).views[VIEW]
    assert [(row["customers"], row["requests"]) for row in rows if row["end_user"] is None] == [(0, 1), (99, 99)]


def test_names_from_data_are_cut_and_never_markup(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", end_user="if(i % 2 = 0, '<script>alert(1)</script>', repeat('x', 200))")
    made = reported(path)
    built = page(made)
    assert "<script>alert(1)" not in built
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in built
    assert all(len(row[0]) <= 60 for row in section_of(made, VIEW).table.rows)


@pytest.mark.parametrize("end_user", ["null::varchar", "'  '"])
def test_it_stays_away_if_no_request_names_one(tmp_path: Path, end_user: str) -> None:
    path = written(tmp_path / "t.duckdb", end_user=end_user)
    assert VIEW not in [section.view for section in reported(path).sections]
    assert "Spend by customer" not in page(reported(path))
    assert [(row["end_user"], row["customers"]) for row in answers_of(path).views[VIEW]] == [(None, 0)]
