"""Read finops.toml for a command: the file named with --config, else the one in the current folder if it is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from finops_router.settings.alerts import AlertChannel
    from finops_router.settings.budgets import BudgetConfig
    from finops_router.settings.guardrails import GuardrailConfig
    from finops_router.settings.reader import Settings
    from finops_router.settings.reconcile import ReconcileConfig
    from finops_router.settings.report import ReportConfig
    from finops_router.settings.statement import StatementConfig
    from finops_router.settings.units import UnitConfig

    from finops_report.analysis.rules.company import CompanyRules
    from finops_report.warehouse import Budget, NotUrgent, Policy, UnitCounts
    from finops_report.wording.currency import Currency

USUAL = Path("finops.toml")


class CommandSettings(NamedTuple):
    """The settings of the report and of statements, the file they are from (None: the defaults), and the rest."""

    report: ReportConfig
    statement: StatementConfig
    file: Path | None
    set_budgets: tuple[BudgetConfig, ...] = ()
    units: tuple[UnitConfig, ...] = ()
    alerts: tuple[AlertChannel, ...] = ()
    not_urgent_tags: tuple[tuple[str, str], ...] = ()
    guardrails: tuple[GuardrailConfig, ...] = ()
    whole: Settings | None = None

    @property
    def reconcile(self) -> ReconcileConfig:
        """What is said of bills."""
        from finops_router.settings.reconcile import ReconcileConfig

        return ReconcileConfig() if self.whole is None else self.whole.reconcile

    @property
    def currency(self) -> Currency:
        from finops_report.wording.currency import Currency

        return Currency(self.report.currency, self.report.currency_rate, self.report.currency_rate_source)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """The budgets in force, in the currency of the report."""
        return budgets_of(self.set_budgets, self.currency)

    @property
    def not_urgent(self) -> NotUrgent:
        """The work that may be answered later, with what that costs by contract or public list."""
        from finops_report.commands.later_tiers import not_urgent

        return not_urgent(self.not_urgent_tags, self.whole)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """What of the guardrails telemetry can be held against: targets and tokens, not texts and tools."""
        return tuple(_policy(one) for one in self.guardrails if one.kind in ("targets", "tokens"))

    @property
    def rules(self) -> CompanyRules:
        """The rules with the company's limits. Raises ConfigError if limits contradict each other."""
        from finops_report.analysis.rules.company import company_rules

        return company_rules(self.report.verdicts.limits, self.report.verdicts.off)

    @property
    def own_title(self) -> str:
        """The title, if the settings give another than the usual one; else ''."""
        from finops_router.settings.report import ReportConfig

        return "" if self.report.title == ReportConfig().title else self.report.title

    @property
    def logo(self) -> Path | None:
        """Where the logo is: its path is relative to that of the settings."""
        return None if self.report.logo is None else (self.file or Path()).parent / self.report.logo

    def written(self) -> AbstractContextManager[None]:
        """Let numbers and dates be written by the locale of the report, until the block ends."""
        from finops_report.wording.conventions import written_as
        from finops_report.wording.locales import conventions_of

        return written_as(conventions_of(self.report.locale))

    @property
    def counts(self) -> UnitCounts:
        """The company's own counts of outcomes, read anew. Raises ConfigError, naming file and line."""
        from finops_report.commands.unit_counts import unit_counts

        return unit_counts(self.units, (self.file or Path()).parent)


def read_settings(config: Path | None) -> CommandSettings:
    """Read `config`, or finops.toml, or the defaults. Raises finops_router.ConfigError, naming file and line."""
    from finops_router.settings.reader import read

    file = settings_file(config)
    found = read(file)
    return CommandSettings(
        found.report,
        found.statement,
        file,
        found.budgets,
        found.units,
        found.alerts,
        found.savings.not_urgent,
        found.guardrails,
        found,
    )


def settings_file(config: Path | None) -> Path | None:
    """Return where settings are: `config`, or finops.toml if it is there; None if it is not."""
    return config or (USUAL if USUAL.exists() else None)


def budgets_of(configs: tuple[BudgetConfig, ...], currency: Currency) -> tuple[Budget, ...]:
    """Return budgets as the report reads them: in its currency, with the rate to US dollars."""
    return tuple(_budget(config, currency) for config in configs)


def _budget(config: BudgetConfig, currency: Currency) -> Budget:
    from finops_report.warehouse import Budget

    key, value = config.tag or (None, None)
    return Budget(
        budget=config.name,
        amount=config.amount,
        period=config.period,
        currency=currency.code,
        rate=currency.rate,
        team=config.team,
        project=config.project,
        provider=config.provider,
        model=config.model,
        environment=config.environment,
        end_user=config.end_user,
        tag_key=key,
        tag_value=value,
        owner=config.owner,
        cost_centre=config.cost_centre,
        thresholds=config.thresholds,
        forecast_thresholds=config.forecast_thresholds,
    )


def _policy(config: GuardrailConfig) -> Policy:
    from finops_report.warehouse import Policy, PolicyExemption

    return Policy(
        guardrail=config.name,
        teams=_sorted(config.teams),
        providers=_sorted(config.providers),
        models=_sorted(config.models),
        regions=_sorted(config.regions),
        max_input_tokens=config.max_input_tokens,
        max_output_tokens=config.max_output_tokens,
        exemptions=tuple(PolicyExemption(team=one.team, until=one.until) for one in config.exceptions),
    )


def _sorted(names: frozenset[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted(names))
