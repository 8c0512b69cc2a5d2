"""Rows come out of every form a file has, with the line they stand in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from finops_report.errors import ConfigError, DatabaseError
from finops_report.ingest import rows as reading
from finops_report.ingest.rows import Row, TornRow, rows_of

TWO = [{"id": "a", "n": 1}, {"id": "b", "n": 2}]


def written(tmp_path: Path, content: str | bytes, name: str = "export") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(map(json.dumps, TWO)),
        "\n\n".join(map(json.dumps, TWO)) + "\n",
        json.dumps(TWO),
        json.dumps(TWO, indent=2),
        "\ufeff" + json.dumps(TWO),
        json.dumps({"data": TWO, "meta": {"page": 1}}),
        json.dumps({"data": TWO}, indent=2),
        gzip.compress("\n".join(map(json.dumps, TWO)).encode(), mtime=0),
    ],
    ids=["lines", "blank lines", "list", "printed list", "byte order mark", "page", "printed page", "gzip"],
)
def test_json_of_every_shape_gives_the_same_rows(tmp_path: Path, content: str | bytes) -> None:
    assert [row.values for row in rows_of(written(tmp_path, content)) if isinstance(row, Row)] == TWO


@pytest.mark.parametrize(
    "content",
    ["id,n\na,1\nb,2\n", "\ufeffid,n\r\na,1\r\n\r\nb,2", 'id;n\n"a";1\nb;2\n', "id\tn\na\t1\nb\t2\n"],
    ids=["commas", "windows", "semicolons", "tabs"],
)
def test_csv_of_every_shape_gives_the_same_rows(tmp_path: Path, content: str) -> None:
    rows = rows_of(written(tmp_path, content))
    assert [row.values for row in rows if isinstance(row, Row)] == [{"id": "a", "n": "1"}, {"id": "b", "n": "2"}]


def test_a_line_is_where_a_row_begins_though_cells_have_lines_of_their_own(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,prompt\na,"two\nlines"\nb,x,y\nc,z\n')
    assert [row.line for row in rows_of(path)] == [2, 4, 5]
    assert list(rows_of(path))[1] == TornRow(4, "3 values, and 2 columns")


def test_a_torn_line_of_json_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "a"}\n{"id": \n7\n{"id": "b"}\n')
    assert list(rows_of(path)) == [
        *(Row(1, {"id": "a"}), TornRow(2, "no object of JSON"), TornRow(3, "no object of JSON"), Row(4, {"id": "b"}))
    ]


def test_a_torn_first_line_is_one_torn_line(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": \n{"id": "b"}\n')
    assert list(rows_of(path)) == [TornRow(1, "no object of JSON"), Row(2, {"id": "b"})]


def test_a_list_that_breaks_off_gives_what_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"id": "a"}, {"id": ')
    assert list(rows_of(path)) == [Row(1, {"id": "a"}), TornRow(2, "the list breaks off or is no JSON")]


def test_a_list_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE", 7)
    many = [{"id": str(number), "prompt": "é" * 40} for number in range(50)]
    rows = rows_of(written(tmp_path, json.dumps(many, indent=1)))
    assert [row.values for row in rows if isinstance(row, Row)] == many


def test_parquet_gives_times_numbers_and_objects_as_json_has_them(tmp_path: Path) -> None:
    path = tmp_path / "a [1].parquet"
    with duckdb.connect() as con:
        con.execute(
            "copy (select timestamptz '2026-10-01 12:00:00+00' as at, 0.1::decimal(9, 3) as cost, "
            f"{{'team': 'x'}} as meta, null as nothing) to '{tmp_path / 'made'}' (format parquet)"
        )
    (tmp_path / "made").rename(path)
    (row,) = rows_of(path)
    assert isinstance(row, Row)
    assert str(row.values["at"]).startswith("2026-10-01 12:00:00+00")
    assert (row.values["cost"], row.values["meta"]) == (0.1, {"team": "x"})


def test_damaged_parquet_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="Not a readable Parquet file"):
        list(rows_of(written(tmp_path, b"PAR1" + b"x" * 100 + b"PAR1", "a.parquet")))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Neither CSV nor JSON nor Parquet"),
        (b"\x00\x01\x02", "Neither CSV nor JSON nor Parquet"),
        (b"only one column\n1\n", "names no columns"),
        (b"a,a\n1,2\n", "names no columns, or one twice"),
        (b'{\n "a": \n', "No JSON that can be read"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "cut off or damaged"),
    ],
)
def test_what_is_no_export_says_so(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        list(rows_of(written(tmp_path, content)))
