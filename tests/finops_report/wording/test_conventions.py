"""Numbers, money and dates by locale. Expected texts are those of CLDR 46 to 48 (Babel 2.17 to 2.19)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.wording import formats
from finops_report.wording.conventions import ENGLISH, MINUS, current, written_as
from finops_report.wording.currency import US_DOLLARS, Currency
from finops_report.wording.locales import conventions_of

LOCALES = ("en", "de", "fr", "en-GB", "en-US", "ja", "pt-BR", "en-IN", "de-CH", "ar")
EUROS, FRANCS = Currency("EUR"), Currency("CHF")
FIRST, LAST, NEXT_MONTH, NEXT_YEAR = date(2026, 10, 1), date(2026, 10, 30), date(2026, 11, 3), date(2027, 1, 2)


def plain(text: str) -> str:
    """Return a text with every blank as a plain one: which blank CLDR has differs from version to version."""
    return " ".join(text.split())


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    with written_as(conventions_of(request.param)):
        yield request.param


COUNTS = {
    "en": "12,345,678", "de": "12.345.678", "fr": "12 345 678", "en-GB": "12,345,678", "en-US": "12,345,678",
    "ja": "12,345,678", "pt-BR": "12.345.678", "en-IN": "1,23,45,678", "de-CH": "12’345’678", "ar": "12,345,678",
}  # fmt: skip


def test_thousands_are_grouped_as_the_locale_does(locale: str) -> None:
    assert plain(formats.count(12_345_678)).replace("'", "’") == COUNTS[locale]
    assert formats.count(123) == "123"


AMOUNTS = {
    "en": ("€1,234.50", "−€1,234.50"), "de": ("1.234,50 €", "−1.234,50 €"), "fr": ("1 234,50 €", "−1 234,50 €"),
    "en-GB": ("€1,234.50", "−€1,234.50"), "en-US": ("€1,234.50", "−€1,234.50"), "ja": ("€1,234.50", "−€1,234.50"),
    "pt-BR": ("€ 1.234,50", "−€ 1.234,50"), "en-IN": ("€1,234.50", "−€1,234.50"),
    "de-CH": ("EUR 1’234.50", "EUR−1’234.50"), "ar": ("1,234.50 €", "−1,234.50 €"),
}  # fmt: skip


def test_the_currency_and_the_sign_stand_where_the_locale_has_them(locale: str) -> None:
    usual, below = AMOUNTS[locale]
    assert plain(EUROS.money(1234.5)).replace("'", "’") == usual
    assert plain(EUROS.money(-1234.5)).replace("'", "’") == below
    assert plain(EUROS.signed(1234.5)).replace("'", "’") == below.replace(MINUS, "+")


PERCENTS = {"en": "12.5 %", "de": "12,5 %", "fr": "12,5 %", "pt-BR": "12,5%"}


def test_percent_has_the_separator_and_the_blank_of_the_locale(locale: str) -> None:
    wanted = PERCENTS.get(locale, "12.5%")
    assert plain(formats.exact_percent(0.125)) == wanted
    assert plain(formats.percent(0.125, (0.124,))) == wanted
    assert plain(formats.change(-0.125, (-0.124,))) == f"{MINUS}{wanted}"
    assert plain(formats.change(0.125, (0.124,))) == f"+{wanted}"
    assert plain(formats.percent(0.0001)) == f"under {wanted.replace('12', '0').replace('5', '1')}"
    assert plain(formats.localized("95 % within")) == f"{wanted.replace('12.5', '95').replace('12,5', '95')} within"


DATES = {  # a day, a range within a month, over months and over years, a moment, a month
    "en": ("1 Oct 2026", "1–30 Oct 2026", "1 Oct – 3 Nov 2026", "1 Oct 2026 – 2 Jan 2027", "1 Oct 2026, 14:05"),
    "de": ("1. Okt. 2026", "1.–30. Okt. 2026", "1. Okt. – 3. Nov. 2026", "1. Okt. 2026 – 2. Jan. 2027",
           "1. Okt. 2026, 14:05"),
    "fr": ("1 oct. 2026", "1–30 oct. 2026", "1 oct. – 3 nov. 2026", "1 oct. 2026 – 2 janv. 2027",
           "1 oct. 2026, 14:05"),
    "en-GB": ("1 Oct 2026", "1 – 30 Oct 2026", "1 Oct – 3 Nov 2026", "1 Oct 2026 – 2 Jan 2027", "1 Oct 2026, 14:05"),
    "en-US": ("Oct 1, 2026", "Oct 1 – 30, 2026", "Oct 1 – Nov 3, 2026", "Oct 1, 2026 – Jan 2, 2027",
              "Oct 1, 2026, 2:05 PM"),
    "ja": ("2026年10月1日", "2026年10月1日～30日", "2026年10月1日～11月3日", "2026年10月1日～2027年1月2日",
           "2026年10月1日 14:05"),
    "pt-BR": ("1 de out. de 2026", "1 – 30 de out. de 2026", "1 de out. – 3 de nov. de 2026",
              "1 de out. de 2026 – 2 de jan. de 2027", "1 de out. de 2026 14:05"),
    "en-IN": ("1 Oct 2026", "1–30 Oct 2026", "1 Oct – 3 Nov 2026", "1 Oct 2026 – 2 Jan 2027", "1 Oct 2026, 2:05 pm"),
    "de-CH": ("1. Okt. 2026", "1.–30. Okt. 2026", "1. Okt. – 3. Nov. 2026", "1. Okt. 2026 – 2. Jan. 2027",
              "1. Okt. 2026, 14:05"),
    "ar": ("1 أكتوبر 2026", "1–30 أكتوبر 2026", "1 أكتوبر – 3 نوفمبر 2026", "1 أكتوبر 2026 – 2 يناير 2027",
           "1 أكتوبر 2026، 2:05 م"),
}  # fmt: skip


def test_dates_have_the_order_and_the_months_of_the_locale_and_its_12_or_24_hours(locale: str) -> None:
    written = (
        formats.day(FIRST),
        formats.span(FIRST, LAST),
        formats.span(FIRST, NEXT_MONTH),
        formats.span(FIRST, NEXT_YEAR),
        formats.moment(datetime(2026, 10, 1, 14, 5)),
    )
    assert _loosely(written) == _loosely(DATES[locale])
    assert formats.span(FIRST, FIRST) == formats.day(FIRST)


def _loosely(texts: tuple[str, ...]) -> list[str]:
    """Return texts without marks of direction and blanks at dashes, of which versions of CLDR have more or fewer."""
    return [plain(text.replace("\u200e", "")).replace(" – ", "–").replace("PM", "pm") for text in texts]


def test_no_line_ends_between_a_day_and_its_month(locale: str) -> None:
    assert " " not in formats.unbroken(formats.day(FIRST)).removesuffix(" 2026")
    assert " " not in formats.unbroken(formats.day_of_year(FIRST))


def test_a_month_in_arabic_does_not_turn_the_english_sentence_around_it() -> None:
    with written_as(conventions_of("ar")):
        assert formats.day(FIRST).endswith("أكتوبر\u200e 2026")
        assert "\u200f" not in EUROS.money(-1)


@pytest.mark.parametrize("name", ["ar", "fa", "ar-EG", "hi", "bn", "my"])
def test_digits_are_those_of_the_english_sentences_in_every_locale(name: str) -> None:
    with written_as(conventions_of(name)):
        text = formats.count(1234567890) + formats.moment(datetime(2026, 10, 13, 14, 45)) + EUROS.money(-12.34)
    assert all(sign in "0123456789" for sign in text if sign.isdigit())


def test_small_amounts_and_columns_keep_their_rules_in_every_locale() -> None:
    with written_as(conventions_of("de")):
        assert plain(EUROS.money(0.0123)) == "0,0123 €"
        assert list(map(plain, EUROS.column([47.1858, 0.0042, -0.0007, None]))) == [
            "47,19 €", "under 0,01 €", "over −0,01 €", "price unknown",
        ]  # fmt: skip
        assert list(map(plain, EUROS.changes([Decimal("1.5"), Decimal("-0.3"), 0]))) == [
            "+1,50 €", "−0,30 €", "0,00 €",
        ]  # fmt: skip
        assert plain(US_DOLLARS.money(1)) == "1,00 $"
        assert plain(Currency("CHF", Decimal("0.9"), "SNB").note).startswith("Money is in CHF at 0,9 to the US dollar")


def test_a_code_is_kept_apart_from_its_amount() -> None:
    assert FRANCS.money(12) == "CHF\N{NO-BREAK SPACE}12.00"
    with written_as(conventions_of("en-US")):
        assert FRANCS.money(12) == "CHF\N{NO-BREAK SPACE}12.00"
        assert FRANCS.money(-12) == "−CHF\N{NO-BREAK SPACE}12.00"


def test_durations_tokens_and_multiples_have_the_separator_of_the_locale() -> None:
    with written_as(conventions_of("de")):
        assert formats.duration(1530) == "1,53 s"
        assert formats.tokens(26_900_000) == "26,9 M"
        assert formats.tokens(9_999) == "9.999"
        assert formats.times(1.54) == "1,5"
        assert formats.exact(1.55) == "1,55"


@pytest.mark.parametrize(("ms", "written"), [(999.4, "999 ms"), (999.7, "1 s"), (86_400_000 * 1500.0, "1,500 days")])
def test_no_duration_is_written_with_an_exponent(ms: float, written: str) -> None:
    assert formats.duration(ms) == written


@given(st.sampled_from(LOCALES), st.integers(-(10**15), 10**15))
def test_a_count_has_the_digits_of_its_number(name: str, number: int) -> None:
    with written_as(conventions_of(name)):
        written = formats.count(number)
    assert int("".join(sign for sign in written if sign.isdigit())) == abs(number)


@given(st.sampled_from(LOCALES), st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_has_its_sign_once(name: str, usd: Decimal) -> None:
    with written_as(conventions_of(name)):
        assert EUROS.money(usd).count(MINUS) == (usd < 0)
        assert EUROS.signed(usd).count("+") == (usd > 0)


def test_conventions_hold_within_and_end_with_an_error() -> None:
    with written_as(conventions_of("de")):
        assert formats.count(1234) == "1.234"
        with pytest.raises(ValueError), written_as(conventions_of("fr")):
            date.fromisoformat("no day")
        assert current().locale == "de"
    assert current() is ENGLISH
    assert formats.count(1234) == "1,234"


def test_conventions_of_one_thread_are_not_those_of_another() -> None:
    with written_as(conventions_of("de")), ThreadPoolExecutor(1) as others:
        assert others.submit(formats.count, 1234).result() == "1,234"


@pytest.mark.parametrize("name", ["", "xx", "de-XX", "deutsch", "../de", "de_DE", "de" * 40])
def test_a_name_that_no_locale_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        conventions_of(name)


def test_the_default_does_not_load_babel() -> None:
    code = (
        "import sys; from finops_report.wording.locales import conventions_of; conventions_of('en'); "
        "import finops_report.build, finops_report.document, finops_router.settings.report; "
        "sys.exit('babel' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
