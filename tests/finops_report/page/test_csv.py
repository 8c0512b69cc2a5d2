"""CSV that keeps every digit and runs nothing."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.page.csv import MOST_PLAIN_BYTES, csv_text, download
from finops_report.warehouse.views import Row


def cells(rows: list[Row]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_text(rows), newline="")))


def test_money_is_written_in_full_and_without_exponent() -> None:
    assert cells([{"cost": Decimal("0.000000100000"), "ratio": 1e-7, "none": None}])[1] == [
        "0.0000001",
        "0.0000001",
        "",
    ]


def test_a_name_that_is_a_formula_becomes_text() -> None:
    assert cells([{"model": "=cmd|'/c calc'!A1"}])[1] == ["'=cmd|'/c calc'!A1"]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("\n=1+1", "\n'=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\ufeff=1+1", "\ufeff'=1+1"),
        ("\u200b \u00a0@SUM(1)", "\u200b \u00a0'@SUM(1)"),
        ("a;=1+1", "a;'=1+1"),
        ("a\r\n+1", "a\r\n'+1"),
        ("a\t-1", "a\t'-1"),
        ("\u22121", "'\u22121"),
        ("\t1", "'\t1"),
        ("gpt-4o=mini; and -more", "gpt-4o=mini; and -more"),
        ("a; -b", "a; '-b"),
    ],
)
def test_a_formula_is_disarmed_wherever_a_spreadsheet_could_begin_a_cell(name: str, cell: str) -> None:
    assert cells([{"model": name}])[1] == [cell]


@given(st.text(min_size=1).filter(lambda name: "\x00" not in name))
def test_every_name_comes_back(name: str) -> None:
    (_, (cell,)) = cells([{"model": name}])
    assert cell.replace("'", "") == name.replace("'", "")
    if ";" not in name and name.isalnum():
        assert cell == name


@given(st.text("=+-@;\t\r\n \ufeff\uff1da'\"", min_size=1))
def test_no_part_of_a_line_begins_with_a_formula_however_cells_are_divided(name: str) -> None:
    text = csv_text([{"requests": 1, "model": name}]).replace('"', "")
    for part in re.split(r"[;\t\r\n]", text.partition("\r\n")[2].partition(",")[2]):
        assert not part.strip(" \ufeff").startswith(("=", "+", "-", "@", "\uff1d"))


def test_no_rows_are_a_header() -> None:
    assert csv_text([], ("provider", "cost_usd")) == "provider,cost_usd\r\n"


def test_no_rows_no_text() -> None:
    assert csv_text([]) == ""


def test_a_long_csv_is_packed_and_comes_back_whole() -> None:
    rows: list[Row] = [{"model": f"vendor/model-{i}", "cost": Decimal(i)} for i in range(1000)]
    found = download("spend_by_model", rows)
    assert (found.name, found.packed) == ("spend_by_model.csv.gz", True)
    plain = gzip.decompress(base64.b64decode(found.uri.removeprefix("data:application/gzip;base64,"))).decode()
    assert plain == csv_text(rows)
    assert len(plain) > MOST_PLAIN_BYTES
    assert len(found.uri) < len(plain) / 4


def test_a_short_csv_stays_plain() -> None:
    found = download("spend_by_model", [{"model": "a, b"}])
    assert (found.name, found.packed) == ("spend_by_model.csv", False)
    assert found.uri == "data:text/csv;charset=utf-8,model%0D%0A%22a, b%22%0D%0A"
