"""The [report] part of finops.toml: what stands on the page, how its days and years are cut, and numbers written."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal

from finops_router.errors import ConfigError
from finops_router.nearest import did_you_mean
from finops_router.settings.toml import Table, is_number, is_whole
from finops_router.settings.verdicts import VerdictConfig, verdict_settings

PAPERS = ("A3", "A4", "Legal", "Letter")
USUAL_LOCALE = "en"  # the one that needs no Babel
LEAST_RATE, MOST_RATE = Decimal("1e-6"), 10**6


@dataclass(frozen=True, slots=True)
class ReportConfig:
    """What finops.toml says about the report.

    Its title, the time zone in which days are cut, a logo's file; the currency of which `currency_rate` make one US
    dollar, and the source of the rate; the month (1 to 12) in which fiscal years start; the locale that numbers, money
    and dates are written by; the paper that the page is printed on (None: the printer's); its own limits for verdicts.
    """

    title: str = "LLM spend report"
    timezone: str = "UTC"
    logo: str | None = None
    currency: str = "USD"
    currency_rate: Decimal = Decimal(1)
    currency_rate_source: str = ""
    fiscal_year_start: int = 1
    locale: str = USUAL_LOCALE
    paper: str | None = None
    verdicts: VerdictConfig = field(default_factory=VerdictConfig)


def report_settings(table: Table) -> ReportConfig:
    """Return the settings of [report]. Raises ConfigError for a key or value that cannot be used."""
    usual = ReportConfig()
    table.only(field.name for field in fields(ReportConfig))
    found = ReportConfig(
        title=table.any_text("title", usual.title),
        timezone=table.any_text("timezone", usual.timezone),
        logo=table.any_text("logo", "") if table.has("logo") else None,
        currency=_currency(table, usual.currency),
        currency_rate=_rate(table, usual.currency_rate),
        currency_rate_source=table.any_text("currency_rate_source", usual.currency_rate_source),
        fiscal_year_start=_month(table, usual.fiscal_year_start),
        locale=_locale(table, usual.locale),
        paper=_paper(table),
        verdicts=verdict_settings(table.inner("verdicts")),
    )
    _check_rate(found, table)
    return found


def _currency(table: Table, default: str) -> str:
    value = table.value("currency", default)
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise table.wrong("currency", 'write its code, as "EUR"', "a currency")
    return value


def _rate(table: Table, default: Decimal) -> Decimal:
    value = table.value("currency_rate", default)
    if not is_number(value) or not LEAST_RATE <= value <= MOST_RATE:
        hint = "write how many of the currency make one US dollar, as 0.92"
        raise table.wrong("currency_rate", hint, "a rate")
    return Decimal(value)


def _month(table: Table, default: int) -> int:
    value = table.value("fiscal_year_start", default)
    if not is_whole(value) or not 1 <= value <= 12:
        hint = "write its number, from 1 for January to 12 for December"
        raise table.wrong("fiscal_year_start", hint, "a month")
    return value


def _locale(table: Table, default: str) -> str:
    name = table.any_text("locale", default)
    if name != USUAL_LOCALE:
        from finops_router.settings.locales import check_locale  # noqa: PLC0415 -- Babel, for those alone who need it

        try:
            check_locale(name)
        except LookupError as err:
            raise table.wrong("locale", str(err.args[0]), "a locale") from err
    return name


def _paper(table: Table) -> str | None:
    if not table.has("paper"):
        return None
    name = table.any_text("paper", "")
    if name not in PAPERS:
        raise table.wrong("paper", did_you_mean(name, PAPERS, "known papers"), "a paper")
    return name


def _check_rate(found: ReportConfig, table: Table) -> None:
    """Refuse a currency without a rate: a default one would be wrong money."""
    if found.currency != "USD" and not table.has("currency_rate"):
        raise ConfigError(
            f"No rate in {table.where('report.currency')}: report.currency = '{found.currency}'",
            f"set report.currency_rate: how many {found.currency} make one US dollar",
        )
    if found.currency == "USD" and found.currency_rate != 1:
        raise ConfigError(
            f"A rate without its currency in {table.where('report.currency_rate')}: "
            f"report.currency_rate = {found.currency_rate}",
            'set report.currency, as "EUR"',
        )
