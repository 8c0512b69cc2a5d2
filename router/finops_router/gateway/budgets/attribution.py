"""Decide which budgets a call counts for: by whose it is, and by the targets that may answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from finops_router.calendar import Period
from finops_router.gateway.keys.key import Key
from finops_router.settings.budgets import BudgetConfig, Enforce

SMALLEST_USD = Decimal("1e-12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget as the ledger keeps it: `most_usd` in each `period`, for what all its scopes have in common.

    `thresholds` are the shares of it from which answers warn. Without `enforce` 'hard' nothing is ever refused.
    """

    name: str
    most_usd: Decimal
    period: Period
    enforce: Enforce
    thresholds: tuple[float, ...] = (1.0,)
    team: str | None = None
    project: str | None = None
    provider: str | None = None
    model: str | None = None
    environment: str | None = None
    end_user: str | None = None
    tag: tuple[str, str] | None = None

    @property
    def is_by_owner(self) -> bool:
        """Whether team, project and environment say all about what it counts."""
        return self.end_user is None and self.tag is None and self.provider is None and self.model is None

    def takes_in_owner(self, team: str | None, project: str | None, environment: str | None) -> bool:
        """Return whether it counts calls of this team, project and environment."""
        return (
            (self.team is None or self.team == team)
            and (self.project is None or self.project == project)
            and (self.environment is None or self.environment == environment)
        )

    def may_take_in_call(self, of: Attribution) -> bool:
        """Return whether it may count a call of its owners: of this end user, these tags and targets."""
        return (
            (self.end_user is None or self.end_user == of.end_user)
            and (self.tag is None or of.tags.get(self.tag[0]) == self.tag[1])
            and self.may_take_in(of.targets)
        )

    def takes_in_target(self, provider: str | None, models: tuple[str | None, ...]) -> bool:
        """Return whether it counts answers of this provider by a model of one of these names."""
        return (self.provider is None or self.provider == provider) and (self.model is None or self.model in models)

    def may_take_in(self, targets: tuple[tuple[str, str], ...]) -> bool:
        """Return whether it counts answers of one of these targets, each its provider and model; of none: it may."""
        if self.provider is None and self.model is None:
            return True
        return not targets or any(self.takes_in_target(provider, (model,)) for provider, model in targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What a call will be booked on, as its telemetry has it, before anybody knows who answers.

    `targets` are all that may answer, each (provider, model). `own` are budgets for this call's key alone
    (`key_budgets`).
    """

    team: str | None = None
    project: str | None = None
    environment: str | None = None
    end_user: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[tuple[str, str], ...] = ()
    own: tuple[Budget, ...] = ()


def budget_of(config: BudgetConfig, currency_rate: Decimal) -> Budget | None:
    """Return one of [[budgets]] as the ledger keeps it; None if it is not enforced.

    `currency_rate` is how many of the report's currency make one US dollar.
    """
    if config.enforce is None:
        return None
    return Budget(
        name=config.name,
        most_usd=(config.amount / currency_rate).quantize(SMALLEST_USD, ROUND_DOWN),
        period=config.period,
        enforce=config.enforce,
        thresholds=config.thresholds,
        team=config.team,
        project=config.project,
        provider=config.provider,
        model=config.model,
        environment=config.environment,
        end_user=config.end_user,
        tag=config.tag,
    )


def key_budgets(key: Key) -> tuple[Budget, ...]:
    """Return the budgets of `key` itself, which are hard: all its calls count for them, and no others do."""
    return tuple(
        Budget(name=f"key {key.id} a {one.period}", most_usd=one.amount_usd, period=one.period, enforce="hard")
        for one in key.budgets
    )
