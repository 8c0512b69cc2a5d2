"""Lay beside the cubes what the settings' guardrails allow, as far as telemetry can be held against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.sql_files import statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyExemption:
    """A team that may break a policy until the end of a day (UTC)."""

    team: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one guardrail allows; None limits nothing. Models are patterns; regions are as providers name them."""

    guardrail: str
    teams: tuple[str, ...] | None = None
    providers: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    exemptions: tuple[PolicyExemption, ...] = ()


def create_policies(con: duckdb.DuckDBPyConnection, policies: Sequence[Policy]) -> None:
    """Make the table `policies`, which may be empty."""
    columns = {field.name: [_plain(getattr(one, field.name)) for one in policies] for field in fields(Policy)}
    create_table(con, "policies", statement("guardrails", "policies"), columns)


def _plain(value: Any) -> Any:
    """Return a value as a parameter can be."""
    if not isinstance(value, tuple):
        return value
    return [
        {"team": one.team, "until_us": _end_us(one.until)} if isinstance(one, PolicyExemption) else one for one in value
    ]


def _end_us(day: date) -> int:
    """Return the end of a day (UTC) in microseconds since 1970."""
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)).timestamp()) * 1_000_000
