"""Money as finance reads it, in the currency of the report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.wording.conventions import SYMBOLS
from finops_report.wording.currency import US_DOLLARS, Currency

EURO = Currency("EUR", Decimal("0.92"), "ECB, 30 Oct 2026")


@pytest.mark.parametrize(
    ("usd", "text"),
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
def test_money(usd: Decimal | None, text: str) -> None:
    assert US_DOLLARS.money(usd) == text


@given(st.decimals(min_value=Decimal("1e-12"), max_value=Decimal("1e12"), allow_nan=False, places=12))
def test_a_non_zero_amount_never_prints_as_zero(usd: Decimal) -> None:
    assert any(digit in US_DOLLARS.money(usd) for digit in "123456789")


@pytest.mark.parametrize(
    ("currency", "usd", "text"),
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
def test_other_currencies_at_the_stated_rate(currency: Currency, usd: Decimal | int, text: str) -> None:
    assert currency.money(usd) == text


@given(
    st.decimals(min_value=Decimal("1e-9"), max_value=Decimal("1e9"), allow_nan=False, places=9),
    st.sampled_from([*SYMBOLS, "CHF", "SEK"]),
    st.decimals(min_value=Decimal("1e-3"), max_value=Decimal("1e4"), allow_nan=False, places=3),
)
def test_a_non_zero_amount_never_prints_as_zero_in_any_currency(usd: Decimal, code: str, rate: Decimal) -> None:
    text = Currency(code, rate).money(usd)
    assert any(digit in text for digit in "123456789")
    shown = text.removeprefix(Currency(code, rate).prefix).replace(",", "")
    assert Decimal(shown) == pytest.approx(usd * rate, rel=Decimal("0.05"))


def test_a_change_has_its_sign() -> None:
    assert [EURO.signed(usd) for usd in (1, -1, 0)] == ["+€0.92", "−€0.92", "€0.00"]


def test_the_changes_of_a_column_have_their_signs_and_the_same_decimals() -> None:
    changes = [Decimal(usd) for usd in ("13.27", "0.0894", "-0.0179", "0.0001", "-0.0001", "0")]
    assert US_DOLLARS.changes(changes) == ["+$13.27", "+$0.09", "−$0.02", "under $0.01", "over −$0.01", "$0.00"]


def test_the_note_states_the_rate_and_its_source() -> None:
    assert US_DOLLARS.note == "Money is in US dollars."
    assert "0.92 to the US dollar (ECB, 30 Oct 2026)" in EURO.note


@pytest.mark.parametrize(
    ("currency", "column", "text"),
    [
        (US_DOLLARS, ["47.1858", "0.0423", "0.0007", "0", None], ["$47.19", "$0.04", "under $0.01", "$0.00", "?"]),
        (US_DOLLARS, ["0.0423", "0.0007", "0.00001"], ["$0.0423", "$0.0007", "under $0.0001"]),
        (US_DOLLARS, ["0.19", "-0.0353", "0.0298", "-0.000265"], ["$0.19", "−$0.04", "$0.03", "over −$0.01"]),
        (US_DOLLARS, ["-47.1", "12"], ["−$47.10", "$12.00"]),
        (US_DOLLARS, ["0", "0"], ["$0.00", "$0.00"]),
        (US_DOLLARS, ["250000", "12.5", "0.4"], ["$250,000", "$12", "under $1"]),
        (Currency("JPY", Decimal(150)), ["10", "0.02", "0.001"], ["¥1,500", "¥3", "under ¥1"]),
    ],
)
def test_the_amounts_of_a_column_have_the_same_decimals(
    currency: Currency, column: list[str | None], text: list[str]
) -> None:
    assert currency.column([None if one is None else Decimal(one) for one in column], "?") == text


@given(
    st.lists(st.decimals(min_value=Decimal("1e-9"), max_value=Decimal("1e9"), allow_nan=False, places=9), min_size=1),
    st.sampled_from([*SYMBOLS, "CHF", "SEK"]),
)
def test_a_non_zero_amount_never_prints_as_zero_in_a_column(column: list[Decimal], code: str) -> None:
    for text in Currency(code).column(column):
        assert any(digit in text for digit in "123456789")
