"""Money as finance reads it, in the currency of the report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.wording.currency import SYMBOLS, US_DOLLARS, Currency

EURO = Currency("EUR", Decimal("0.92"), "ECB, 30 Oct 2026")


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (Decimal("0"), "$0.00"),
        (Decimal("1234.5"), "$1,234.50"),
        (Decimal("123456.7"), "$123,457"),
        (Decimal("0.0274"), "$0.0274"),
        (Decimal("0.000000123"), "$0.000000123"),
        (Decimal("-2.5"), "−$2.50"),
        (Decimal("0.73214"), "$0.73"),
        (None, "price unknown"),
    ],
)
def test_money(usd: Decimal | None, said: str) -> None:
    assert US_DOLLARS.money(usd) == said


@given(st.decimals(min_value=Decimal("1e-12"), max_value=Decimal("1e12"), allow_nan=False, places=12))
def test_money_that_is_there_never_shows_as_nothing(usd: Decimal) -> None:
    assert any(digit in US_DOLLARS.money(usd) for digit in "123456789")


@pytest.mark.parametrize(
    ("currency", "usd", "said"),
    [
        (EURO, 100, "€92.00"),
        (EURO, Decimal("0.001"), "€0.000920"),
        (Currency("JPY", Decimal(150)), 100, "¥15,000"),
        (Currency("JPY", Decimal(150)), Decimal("0.001"), "¥0.15"),
        (Currency("JPY", Decimal(150)), Decimal("0.1"), "¥15"),
        (Currency("JPY", Decimal(150)), Decimal("0.01"), "¥1.50"),
        (Currency("JPY", Decimal(150)), 0, "¥0"),
        (Currency("CHF", Decimal("0.8")), -10, "−CHF\N{NO-BREAK SPACE}8.00"),
    ],
)
def test_other_currencies_at_the_stated_rate(currency: Currency, usd: Decimal | int, said: str) -> None:
    assert currency.money(usd) == said


@given(
    st.decimals(min_value=Decimal("1e-9"), max_value=Decimal("1e9"), allow_nan=False, places=9),
    st.sampled_from([*SYMBOLS, "CHF", "SEK"]),
    st.decimals(min_value=Decimal("1e-3"), max_value=Decimal("1e4"), allow_nan=False, places=3),
)
def test_no_currency_shows_something_as_nothing(usd: Decimal, code: str, rate: Decimal) -> None:
    said = Currency(code, rate).money(usd)
    assert any(digit in said for digit in "123456789")
    shown = said.removeprefix(Currency(code, rate).prefix).replace(",", "")
    assert Decimal(shown) == pytest.approx(usd * rate, rel=Decimal("0.05"))


def test_a_change_has_its_sign() -> None:
    assert [EURO.signed(usd) for usd in (1, -1, 0)] == ["+€0.92", "−€0.92", "€0.00"]


def test_the_note_states_the_rate_and_its_source() -> None:
    assert US_DOLLARS.note == "Money is in US dollars."
    assert "0.92 to the US dollar (ECB, 30 Oct 2026)" in EURO.note


@pytest.mark.parametrize(
    ("currency", "column", "said"),
    [
        (US_DOLLARS, ["47.1858", "0.0423", "0.0007", "0", None], ["$47.19", "$0.04", "under $0.01", "$0.00", "?"]),
        (US_DOLLARS, ["0.0423", "0.0007"], ["$0.0423", "$0.000700"]),
        (US_DOLLARS, ["0.19", "-0.0353"], ["$0.19", "−$0.0353"]),
        (US_DOLLARS, ["250000", "12.5", "0.4"], ["$250,000", "$12", "under $1"]),
        (Currency("JPY", Decimal(150)), ["10", "0.02", "0.001"], ["¥1,500", "¥3", "under ¥1"]),
    ],
)
def test_a_column_is_said_to_one_digit(currency: Currency, column: list[str | None], said: list[str]) -> None:
    assert currency.column([None if one is None else Decimal(one) for one in column], "?") == said


@given(
    st.lists(st.decimals(min_value=Decimal("1e-9"), max_value=Decimal("1e9"), allow_nan=False, places=9), min_size=1),
    st.sampled_from([*SYMBOLS, "CHF", "SEK"]),
)
def test_no_column_shows_something_as_nothing(column: list[Decimal], code: str) -> None:
    for said in Currency(code).column(column):
        assert any(digit in said for digit in "123456789")
