"""Format money in the report's currency; a non-zero amount never prints as zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from finops_report.wording.conventions import MINUS, current
from finops_report.wording.formats import Number, exact

NO_PRICE = "price unknown"
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
        """The text before an amount: '$', or 'CHF' and a no-break space; '' if the locale has it behind the amount."""
        return current().around(self.code).before

    @property
    def suffix(self) -> str:
        """The text after an amount; '' if the locale has the currency before it."""
        return current().around(self.code).after

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
        return f"Money is in {self.code} at {exact(self.rate)} to the US dollar{source}."

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
        return self._signed(self._converted(usd), "")

    def money_or_nothing(self, usd: Number | None) -> str:
        """Format an amount as `money` does; None is the empty string."""
        return "" if usd is None else self.money(usd)

    def column(self, usd: Sequence[Number | None], unknown: str = NO_PRICE) -> list[str]:
        """Format the amounts of one column with the same number of decimals, so that the eye can compare them.

        47.1858 and 0.0423 become '$47.19' and '$0.04', and 0.0007 'under $0.01' (-0.0007 'over −$0.01'). The smallest
        step is the cent; it is 1 if the currency has no cents or the largest amount is 100,000 or more, and less if the
        largest is below ten cents: it has three digits then ('$0.0159' and '$0.0007'). None is `unknown`.
        """
        return self._column(usd, "", unknown)

    def changes(self, usd: Sequence[Number]) -> list[str]:
        """Format a column of changes as `column` does, each with its sign."""
        return self._column(usd, "+", NO_PRICE)

    def _column(self, usd: Sequence[Number | None], plus: str, unknown: str) -> list[str]:
        """Format a column; `plus` stands at amounts above zero."""
        known = [abs(self._converted(one)) for one in usd if one is not None]
        least = self._step(max(known, default=Decimal(0)))
        return [unknown if one is None else self._rounded(self._converted(one), least, plus) for one in usd]

    def stated(self, amounts: Sequence[Decimal]) -> list[str]:
        """Format amounts that are in this currency already, as `column` does."""
        return replace(self, rate=Decimal(1)).column(amounts)

    def stated_money(self, amount: Decimal) -> str:
        """Format an amount that is in this currency already, as `money` does."""
        return replace(self, rate=Decimal(1)).money(amount)

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

    def _rounded(self, value: Decimal, least: Decimal, plus: str) -> str:
        size, digits = abs(value), max(0, -least.adjusted())
        if 0 < size < least / 2:
            return f"{'under' if value > 0 else 'over'} {self._written(f'{least:f}', value, '')}"
        return self._written(f"{size:,.{digits}f}", value, plus)

    def billed(self, amount: Decimal) -> str:
        """Format an amount that is in this currency already, as documents have it: with its decimals, always."""
        return self._written(f"{abs(amount):,.{self.decimals}f}", amount, "")

    def signed(self, usd: Number) -> str:
        """Format a change with its sign: '+$1.20', '−$0.45'; no change is '$0.00'."""
        return self._signed(self._converted(usd), "+")

    def _signed(self, value: Decimal, plus: str) -> str:
        return self._written(self._digits(abs(value)), value, plus)

    def _written(self, digits: str, value: Decimal, plus: str) -> str:
        """Return the digits of an amount with the currency and the sign of `value`; `plus` if that is above zero."""
        sign = MINUS if value < 0 else plus if value > 0 else ""
        return current().money(self.code, digits, sign)

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
