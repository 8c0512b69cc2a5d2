"""Numbers as finance reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.wording import formats


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(0.62, "62 %"), (0.0, "0 %"), (0.0004, "under 0.1 %"), (0.9996, "over 99.9 %"), (1, "100 %"), (0.0123, "1.2 %")],
)
def test_percent(ratio: float, text: str) -> None:
    assert formats.percent(ratio) == text


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_part_never_prints_as_nothing_or_as_all(ratio: float) -> None:
    assert formats.percent(ratio) not in ("0 %", "100 %")


@pytest.mark.parametrize(
    ("ms", "text"),
    [(12.345, "12.3 ms"), (1500, "1.5 s"), (90_000, "1.5 min"), (7_200_000, "2 h"), (None, "not recorded")],
)
def test_duration(ms: float | None, text: str) -> None:
    assert formats.duration(ms) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(999, "999"), (12_345, "12.3 k"), (26_900_000, "26.9 M"), (3_000_000_000, "3 B"), (999_999, "1 M")],
)
def test_tokens(number: int, text: str) -> None:
    assert formats.tokens(number) == text


def test_a_list_reads_as_a_sentence() -> None:
    assert formats.listed(["a"]) == "a"
    assert formats.listed(["a", "b", "c"]) == "a, b and c"


@given(st.lists(st.text(min_size=1, max_size=80), max_size=12), st.integers(6, 50))
def test_different_names_stay_different_however_they_are_cut(names: list[str], most: int) -> None:
    labels = formats.distinct(names, most)
    assert [labels.index(label) for label in labels] == [names.index(name) for name in names]
    assert all(len(label) <= most + 5 for label in labels)


@pytest.mark.parametrize(
    ("ratio", "bound", "text"),
    [
        (0.9498, 0.95, "94.98 %"),
        (0.95, 0.95, "95 %"),
        (0.99999, 0.9999, "99.999 %"),
        (0.1035, 0.10, "10.4 %"),
        (0.0103, 0.01, "1.03 %"),
        (1.1 - 1, 0.10, "10 %"),
        (0.00042, 0.0004, "0.042 %"),
        (0.37, 0.25, "37 %"),
    ],
)
def test_what_is_held_against_a_bound_is_never_rounded_to_it(ratio: float, bound: float, text: str) -> None:
    assert formats.percent(ratio, [bound]) == text


@pytest.mark.parametrize(
    ("ratio", "bound", "text"), [(1.543, 1.5, "1.54"), (1.543, 3.0, "1.5"), (1.5, 1.5, "1.5"), (12.0, 3.0, "12")]
)
def test_a_multiple_is_never_rounded_to_its_bound(ratio: float, bound: float, text: str) -> None:
    assert formats.times(ratio, [bound]) == text


@given(st.floats(0.0005, 10), st.lists(st.integers(1, 2000).map(lambda n: n / 1000), min_size=1, max_size=3))
def test_words_lie_on_the_side_of_a_bound_that_the_number_lies_on(ratio: float, bounds: list[float]) -> None:
    written = formats.percent(ratio, bounds).replace(",", "")
    shown = float(written.removesuffix(" %").replace("over ", "").replace("under ", "")) / 100
    for bound in bounds:
        if "under" not in written and "over" not in written and abs(ratio - bound) > 1e-9:
            assert (shown > bound + 1e-10) is (ratio > bound)
            assert (shown < bound - 1e-10) is (ratio < bound)


@pytest.mark.parametrize(
    ("one", "other", "text"), [(None, "1", "other; one"), ("2", "1", "one; other"), ("2", "0", "one")]
)
def test_a_finding_leads_with_the_most_money(one: str | None, other: str, text: str) -> None:
    assert formats.largest_first("one", None if one is None else Decimal(one), "other", Decimal(other)) == text


def test_no_line_ends_between_a_number_and_its_unit() -> None:
    text = "up to 25 % in 3.61 s, 44,910 requests on 27 Oct 2026, 2 in all"
    assert formats.unbroken(text).split(" ") == [
        *("up", "to", "25\N{NO-BREAK SPACE}%", "in", "3.61\N{NO-BREAK SPACE}s,", "44,910", "requests"),
        *("on", "27\N{NO-BREAK SPACE}Oct", "2026,", "2", "in", "all"),
    ]


@pytest.mark.parametrize(("number", "text"), [(30, "30"), (1.5, "1.5"), (2.0, "2"), (0.125, "0.125"), (-0.5, "−0.5")])
def test_a_bound_is_written_with_all_its_digits(number: float, text: str) -> None:
    assert formats.exact(number) == text


@given(st.floats(0, 10), st.floats(0, 10))
def test_two_bounds_are_the_same_in_words_only_if_they_are_the_same(one: float, other: float) -> None:
    assert (formats.exact(one) == formats.exact(other)) is (one == other)
    assert (formats.exact_percent(one) == formats.exact_percent(other)) is (one == other)


def test_a_large_share_has_its_thousands_apart() -> None:
    assert (formats.percent(14.18), formats.change(-1234.5)) == ("1,418 %", "−123,450 %")
