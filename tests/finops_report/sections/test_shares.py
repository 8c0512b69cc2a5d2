"""A division of spend as bars: the first by name, all others as one."""

from __future__ import annotations

from decimal import Decimal

from finops_report.charts.colours import GREY, SERIES
from finops_report.sections.shares import Slice, shares
from finops_report.wording.currency import US_DOLLARS


def slices(*costs: str | None) -> list[Slice]:
    """Return a slice for each cost, its share in tenths of a dollar; None has no known price."""
    return [
        Slice(f"m{i}", SERIES[0], None if cost is None else Decimal(cost), None if cost is None else float(cost) / 10)
        for i, cost in enumerate(costs)
    ]


def test_the_long_tail_is_one_bar() -> None:
    (trace,) = shares(US_DOLLARS, slices("4", "3", "2", "1", None), 2)["data"]
    assert (trace["y"], trace["x"]) == (["m0", "m1", "3 others"], [4.0, 3.0, 3.0])
    assert trace["text"] == ["$4.00 · 40 %", "$3.00 · 30 %", "$3.00 · 30 %"]
    assert trace["marker"]["color"][-1] == GREY


def test_without_a_tail_there_is_no_bar_of_others() -> None:
    (trace,) = shares(US_DOLLARS, slices("4", None), 2)["data"]
    assert (trace["y"], trace["text"]) == (["m0", "m1"], ["$4.00 · 40 %", "price unknown"])


def test_a_tail_that_would_dwarf_the_named_is_named_and_not_drawn() -> None:
    (trace,) = shares(US_DOLLARS, slices("1", "1", *["1"] * 5), 2)["data"]
    assert (trace["y"][-1], trace["x"][-1], trace["text"][-1]) == ("5 others", 0.0, "$5.00 · 50 %, not drawn")


def test_a_part_that_stands_for_many_is_counted_as_many() -> None:
    many = Slice("9,000 others", GREY, Decimal(1), 0.1, number=9000)
    (trace,) = shares(US_DOLLARS, [*slices("4", "3", "2"), many], 2)["data"]
    assert trace["y"][-1] == "9,001 others"


def test_labels_of_parts_and_of_their_others_say_requests_if_all_are_known() -> None:
    three = [Slice(f"m{i}", GREY, Decimal(3 - i), 0.1, requests=1000 * (3 - i)) for i in range(3)]
    assert shares(US_DOLLARS, three, 1)["data"][0]["customdata"] == ["3,000 requests", "3,000 requests"]
    (trace,) = shares(US_DOLLARS, [*three, *slices("1")], 1)["data"]
    assert trace["customdata"] == ["3,000 requests", "$4.00 · 30 %"]


def test_named_parts_have_equally_many_digits_whatever_the_others_come_to() -> None:
    (trace,) = shares(US_DOLLARS, slices("0.0448", "0.0012", "9"), 2)["data"]
    assert [text.split(" · ")[0] for text in trace["text"]] == ["$0.0448", "$0.0012", "$9.00"]
    (trace,) = shares(US_DOLLARS, slices("12", "0.0448"), 2)["data"]
    assert [text.split(" · ")[0] for text in trace["text"]] == ["$12.00", "$0.04"]
