"""Put a company's limits in the place of the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from finops_report.analysis.rules import RULES, Rules, UnusualRule
from finops_report.analysis.rules.limits import defaults
from finops_report.analysis.rules.unusual import LEAST_SHARE_SOUGHT
from finops_report.errors import ConfigError

# Of two bounds of one measure, the first must not lie above the second.
ORDERED = (("watch_", "bad_"), ("watch_", "good_"))


@dataclass(frozen=True, slots=True)
class CompanyRules:
    """The rules a report is judged by, and the keys of the questions that are not judged at all."""

    rules: Rules = RULES
    off: frozenset[str] = frozenset()

    @property
    def unusual(self) -> UnusualRule | None:
        """What counts as unusual; None if that is off."""
        return None if "unusual" in self.off else self.rules.unusual

    @property
    def judges_by_budgets(self) -> bool:
        """Whether budgets judge spend; else they are shown as they stand, and its own rule judges it."""
        return "budgets" not in self.off


DEFAULT_RULES = CompanyRules()


def company_rules(limits: Mapping[str, Mapping[str, float]], off: frozenset[str]) -> CompanyRules:
    """Return the default rules with the bounds of `limits`: by question, then by the name of the rule's field.

    Raises ConfigError if a bound contradicts another of its rule, or is under what is looked for at all.
    """
    changed = {key: replace(getattr(RULES, key), **bounds) for key, bounds in limits.items()}
    for key, rule in changed.items():
        _check(key, rule)
    made = CompanyRules(replace(RULES, **changed), off)
    if made.rules.unusual.least_level_share < LEAST_SHARE_SOUGHT:
        raise ConfigError(
            f"report.verdicts.unusual: least_level_share = {made.rules.unusual.least_level_share} is too small",
            f"give {LEAST_SHARE_SOUGHT} or more: nothing smaller is looked for",
        )
    return made


def _check(key: str, rule: object) -> None:
    """Refuse bounds that leave no room for a verdict between them."""
    names = defaults(rule)  # type: ignore[arg-type] # replace() of a rule is one
    for lower, higher in ORDERED:
        for name in names:
            other = higher + name.removeprefix(lower)
            if name.startswith(lower) and other in names and getattr(rule, name) > getattr(rule, other):
                raise ConfigError(
                    f"report.verdicts.{key}: {name} = {getattr(rule, name)} is above {other} = {getattr(rule, other)}",
                    "give both, so that the one does not lie above the other",
                )
