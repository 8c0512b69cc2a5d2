"""Keep what has been summed in a file of its own, and sum only what is new or changed since."""

from finops_report.warehouse.kept.coarse import find_whole_months, lend_coarse
from finops_report.warehouse.kept.kept_cubes import Kept, forget_all, opened_cache, reach_of_cache
from finops_report.warehouse.kept.lent import lend
from finops_report.warehouse.kept.summing import (
    forget_lost,
    remember,
    show_all,
    show_rows_of,
    sum_extent,
    sum_parts,
)

__all__ = [
    "Kept",
    "find_whole_months",
    "forget_all",
    "forget_lost",
    "lend",
    "lend_coarse",
    "opened_cache",
    "reach_of_cache",
    "remember",
    "show_all",
    "show_rows_of",
    "sum_extent",
    "sum_parts",
]
