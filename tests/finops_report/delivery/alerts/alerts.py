"""An alert to send."""

from __future__ import annotations

from decimal import Decimal

from finops_report.delivery.alerts.alert import Alert


def alert(budget: str = "company", threshold: str = "0.8", title: str = "") -> Alert:
    return Alert(
        budget=budget,
        period="2026-11",
        kind="actual",
        threshold=Decimal(threshold),
        title=title or f"Budget '{budget}': 82 % of $1,000.00 is used",
        facts={"Used": "$820.00", "Owner": "Ada"},
        figures={"used": 820.0, "amount": 1000.0, "currency": "USD"},
    )
