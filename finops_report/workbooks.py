"""Make workbooks (XLSX) whose bytes depend on their content alone, and know our own again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it ships no types

# What begins with '=' or looks like a link is a name from somebody's data: it stays text.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
COLUMN_WIDTH = 16
MOST_CHARACTERS = 32_767  # of a cell
MOST_ROWS = 1_048_576  # of a sheet, with its head


class Workbook:
    """A workbook in the making; `book` is xlsxwriter's, for formats and sheets without a head."""

    def __init__(self, title: str, day: date) -> None:
        self._content = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(self._content, OPTIONS)
        self.book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day, tzinfo=UTC)})

    def headed(self, name: str, columns: Sequence[str], head: Any) -> Any:
        """Return a new sheet whose first row has `columns` in the format `head`, and stays in sight."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, COLUMN_WIDTH)
        sheet.write_row(0, 0, columns, head)
        return sheet

    def head(self) -> Any:
        """Return the format of a head."""
        return self.book.add_format({"bold": True, "bottom": 1})

    def whole(self, mark: bytes) -> bytes:
        """Return the file, marked at its end as one of ours."""
        self.book.close()
        with zipfile.ZipFile(self._content, "a") as archive:
            archive.comment = mark
        return self._content.getvalue()


def is_marked(ends: bytes, mark: bytes) -> bool:
    """Whether a file, of which `ends` are its first and last bytes, is a workbook with this mark."""
    return ends.startswith(b"PK") and ends.endswith(mark)
