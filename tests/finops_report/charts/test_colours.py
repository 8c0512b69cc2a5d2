"""One colour a name in all charts of a report."""

from __future__ import annotations

from finops_report.charts.colours import CHEAPER, DEARER, GREY, SERIES, STRATEGY_SERIES, by_rank, in_turn, of_change


def test_the_first_names_have_colours_of_their_own_and_the_tail_is_grey() -> None:
    colours = by_rank([f"p{i}" for i in range(9)])
    assert list(colours.values()) == [*SERIES, GREY, GREY]


def test_colours_start_again_after_the_last() -> None:
    colours = in_turn([f"s{i}" for i in range(7)])
    assert colours["s6"] == colours["s0"] == STRATEGY_SERIES[0]
    assert list(colours.values())[:6] == list(STRATEGY_SERIES)


def test_dearer_and_cheaper_differ() -> None:
    assert [of_change(usd) for usd in (1, -1, 0)] == [DEARER, CHEAPER, CHEAPER]
