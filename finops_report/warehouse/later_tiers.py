"""Lay beside the cubes what work that is not urgent would have cost in tiers that answer later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields

import duckdb

from finops_report.warehouse.create_table import create_table
from finops_report.warehouse.sql_files import statement


@dataclass(frozen=True, slots=True)
class Served:
    """Who answered, and how, in the provider's own words; None is the usual way."""

    provider: str
    model: str
    service_tier: str | None
    speed: str | None
    inference_region: str | None


@dataclass(frozen=True, slots=True)
class MeanRequest:
    """The tokens of a mean request; input includes what was read from a cache and written to it."""

    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int
    cache_write_input_tokens: int


@dataclass(frozen=True, slots=True)
class LaterTier:
    """A tier that answers later, and which share of what was paid it costs."""

    tier: str
    cost_ratio: float


Pricing = Callable[[Served, MeanRequest, int], LaterTier | None]  # at a moment, in microseconds since 1970 UTC


def _no_price(_served: Served, _mean: MeanRequest, _moment_us: int) -> LaterTier | None:
    return None


@dataclass(frozen=True, slots=True)
class NotUrgent:
    """The tags of work that is not urgent, by key and value, and what it would cost in a tier that answers later."""

    tags: tuple[tuple[str, str], ...] = ()
    pricing: Pricing = _no_price


ALL_IS_URGENT = NotUrgent()


def create_tags(con: duckdb.DuckDBPyConnection, asked: NotUrgent) -> None:
    """Make the table `not_urgent_tags`, which may be empty."""
    columns = {"tag_key": [key for key, _ in asked.tags], "tag_value": [value for _, value in asked.tags]}
    create_table(con, "not_urgent_tags", statement("savings", "not_urgent_tags"), columns)


def create_tier_rates(con: duckdb.DuckDBPyConnection, asked: NotUrgent, moment_us: int) -> None:
    """Make the table `tier_rates`, by the prices at `moment_us`, of what the cube `not_urgent` has in the period."""
    found = []
    if asked.tags:
        for row in con.sql(statement("savings", "tier_uses")).fetchall():
            served = Served(*row[: len(fields(Served))])
            tier = asked.pricing(served, MeanRequest(*row[len(fields(Served)) :]), moment_us)
            if tier is not None:
                found.append((*astuple(served), *astuple(tier)))
    _create(con, found)


def _create(con: duckdb.DuckDBPyConnection, rows: Sequence[tuple[object, ...]]) -> None:
    names = [field.name for kind in (Served, LaterTier) for field in fields(kind)]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    create_table(con, "tier_rates", statement("savings", "tier_rates"), columns)
