"""Values of strangers' files are read as they are meant, or refused with the reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from finops_router.ingest.values import BadValueError, amount, count, flag, moment_us, text

NOON_US = 1_790_856_000_000_000  # 2026-10-01 12:00:00 UTC


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-01T12:00:00Z",
        "2026-10-01 12:00:00",
        "2026-10-01 12:00:00.0000000",
        "2026-10-01 14:00:00+02:00",
        "2026-10-01 12:00:00 UTC",
        1_790_856_000,
        "1790856000.0",
        1_790_856_000_000,
        1_790_856_000_000_000,
        "1790856000000000000",
    ],
)
def test_a_moment_is_the_same_however_it_is_written(written: object) -> None:
    assert moment_us(written, "time") == NOON_US


@pytest.mark.parametrize("written", ["yesterday", "10/01/2026", "0", "1970-01-01", -1, "9999-01-01", "2026-13-01"])
def test_what_is_no_moment_of_this_century_says_so(written: object) -> None:
    with pytest.raises(BadValueError, match="time is no moment"):
        moment_us(written, "time")


@pytest.mark.parametrize("written", [None, "", "  ", "NULL", "null", "\\N", "None", float("nan")])
def test_nothing_is_nothing_in_every_spelling(written: object) -> None:
    for found in (moment_us(written, "v"), count(written, "v"), amount(written, "v"), flag(written, "v")):
        assert found is None


def test_counts_are_whole_and_not_below_zero() -> None:
    assert [count(value, "tokens") for value in (0, 7, "7", 7.0, "7.0")] == [0, 7, 7, 7, 7]
    for bad in (-1, "1.5", "seven", True, 2**31, float("inf"), "1,000"):
        with pytest.raises(BadValueError, match="tokens is no"):
            count(bad, "tokens")


def test_amounts_are_as_they_are_written() -> None:
    assert [amount(value, "cost") for value in (0.1, "0.1", "$0.1", "1e-7", 3)] == [
        *(Decimal("0.1"), Decimal("0.1"), Decimal("0.1")),
        *(Decimal("1e-7"), Decimal(3)),
    ]
    with pytest.raises(BadValueError, match="cost is below zero: '-1'"):
        amount("-1", "cost")


def test_a_value_that_is_refused_is_shown_in_short() -> None:
    with pytest.raises(BadValueError) as caught:
        count("x" * 1000, "tokens")
    assert len(str(caught.value)) < 100


def test_flags_and_texts() -> None:
    assert [flag(value, "f") for value in ("True", "false", 1, 0, True)] == [True, False, True, False, True]
    assert [text(value) for value in (" a ", 1, True)] == ["a", "1", "true"]
