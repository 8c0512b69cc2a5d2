"""Lend a report each cube that is kept: by stretches, as sums of parts, or of requests that are followed."""

from __future__ import annotations

import duckdb

from finops_report.warehouse.cubes import Bounds, Cube
from finops_report.warehouse.kept.coarse import lend_stretches
from finops_report.warehouse.kept.followed_days import lend_followed
from finops_report.warehouse.kept.lending import lend_sums


def lend(con: duckdb.DuckDBPyConnection, cube: Cube, bounds: Bounds) -> bool:
    """Make the table of a cube from what is kept of all parts; return False if it is not kept."""
    return lend_stretches(con, cube) or lend_sums(con, cube, bounds) or lend_followed(con, cube, bounds)
