"""Make statements: rounded amounts that add up, document numbers, and in words what they rest on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from finops_report.analysis.totals import Facts
from finops_report.calendar.comparison import DAY
from finops_report.statement.allocation import NOT_ALLOCATED, Account, Allocation
from finops_report.statement.apportioning import apportioned
from finops_report.statement.lines import Line
from finops_report.wording.currency import US_DOLLARS, Currency

PRELIMINARY = "-PRELIMINARY"  # behind the number: that of the statement of the whole period is another document's
SIGNS = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money to pay: in the page's currency and in US dollars, both whole in their smallest unit."""

    own: Decimal
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """One amount of a statement; `line` is what it is for, None for a part of what all share."""

    line: Line | None
    amount: Amount


@dataclass(frozen=True, slots=True)
class Statement:
    """What one payer owes for the period: the items add up to the total, and all totals to the report's."""

    number: str
    file_name: str
    name: str
    owner: str
    cost_centre: str
    items: tuple[Item, ...]
    total: Amount

    @property
    def unpriced_requests(self) -> int:
        return sum(item.line.unpriced_requests for item in self.items if item.line is not None)


@dataclass(frozen=True, slots=True)
class Naming:
    """What numbers and addressees are made of: the first letters of a number, and by account its owner and centre.

    `is_preliminary` says that the period is not over: its statements will be made again, with other amounts.
    """

    prefix: str
    owners: Mapping[str, str]
    cost_centres: Mapping[str, str]
    is_preliminary: bool = False


def statements(found: Facts, divided: Allocation, naming: Naming) -> tuple[Statement, ...]:
    """Return a statement for each account, in their order; together they are the report's total to the last cent.

    Amounts are rounded once a document, by largest remainder: first the total among the accounts, then what each owes
    among its items. What is left of a rounding goes to the item with the most to gain from it, never to nobody.
    """
    accounts = divided.accounts
    exact = [_exact(one) for one in accounts]
    own, usd = _whole(found, found.currency), _whole(found, US_DOLLARS)
    totals = _amounts(found.currency, own, usd, [sum(one) for one in exact])
    return tuple(
        _statement(found, account, _items(found.currency, account, parts, total), total, naming)
        for account, parts, total in zip(accounts, exact, totals, strict=True)
    )


def _exact(account: Account) -> list[Fraction]:
    shared = [account.shared_usd] if account.shared_usd else []
    return [*(line.exact_usd for line in account.lines), *shared]


def _whole(found: Facts, currency: Currency) -> int:
    """Return the report's total in the smallest unit of `currency`, rounded as the page rounds it."""
    scaled = found.cost_usd * currency.rate * 10**currency.decimals
    return int(scaled.to_integral_value(ROUND_HALF_EVEN))


def _amounts(currency: Currency, own: int, usd: int, exact: Sequence[Fraction | int]) -> list[Amount]:
    parts = [Fraction(one) for one in exact]
    each = zip(apportioned(own, parts), apportioned(usd, parts), strict=True)
    return [Amount(_money(one, currency), _money(other, US_DOLLARS)) for one, other in each]


def _money(units: int, currency: Currency) -> Decimal:
    return Decimal(units).scaleb(-currency.decimals)


def _items(currency: Currency, account: Account, exact: Sequence[Fraction], total: Amount) -> tuple[Item, ...]:
    own, usd = (int(part.scaleb(unit.decimals)) for part, unit in ((total.own, currency), (total.usd, US_DOLLARS)))
    lines: tuple[Line | None, ...] = (*account.lines, None)
    amounts = _amounts(currency, own, usd, exact)
    return tuple(Item(line, amount) for line, amount in zip(lines, amounts, strict=False))


def _statement(found: Facts, account: Account, items: tuple[Item, ...], total: Amount, naming: Naming) -> Statement:
    period = period_key(found.period.start, found.period.end)
    named = _named(account.name)
    return Statement(
        number=f"{naming.prefix}-{period}-{named}{PRELIMINARY if naming.is_preliminary else ''}",
        file_name=f"{period}-{named}".lower(),
        name=account.name,
        owner=naming.owners.get(account.name, ""),
        cost_centre=naming.cost_centres.get(account.name, ""),
        items=items,
        total=total,
    )


def period_key(start: date, end: date) -> str:
    """Return the period as documents are numbered by it: '2026-10' for a whole month, else its first and last day."""
    is_month = start.day == 1 and (end + DAY).day == 1 and (end.year, end.month) == (start.year, start.month)
    return f"{start:%Y-%m}" if is_month else f"{start:%Y%m%d}-{end:%Y%m%d}"


def _named(account: str) -> str:
    """Return the account in letters and digits alone, with a digest of its name if these are not all of it."""
    plain = SIGNS.sub("-", account).strip("-").upper()[:24]
    if plain.lower() == account.lower() and account != NOT_ALLOCATED:
        return plain
    return f"{plain or 'X'}-{hashlib.sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
