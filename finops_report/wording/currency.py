"""Format money in the report's currency; a non-zero amount never prints as zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops_report.wording.formats import Number

NO_PRICE = "price unknown"
# The symbols of an English text (Unicode CLDR, en); every other currency is written as its code.
SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "NZD": "NZ$", "HKD": "HK$", "MXN": "MX$", "TWD": "NT$", "ILS": "₪", "VND": "₫", "PHP": "₱",
}  # fmt: skip
WITHOUT_CENTS = 100_000
WHOLE = frozenset(["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"])  # no minor unit (ISO 4217)


@dataclass(frozen=True, slots=True)
class Currency:
    """The report's currency: its `code` (ISO 4217), units a US dollar (`rate`), and the `source` of that rate."""

    code: str = "USD"
    rate: Decimal = Decimal(1)
    source: str = ""

    @property
    def prefix(self) -> str:
        """The text before an amount: '$', or 'CHF' and a no-break space."""
        return SYMBOLS.get(self.code, f"{self.code}\N{NO-BREAK SPACE}")

    @property
    def decimals(self) -> int:
        """How many decimals its smallest unit has: cents are hundredths, yen are whole."""
        return 0 if self.code in WHOLE else 2

    @property
    def name(self) -> str:
        """The currency's name in the title of an axis."""
        return "US dollars" if self.code == "USD" else self.code

    @property
    def rate_note(self) -> str:
        """The sentence that states the currency and its rate."""
        if self.code == "USD":
            return "Money is in US dollars."
        source = f" ({self.source})" if self.source else ""
        return f"Money is in {self.code} at {self.rate.normalize():f} to the US dollar{source}."

    @property
    def note(self) -> str:
        """The same sentence, with where the money stands in US dollars."""
        if self.code == "USD":
            return self.rate_note
        return f"{self.rate_note.removesuffix('.')}; CSV and JSON have it beside US dollars."

    def amount(self, usd: Number | None) -> float:
        """Convert an amount in US dollars for a chart's axis; None is 0."""
        return float(self._converted(usd or 0))

    def money(self, usd: Number | None) -> str:
        """Format an amount of US dollars in the report's currency: '$12.34', '$0.0123', '¥1,235'.

        It has cents from 0.10 up, three significant digits below; a whole number from 100,000 up, and from 10 up in a
        currency without cents. None is 'price unknown'.
        """
        if usd is None:
            return NO_PRICE
        value = self._converted(usd)
        return f"{'−' if value < 0 else ''}{self.prefix}{self._digits(abs(value))}"

    def money_or_nothing(self, usd: Number | None) -> str:
        """Format an amount as `money` does; None is the empty string."""
        return "" if usd is None else self.money(usd)

    def column(self, usd: Sequence[Number | None], unknown: str = NO_PRICE) -> list[str]:
        """Format the amounts of one column with the same number of decimals, so that the eye can compare them.

        47.1858 and 0.0423 become '$47.19' and '$0.04', and 0.0007 'under $0.01' (-0.0007 'over −$0.01'). The smallest
        step is the cent; it is 1 if the currency has no cents or the largest amount is 100,000 or more, and less if the
        largest is below ten cents: it has three digits then ('$0.0159' and '$0.0007'). None is `unknown`.
        """
        known = [abs(self._converted(one)) for one in usd if one is not None]
        least = self._step(max(known, default=Decimal(0)))
        return [unknown if one is None else self._rounded(self._converted(one), least) for one in usd]

    def changes(self, usd: Sequence[Number]) -> list[str]:
        """Format a column of changes as `column` does, each with its sign."""
        written = zip(usd, self.column(usd), strict=True)
        return [f"+{text}" if change > 0 and not text.startswith("under") else text for change, text in written]

    def _step(self, largest: Decimal) -> Decimal:
        """Return the smallest step of a column of which `largest` is the largest amount, whatever its sign."""
        if largest >= WITHOUT_CENTS:
            return Decimal(1)
        usual = Decimal(1).scaleb(-self.decimals)
        if not 0 < largest < 10 * usual:
            return usual
        return max(Decimal(1).scaleb(largest.adjusted() - 2), Decimal("1e-12"))

    def _converted(self, usd: Number) -> Decimal:
        return Decimal(str(usd)) * self.rate

    def _rounded(self, value: Decimal, least: Decimal) -> str:
        size, digits = abs(value), max(0, -least.adjusted())
        sign = "−" if value < 0 else ""
        if 0 < size < least / 2:
            return f"{'over' if sign else 'under'} {sign}{self.prefix}{least:f}"
        return f"{sign}{self.prefix}{size:,.{digits}f}"

    def billed(self, amount: Decimal) -> str:
        """Format an amount that is in this currency already, as documents have it: with its decimals, always."""
        return f"{self.prefix}{amount:,.{self.decimals}f}"

    def signed(self, usd: Number) -> str:
        """Format a change with its sign: '+$1.20', '−$0.45'; no change is '$0.00'."""
        return f"+{self.money(usd)}" if usd > 0 else self.money(usd)

    def _digits(self, size: Decimal) -> str:
        if size == 0:
            return f"{size:.{self.decimals}f}"
        if size >= WITHOUT_CENTS or (size >= 10 and not self.decimals):
            return f"{size:,.0f}"
        if size >= Decimal("0.1"):
            return f"{size:,.2f}"
        shown = f"{size:.{min(12, 2 - size.adjusted())}f}"
        return shown if Decimal(shown) else "0.000000000001 or less"


US_DOLLARS = Currency()
