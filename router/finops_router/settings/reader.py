"""Read finops.toml whole: the only reader, for both halves, so that no table and no key is passed over unread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from finops_router.settings.alerts import AlertChannel, alert_settings
from finops_router.settings.budgets import BudgetConfig, budget_settings
from finops_router.settings.gateway_state import GatewayStateConfig, gateway_state_settings
from finops_router.settings.guardrails import GuardrailConfig, guardrail_settings
from finops_router.settings.reconcile import ReconcileConfig, reconcile_settings
from finops_router.settings.report import ReportConfig, report_settings
from finops_router.settings.savings import SavingsConfig, savings_settings
from finops_router.settings.statement import StatementConfig, statement_settings
from finops_router.settings.toml import Table, read_text, whole
from finops_router.settings.units import UnitConfig, unit_settings

if TYPE_CHECKING:
    from finops_router.pricing.prices import Prices
    from finops_router.settings.gateway import GatewayConfig
    from finops_router.settings.prices import PriceConfig
    from finops_router.settings.router import RouterConfig

TABLES = (
    *("alerts", "budgets", "gateway", "guardrails", "prices", "reconcile", "report", "router", "savings", "statement"),
    "units",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything finops.toml says; `router`, `gateway` and `agreed` ([prices]) are None if it has no such table."""

    report: ReportConfig
    router: RouterConfig | None
    statement: StatementConfig = field(default_factory=StatementConfig)
    alerts: tuple[AlertChannel, ...] = ()
    budgets: tuple[BudgetConfig, ...] = ()
    units: tuple[UnitConfig, ...] = ()
    savings: SavingsConfig = field(default_factory=SavingsConfig)
    gateway_state: GatewayStateConfig = field(default_factory=GatewayStateConfig)
    guardrails: tuple[GuardrailConfig, ...] = ()
    agreed: PriceConfig | None = None
    gateway: GatewayConfig | None = None
    reconcile: ReconcileConfig = field(default_factory=ReconcileConfig)

    def price_table(self) -> Prices:
        """Return what every model costs by these settings: own prices, the public list less discounts."""
        from finops_router.pricing.prices import Prices  # noqa: PLC0415 -- not for a report

        if self.router is not None:
            return Prices(self.router.prices, contract=self.router.contract)
        return Prices() if self.agreed is None else Prices(self.agreed.models, contract=self.agreed.contract)


def read(path: Path | None) -> Settings:
    """Read `path`, or return the defaults if it is None.

    Raises ConfigError when the file cannot be read, or a table, a key or a value in it cannot be used.
    """
    if path is None:
        return Settings(ReportConfig(), None)
    return read_whole(read_text(path), str(path))


def read_whole(text: str, file: str) -> Settings:
    """Read the TOML `text` as `read` does; `file` is what errors call it."""
    return _settings(whole(text, file))


def load(path: Path) -> RouterConfig:
    """Read `path` and return its [router] part. Raises ConfigError as `read` does, and if there are no groups."""
    return parse(read_text(path), str(path))


def parse(text: str, file: str) -> RouterConfig:
    """Read the TOML `text` as `load` does; `file` is what errors call it."""
    top = whole(text, file)
    router = _settings(top).router
    if router is None or not router.groups:
        hint = "name at least one group, as [router.groups.chat], with its targets"
        raise top.inner("router").wrong("groups", hint)
    return router


def _settings(top: Table) -> Settings:
    top.only(TABLES)
    report, statement = report_settings(top.inner("report")), statement_settings(top.inner("statement"))
    alerts, units = alert_settings(top.tables("alerts")), unit_settings(top.tables("units"))
    budgets, guardrails = budget_settings(top, report.currency), guardrail_settings(top.tables("guardrails"))
    gateway_state = gateway_state_settings(top.inner("gateway"))
    savings = savings_settings(top.inner("savings"))
    billed = reconcile_settings(top.inner("reconcile"))
    found = Settings(
        report, None, statement, alerts, budgets, units, savings, gateway_state, guardrails, reconcile=billed
    )
    if top.has("prices"):
        from finops_router.settings.prices import price_settings  # noqa: PLC0415 -- prices: not for a report

        found = replace(found, agreed=price_settings(top.inner("prices")))
    if top.has("gateway"):
        from finops_router.settings.gateway import gateway_settings  # noqa: PLC0415 -- networks: not for a report

        found = replace(found, gateway=gateway_settings(top.inner("gateway")))
    if not top.has("router"):
        return found
    from finops_router.settings.router import router_settings  # noqa: PLC0415 -- strategies, prices: not for a report

    return replace(found, router=replace(router_settings(top.inner("router"), found.agreed), guardrails=guardrails))
