"""Divide spend among those who pay: their own, and by a stated rule what nobody claimed or all share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from finops_report.statement.lines import Line

By = Literal["team", "cost-centre"]
NOT_ALLOCATED = "Not allocated"
NO_COST_CENTRE = "No cost centre"


@dataclass(frozen=True, slots=True)
class SharingRule:
    """How spend without a team, and that of `shared_teams`, is divided: by the rule called `name`.

    'shown' divides nothing: it has a statement of its own. 'by spend' and 'by requests' follow what each payer has of
    its own, 'evenly' gives all the same, 'fixed' each team its part of 1 in `fixed_shares`.
    """

    name: str
    shared_teams: frozenset[str]
    fixed_shares: Mapping[str, Decimal]

    def is_shared(self, line: Line) -> bool:
        """Whether nobody in particular pays for a line."""
        return self.name != "shown" and (line.team is None or line.team in self.shared_teams)


@dataclass(frozen=True, slots=True)
class Account:
    """One payer: the lines of its own, and the exact part of shared spend it carries, in US dollars."""

    name: str
    lines: tuple[Line, ...]
    shared_usd: Fraction

    @property
    def own_usd(self) -> Fraction:
        return sum((line.exact_usd for line in self.lines), Fraction(0))

    @property
    def requests(self) -> int:
        return sum(line.requests for line in self.lines)


@dataclass(frozen=True, slots=True)
class Allocation:
    """All accounts, by name, with what is not allocated last, and the lines that were shared."""

    accounts: tuple[Account, ...]
    shared: tuple[Line, ...]

    @property
    def shared_usd(self) -> Fraction:
        return sum((line.exact_usd for line in self.shared), Fraction(0))


def allocation(lines: Sequence[Line], payer_of: Callable[[str], str], rule: SharingRule) -> Allocation:
    """Return who pays what; `payer_of` names the account of a team.

    The accounts and nothing else add up to all lines. Without any payer, or with one only that spent nothing under
    'by spend', shared spend stays with 'Not allocated': nobody can be charged by a rule that divides by nothing.
    """
    shared = tuple(line for line in lines if rule.is_shared(line))
    own: dict[str, list[Line]] = {payer_of(team): [] for team in rule.fixed_shares if rule.name == "fixed"}
    for line in lines:
        if not rule.is_shared(line):
            own.setdefault(NOT_ALLOCATED if line.team is None else payer_of(line.team), []).append(line)
    accounts = [Account(name, tuple(own[name]), Fraction(0)) for name in sorted(own, key=_last_if_nobody)]
    weights = _weights(accounts, payer_of, rule)
    total = sum(weights.values(), Fraction(0))
    if shared and not total:
        return Allocation((*accounts, Account(NOT_ALLOCATED, shared, Fraction(0))), ())
    pool = sum((line.exact_usd for line in shared), Fraction(0))
    if not shared:
        return Allocation(tuple(accounts), ())
    charged = (Account(one.name, one.lines, pool * weights[one.name] / total) for one in accounts)
    return Allocation(tuple(charged), shared)


def _weights(accounts: Sequence[Account], payer_of: Callable[[str], str], rule: SharingRule) -> dict[str, Fraction]:
    """Return what each account's part of shared spend is in proportion to."""
    if rule.name == "fixed":
        weights = {one.name: Fraction(0) for one in accounts}
        for team, share in rule.fixed_shares.items():
            weights[payer_of(team)] += Fraction(share)
        return weights
    measure: Mapping[str, Callable[[Account], Fraction]] = {
        "by spend": lambda one: one.own_usd,
        "by requests": lambda one: Fraction(one.requests),
        "evenly": lambda _: Fraction(1),
        "shown": lambda _: Fraction(0),
    }
    return {one.name: measure[rule.name](one) for one in accounts}


def _last_if_nobody(name: str) -> tuple[bool, str]:
    return name in (NOT_ALLOCATED, NO_COST_CENTRE), name
