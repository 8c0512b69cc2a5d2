"""Tables add up under the eyes of who reads them."""

from __future__ import annotations

from decimal import Decimal

from finops_report.sections.columns import MODEL, REQUESTS, SHARE, cost
from finops_report.sections.tables import table
from finops_report.wording.currency import US_DOLLARS

FIELDS = (MODEL, REQUESTS, cost(US_DOLLARS), SHARE)


def spend(*costs: str | None) -> list[dict[str, object]]:
    known = sum(Decimal(one) for one in costs if one)
    return [
        {
            "model": f"m{i}",
            "requests": 10,
            "cost_usd": None if one is None else Decimal(one),
            "share": None if one is None else float(Decimal(one) / known),
        }
        for i, one in enumerate(costs)
    ]


def test_the_total_is_the_sum_of_what_is_known() -> None:
    made = table(spend("4", "2.0004", None), FIELDS)
    assert made.total == ("Total", "30", "$6.00", "100 %")
    assert [row[2] for row in made.rows] == ["$4.00", "$2.00", "price unknown"]


def test_others_and_shown_rows_make_the_total() -> None:
    made = table(spend("4", "3", "2", "1"), FIELDS, most=2)
    assert made.rows[-1] == ("2 others", "20", "$3.00", "30 %")
    assert made.total == ("Total", "40", "$10.00", "100 %")
    assert made.note.startswith("The first 2 of 4 rows")


def test_others_without_a_price_are_not_for_nothing() -> None:
    made = table(spend("4", None, None), FIELDS, most=1)
    assert made.rows[-1] == ("2 others", "20", "price unknown", "")


def test_one_row_needs_no_total_nor_do_rows_that_cannot_be_added_up() -> None:
    assert table(spend("4"), FIELDS).total == ()
    assert table(spend("4", "3"), (MODEL,)).total == ()
    assert table([], FIELDS).rows == ()
