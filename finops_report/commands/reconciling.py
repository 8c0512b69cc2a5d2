"""Say by what bills are compared with the estimate: the prices, names, rate and bounds of the settings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finops_report.commands.settings import CommandSettings
    from finops_report.warehouse.reconciled import Reconciling


def reconciling(
    settings: CommandSettings, accounts: tuple[str, ...] = (), max_rest: float | None = None
) -> Reconciling:
    """Return what the settings say, with other accounts or another bound if a command names them."""
    from finops_report.commands.meter_prices import metered_pricing
    from finops_report.reconcile.names import same_names
    from finops_report.warehouse.reconciled import Rate, Reconciling

    own = settings.reconcile
    return Reconciling(
        pricing=lambda: metered_pricing(settings.whole),
        names=same_names,
        rate=Rate(settings.currency.code, settings.currency.rate),
        accounts=accounts or tuple(sorted(own.accounts)) or None,
        most_rest=Decimal(repr(own.max_rest if max_rest is None else max_rest)),
    )
