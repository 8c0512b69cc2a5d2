"""Tell whether rows of a DuckDB file are those they were, from how they lie in it: no row is read.

DuckDB stores a table in row groups, each column of which lies in blocks. Blocks are not written over while anything
refers to them: whoever updates a row writes its column anew, elsewhere. Each block begins with a sum over what it
holds, so that blocks, their places and their sums together tell a change of values. A deletion leaves the blocks as
they are: it is told by the number of rows that are left, which never grows in a row group that is full.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from finops_report.warehouse.sql_files import statement

HEADER_BYTES = 3 * 4096  # what lies before the first block: the file's header, and two of its versions
SUM_BYTES = 8  # of the sum that a block begins with
FULL_MERGED = 2  # groups that are full, and may be put together with later ones that are not
MANY_RUNS = 16  # in place of one


@dataclass(frozen=True, slots=True)
class Run:
    """Rows [first_row, until_row) of a table, by DuckDB's own numbers, and the print of what they hold."""

    first_row: int
    until_row: int
    print: str


@dataclass(frozen=True, slots=True)
class Groups:
    """The row groups of a table, by the numbers of their rows, and the prints of how they lie in the file."""

    bounds: tuple[int, ...]
    prints: tuple[str, ...]

    def place(self, row: int) -> int | None:
        """Return which group begins with `row`, for the end of all rows one more than there are; None if none does."""
        return self.bounds.index(row) if row in self.bounds else None

    @property
    def growing(self) -> int:
        """Return the first group of those at the end that may become others when DuckDB next writes the table.

        It puts groups that are not full together, with up to two before them: of four groups it makes three (its
        `VacuumState` fills at most three at once).
        """
        sizes = [until - first for first, until in pairwise(self.bounds)]
        found = max(len(sizes) - 1, 0)
        while found > 0 and sizes[found - 1] < max(sizes):
            found -= 1
        return max(found - FULL_MERGED, 0)


def row_groups(con: duckdb.DuckDBPyConnection, table: str, file: Path) -> Groups | None:
    """Return the row groups of the attached table `table`; None if part of them is not written into the file yet."""
    rows = con.execute(statement("kept", "storage"), {"recorded_table": table}).fetchall()
    ((block_bytes,),) = con.execute(statement("kept", "block_size")).fetchall()
    bounds, prints = [0], []
    with _opened(file) as descriptor:
        for _, stored_rows, print_, blocks, further, is_written in rows:
            if not is_written:
                return None
            found = hashlib.sha256(print_.encode())
            for block in sorted({*(blocks or ()), *(further or ())}):
                found.update(os.pread(descriptor, SUM_BYTES, HEADER_BYTES + block * block_bytes))
            bounds.append(bounds[-1] + int(stored_rows))
            prints.append(found.hexdigest())
    return Groups(tuple(bounds), tuple(prints))


def run(con: duckdb.DuckDBPyConnection, table: str, groups: Groups, first: int, until: int) -> Run:
    """Return the rows of the groups [first, until) with their print."""
    first_row, until_row = groups.bounds[first], groups.bounds[until]
    ((left,),) = rows_of(con, table, first_row, until_row).count("*").fetchall()
    found = hashlib.sha256("".join(groups.prints[first:until]).encode())
    found.update(str(left).encode())
    return Run(first_row, until_row, found.hexdigest())


def rows_of(con: duckdb.DuckDBPyConnection, table: str, first_row: int, until_row: int) -> duckdb.DuckDBPyRelation:
    """Return the rows [first_row, until_row) of a table."""
    number = ColumnExpression("rowid")
    return con.table(table).filter((number >= ConstantExpression(first_row)) & (number < ConstantExpression(until_row)))


def runs_between(covered: Sequence[tuple[int, int]], groups: Groups, longest: int) -> Iterator[tuple[int, int]]:
    """Yield runs of the groups that are not `covered`, each of at most `longest`; each group that grows is one."""
    first, last = 0, len(groups.prints)
    for begin, end in (*sorted(covered), (last, last)):
        while first < begin:
            most = 1 if first >= groups.growing else groups.growing - first
            until = min(begin, first + longest, first + most)
            yield first, until
            first = until
        first = end


def to_put_together(covered: Sequence[tuple[int, int]], groups: Groups, longest: int) -> set[tuple[int, int]]:
    """Return those of the `covered` runs that had better be one: many that follow each other, which grow no more.

    Each run costs each build a statement, and each cube a row more of a time that lies in several.
    """
    found: set[tuple[int, int]] = set()
    together: list[tuple[int, int]] = []
    for first, until in sorted(covered):
        if until > groups.growing:
            break
        if together and (together[-1][1] != first or until - together[0][0] > longest):
            found.update(together if len(together) >= MANY_RUNS else ())
            together = []
        together.append((first, until))
    return found


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
