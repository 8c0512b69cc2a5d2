"""Write the bounds of a rule, and mark those that the company has set."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING

from finops_report.wording import formats

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DEFAULTS = "These limits are defaults."


def percent_limit(rule: DataclassInstance, name: str) -> str:
    """Return a bound of a rule as percent: '10 %', '15 % (your limit)'."""
    return formats.exact_percent(getattr(rule, name)) + _mark(rule, name)


def limit(rule: DataclassInstance, name: str) -> str:
    """Return a bound of a rule as a number: '1.5', '30 (your limit)'."""
    value = getattr(rule, name)
    written = formats.count(value) if isinstance(value, int) else formats.exact(value)
    return written + _mark(rule, name)


def stated(rule: DataclassInstance, text: str) -> str:
    """Return the text of a rule with whose its limits are."""
    own = [name for name in defaults(rule) if _is_own(rule, name)]
    if len(own) == len(defaults(rule)):
        return text
    return f"{text} {'Limits without a mark are defaults.' if own else DEFAULTS}"


def defaults(rule: DataclassInstance) -> dict[str, float]:
    """Return the default of every bound of a rule."""
    return {field.name: field.default for field in fields(rule) if field.default is not MISSING}


def _is_own(rule: DataclassInstance, name: str) -> bool:
    return bool(getattr(rule, name) != defaults(rule)[name])


def _mark(rule: DataclassInstance, name: str) -> str:
    return " (your limit)" if _is_own(rule, name) else ""
