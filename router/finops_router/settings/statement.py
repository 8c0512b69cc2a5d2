"""The [statement] part of finops.toml: who pays for what nobody claimed, and whom each statement is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Literal, get_args

from finops_router.settings.toml import Table, is_number

SharedRule = Literal["shown", "by spend", "by requests", "evenly", "fixed"]
RULES: tuple[SharedRule, ...] = get_args(SharedRule)


@dataclass(frozen=True, slots=True)
class Payer:
    """Whom a team's statement is for, and the cost centre it is booked on; '' if that is not stated."""

    owner: str = ""
    cost_centre: str = ""


@dataclass(frozen=True, slots=True)
class StatementConfig:
    """What finops.toml says about statements.

    `shared_teams` work for all others: what they spend is divided as what has no team is, by `shared_rule`.
    `fixed_shares` are those of the rule 'fixed', by team, and add up to 1. `number_prefix` begins the number of each
    document.
    """

    shared_rule: SharedRule = "shown"
    shared_teams: frozenset[str] = frozenset()
    fixed_shares: Mapping[str, Decimal] = field(default_factory=dict)
    number_prefix: str = "LLM"
    teams: Mapping[str, Payer] = field(default_factory=dict)


def statement_settings(table: Table) -> StatementConfig:
    """Return the settings of [statement]. Raises ConfigError for a key or value that cannot be used."""
    usual = StatementConfig()
    table.only(one.name for one in fields(StatementConfig))
    return StatementConfig(
        shared_rule=_rule(table, usual.shared_rule),
        shared_teams=table.words("shared_teams") if table.has("shared_teams") else usual.shared_teams,
        fixed_shares=_fixed_shares(table),
        number_prefix=_prefix(table, usual.number_prefix),
        teams={team: _payer(table.inner("teams").inner(team)) for team in table.inner("teams").keys()},  # noqa: SIM118 -- a Table is no dict
    )


def _rule(table: Table, default: SharedRule) -> SharedRule:
    value = table.value("shared_rule", default)
    for rule in RULES:
        if value == rule:
            return rule
    raise table.wrong("shared_rule", f"known are: {', '.join(RULES)}", "a rule for shared spend")


def _fixed_shares(table: Table) -> dict[str, Decimal]:
    shares = {team: _share(table.inner("fixed_shares"), team) for team in table.inner("fixed_shares").keys()}  # noqa: SIM118 -- a Table is no dict
    if (table.value("shared_rule", None) == "fixed" or shares) and sum(shares.values()) != 1:
        raise table.wrong("fixed_shares", "give each team its part of 1, so that they add up: 0.6 and 0.4")
    return shares


def _share(table: Table, team: str) -> Decimal:
    value = table.value(team, None)
    if not is_number(value) or not 0 <= value <= 1:
        raise table.wrong(team, "give a number from 0 to 1")
    return Decimal(str(value))


def _prefix(table: Table, default: str) -> str:
    value = table.any_text("number_prefix", default)
    if not value or len(value) > 20 or not all(sign.isalnum() or sign in "-_/" for sign in value):
        raise table.wrong("number_prefix", "give up to 20 letters, digits and -, _ or /")
    return value


def _payer(table: Table) -> Payer:
    table.only(one.name for one in fields(Payer))
    return Payer(table.any_text("owner", ""), table.any_text("cost_centre", ""))
