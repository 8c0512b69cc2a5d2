"""Tables add up under the eyes of who reads them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops_report.sections.shared_columns import MODEL, REQUESTS, SHARE, spend
from finops_report.sections.tables import Field, table
from finops_report.wording.currency import US_DOLLARS


@dataclass(frozen=True, slots=True)
class Spend:
    """A row that has what the columns below need, and no more."""

    model: str
    requests: int
    cost_usd: Decimal | None
    share: float | None


FIELDS: tuple[Field[Spend], ...] = (MODEL, REQUESTS, spend(US_DOLLARS), SHARE)
NAMES: tuple[Field[Spend], ...] = (MODEL,)
NONE: tuple[Spend, ...] = ()


def rows(*costs: str | None) -> list[Spend]:
    """Return a row of ten requests for each cost; None has no known price."""
    known = [None if cost is None else Decimal(cost) for cost in costs]
    whole = sum(cost for cost in known if cost is not None)
    return [Spend(f"m{i}", 10, cost, None if cost is None else float(cost / whole)) for i, cost in enumerate(known)]


def test_the_total_is_the_sum_of_what_is_known() -> None:
    made = table(rows("4", "2.0004", None), FIELDS)
    assert made.total == ("Total", "30", "$6.00", "100 %")
    assert [row[2] for row in made.rows] == ["$4.00", "$2.00", "price unknown"]


def test_others_and_shown_rows_make_the_total() -> None:
    made = table(rows("4", "3", "2", "1"), FIELDS, most=2)
    assert made.rows[-1] == ("2 others", "20", "$3.00", "30 %")
    assert made.total == ("Total", "40", "$10.00", "100 %")
    assert made.note.startswith("The first 2 of 4 rows")


def test_others_without_a_price_are_not_for_nothing() -> None:
    made = table(rows("4", None, None), FIELDS, most=1)
    assert made.rows[-1] == ("2 others", "20", "price unknown", "")


def test_a_row_that_stands_for_many_is_counted_as_many() -> None:
    made = table(rows("4", "3", "2"), FIELDS, most=1, number=lambda row: 1_000 if row.model == "m2" else 1)
    assert made.rows[-1] == ("1,001 others", "20", "$5.00", "56 %")


def test_one_row_needs_no_total_nor_do_rows_that_cannot_be_added_up() -> None:
    assert table(rows("4"), FIELDS).total == ()
    assert table(rows("4", "3"), NAMES).total == ()
    assert table(NONE, FIELDS).rows == ()
