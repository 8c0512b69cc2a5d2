"""Find the request ids that stand in several rows, without holding the ids of all rows.

A hundred million ids do not fit into memory, and to sort them out on disk takes longer than most cubes. So ids are read
once as numbers, which are counted in stretches that fit; what recurs, hardly ever anything, is looked up by its text.
"""

from __future__ import annotations

from itertools import pairwise

import duckdb

from finops_report.warehouse.create_table import Known, create_table
from finops_report.warehouse.sql_files import statement

HASHES = 1 << 64
IDS_AT_ONCE = 8_000_000  # numbers that are counted together: counting takes some 50 bytes each


def create_recurring_ids(con: duckdb.DuckDBPyConnection, bounds: Known) -> None:
    """Make the table `recurring_ids`: its rows are those of sql/cubes/base/recurring_ids.sql."""
    create_table(con, "id_hashes", statement("recurring", "id_hashes"), bounds)
    con.execute(statement("recurring", "begin"))
    ((ids,),) = con.table("id_hashes").count("*").fetchall()
    passes = 1 + ids // IDS_AT_ONCE
    for first, until in pairwise(HASHES * turn // passes for turn in range(passes + 1)):
        con.execute(statement("recurring", "count"), {"first_hash": first, "last_hash": until - 1})
    create_table(con, "recurring_ids", statement("recurring", "ids"), bounds)
    con.execute(statement("recurring", "end"))
