"""Read the [report] part of finops.toml into one frozen value; every complaint names file and key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_report.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ReportConfig:
    """What finops.toml says about the report.

    Its title, the time zone in which days are cut, a logo's file; the currency of which `currency_rate` make one US
    dollar, and who says so; the month (1 to 12) in which fiscal years start.
    """

    title: str = "LLM spend report"
    timezone: str = "UTC"
    logo: str | None = None
    currency: str = "USD"
    currency_rate: Decimal = Decimal(1)
    currency_rate_source: str = ""
    fiscal_year_start: int = 1

    def logo_path(self, config: Path | None) -> Path | None:
        """Where the logo is: its path is relative to that of the settings."""
        return None if self.logo is None else (config or Path()).parent / self.logo


def load(path: Path | None) -> ReportConfig:
    """Read `path`, or the defaults when it is None.

    Raises ConfigError when the file cannot be read or a key or value cannot be used.
    """
    if path is None:
        return ReportConfig()
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as err:
        raise ConfigError(f"The settings cannot be read: {path}", "check the path given to --config") from err
    except ValueError as err:  # TOMLDecodeError is one, a number of thousands of digits another
        raise ConfigError(f"Not valid TOML: {path}: {err}", "compare it with finops.example.toml") from err
    section = settings.get("report", {})
    if not isinstance(section, dict):
        raise ConfigError(f"Not a table in {path}: report", "write it as [report]")
    return _with_rate(ReportConfig(**{key: _value(key, value, path) for key, value in section.items()}), section, path)


def _value(key: str, value: Any, path: Path) -> Any:
    known = [field.name for field in fields(ReportConfig)]
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
        raise ConfigError(f"Unknown key in {path}: report.{key}", hint)
    usable, what, hint = KINDS.get(key, TEXT)
    if not usable(value):
        raise ConfigError(f"Not {what} in {path}: report.{key} = {_told(value)}", hint)
    return Decimal(value) if key == "currency_rate" else value


def _told(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than twenty digits"
    return str(value)[:40] if isinstance(value, Decimal) else repr(value)[:40]


def _is_currency(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()


def _is_rate(value: Any) -> bool:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return is_number and Decimal(value).is_finite() and Decimal("1e-6") <= value <= 10**6


def _is_month(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 12


Kind = tuple[Callable[[Any], bool], str, str]  # whether a value can be used, what it is to be, how it is written
TEXT: Kind = (lambda value: isinstance(value, str), "a text", "put the value in quotes")
KINDS: dict[str, Kind] = {
    "currency": (_is_currency, "a currency", 'write its code, as "EUR"'),
    "currency_rate": (_is_rate, "a rate", "write how many of the currency make one US dollar, as 0.92"),
    "fiscal_year_start": (_is_month, "a month", "write its number, from 1 for January to 12 for December"),
}


def _with_rate(found: ReportConfig, section: dict[str, Any], path: Path) -> ReportConfig:
    """Refuse a currency without a rate: a default one would be wrong money."""
    if found.currency != "USD" and "currency_rate" not in section:
        raise ConfigError(
            f"No rate in {path}: report.currency = '{found.currency}'",
            f"set report.currency_rate: how many {found.currency} make one US dollar",
        )
    if found.currency == "USD" and found.currency_rate != 1:
        raise ConfigError(
            f"A rate without its currency in {path}: report.currency_rate = {found.currency_rate}",
            'set report.currency, as "EUR"',
        )
    return found
