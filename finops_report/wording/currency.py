"""Say money in the currency of the report, at the stated rate, never as nothing where there is something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.wording.formats import Number

NO_PRICE = "price unknown"
# How an English text writes them (Unicode CLDR, en); every other currency is written by its code.
SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "NZD": "NZ$", "HKD": "HK$", "MXN": "MX$", "TWD": "NT$", "ILS": "₪", "VND": "₫", "PHP": "₱",
}  # fmt: skip
WITHOUT_CENTS = 100_000
WHOLE = frozenset(["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"])  # no minor unit (ISO 4217)


@dataclass(frozen=True, slots=True)
class Currency:
    """What the report's money is in: `code` (ISO 4217), of which `rate` make one US dollar, and who says so."""

    code: str = "USD"
    rate: Decimal = Decimal(1)
    source: str = ""

    @property
    def prefix(self) -> str:
        """What stands before an amount: '$', or 'CHF ' with a space that does not break."""
        return SYMBOLS.get(self.code, f"{self.code}\N{NO-BREAK SPACE}")

    @property
    def name(self) -> str:
        """What an axis is labelled with."""
        return "US dollars" if self.code == "USD" else self.code

    @property
    def note(self) -> str:
        """The sentence that says which money this is, and at what rate."""
        if self.code == "USD":
            return "Money is in US dollars."
        said = f" ({self.source})" if self.source else ""
        rate = f"{self.rate.normalize():f} to the US dollar"
        return f"Money is in {self.code} at {rate}{said}; figures in CSV and JSON are in US dollars."

    def amount(self, usd: Number | None) -> float:
        """Convert an amount for a chart's axis; nothing is zero."""
        return float(self._converted(usd or 0))

    def money(self, usd: Number | None) -> str:
        """Say an amount: cents from a tenth up (from ten up no part of a unit that has none), three digits below it."""
        if usd is None:
            return NO_PRICE
        value = self._converted(usd)
        return f"{'−' if value < 0 else ''}{self.prefix}{self._digits(abs(value))}"

    def money_or_nothing(self, usd: Number | None) -> str:
        """Say an amount that may not be there to know."""
        return "" if usd is None else self.money(usd)

    def column(self, usd: Sequence[Number | None], unknown: str = NO_PRICE) -> list[str]:
        """Say the amounts of one column to the same digit, so that they can be compared by eye; `unknown` for None.

        That digit is the cent, or the unit where there are no cents or the largest is a hundred thousand. What is
        less is said to be under it. A column that has no amount of ten such, or one below zero, keeps its own digits.
        """
        known = [self._converted(one) for one in usd if one is not None]
        largest = max(known, default=Decimal(0))
        least = Decimal(1) if self.code in WHOLE or largest >= WITHOUT_CENTS else Decimal("0.01")
        if largest < 10 * least or min(known) < 0:
            return [unknown if one is None else self.money(one) for one in usd]
        return [unknown if one is None else self._rounded(self._converted(one), least) for one in usd]

    def _converted(self, usd: Number) -> Decimal:
        return Decimal(str(usd)) * self.rate

    def _rounded(self, size: Decimal, least: Decimal) -> str:
        digits = -int(least.adjusted())
        if 0 < size < least / 2:
            return f"under {self.prefix}{least}"
        return f"{self.prefix}{size:,.{digits}f}"

    def signed(self, usd: Number) -> str:
        """Say a change with its sign: '+$1.20', '−$0.45'; none is '$0.00'."""
        return f"+{self.money(usd)}" if usd > 0 else self.money(usd)

    def _digits(self, size: Decimal) -> str:
        cents = 0 if self.code in WHOLE else 2
        if size == 0:
            return f"{size:.{cents}f}"
        if size >= WITHOUT_CENTS or (size >= 10 and not cents):
            return f"{size:,.0f}"
        if size >= Decimal("0.1"):
            return f"{size:,.2f}"
        shown = f"{size:.{min(12, 2 - size.adjusted())}f}"
        return shown if Decimal(shown) else "0.000000000001 or less"


US_DOLLARS = Currency()
