"""Write all statements of a period as one XLSX workbook: a sheet of totals, one of items, one of notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_report.analysis.totals import Facts
from finops_report.statement.documents import COLUMNS, Wording, rows
from finops_report.statement.statements import Statement
from finops_report.warehouse.views import Cell
from finops_report.workbooks import MOST_CHARACTERS, MOST_ROWS, Workbook, is_marked

MARK = b"finops-report statements"  # the comment of the archive: what is ours may be replaced
TOTALS = ("number", "account", "owner", "cost_centre", "requests", "own", "shared", "total", "currency", "total_usd")


def workbook(found: Facts, all_of_them: Sequence[Statement], words: Wording) -> bytes:
    """Return the workbook, the same bytes for the same statements.

    Amounts are numbers, names are text whatever they begin with: nothing in it is a formula.
    """
    made = Workbook(words.title, found.period.end)
    book, head = made.book, made.head()
    amount = book.add_format({"num_format": "#,##0.00" if found.currency.decimals else "#,##0"})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    totals = [_total(found, one) for one in all_of_them]
    items = [list(row.values()) for one in all_of_them for row in rows(found, one)]
    for name, columns, cells in (("Statements", TOTALS, totals), ("Items", COLUMNS, items[: MOST_ROWS - 1])):
        sheet = made.headed(name, columns, head)
        for place, row in enumerate(cells, 1):
            for column, value in enumerate(row):
                _write(sheet, place, column, value, amount, dates)
    notes = book.add_worksheet("Notes")
    notes.set_column(0, 0, 110)
    for place, note in enumerate((f"{words.title}: {words.period}", f"Data until {words.data_until}", *words.notes)):
        notes.write_string(place, 0, note)
    return made.whole(MARK)


def is_workbook(ends: bytes) -> bool:
    """Whether a file is a workbook of statements."""
    return is_marked(ends, MARK)


def _total(found: Facts, one: Statement) -> list[Cell]:
    own = sum((item.amount.own for item in one.items if item.line is not None), Decimal(0))
    requests = sum(item.line.requests for item in one.items if item.line is not None)
    return [
        one.number, one.name, one.owner, one.cost_centre, requests, own, one.total.own - own, one.total.own,
        found.currency.code, one.total.usd,
    ]  # fmt: skip


def _write(sheet: Any, row: int, column: int, value: Cell, amount: Any, day: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), amount)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 -- a day has no zone
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value)[:MOST_CHARACTERS])
