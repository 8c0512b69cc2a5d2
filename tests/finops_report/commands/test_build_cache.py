"""`build --cache`: the same page, whatever is kept; a cache is nothing else's file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.conftest import Run


def page(run: Run, db: Path, *options: str) -> tuple[bytes, bytes]:
    result = run("build", "--db", db, "--out", "out/report.html", *options)
    assert result.exit_code == 0, result.output
    return Path("out/report.html").read_bytes(), Path("out/report.json").read_bytes()


def test_page_and_figures_are_the_same_with_a_cache_and_without(run: Run, month: Path) -> None:
    kept = ("--cache", "kept.duckdb")
    first = page(run, month, *kept)
    with duckdb.connect(str(month)) as con:
        con.execute("insert into calls from calls limit 5")
    whole = page(run, month)
    assert page(run, month, *kept) == whole != first
    with duckdb.connect("kept.duckdb") as con:
        con.execute("update cubes.spend set requests = requests + 1; update cubes.spend set cost_usd = cost_usd + 1")
    assert page(run, month, *kept, "--full") == whole


def test_a_cache_is_neither_the_page_nor_a_file_of_somebody_else(run: Run, month: Path) -> None:
    Path("notes.txt").write_text("mine")
    for cache, said in (
        ("out/report.html", "the same file"),
        ("notes.txt", "cannot be kept"),
        (str(month), "cannot be"),
    ):
        before = month.read_bytes()
        result = run("build", "--db", month, "--out", "out/report.html", "--cache", cache)
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 2), result.output
        assert said in result.stderr
        assert month.read_bytes() == before
    assert Path("notes.txt").read_text() == "mine"


def test_a_cache_without_a_name_lies_beside_the_telemetry(run: Run, month: Path) -> None:
    whole = page(run, month)
    kept = month.with_name(f"{month.stem}.cubes.duckdb")
    assert page(run, month, "--cache") == whole
    with duckdb.connect(str(kept)) as con:
        assert con.execute("select count(*) > 0 from kept_cubes_parts").fetchall() == [(True,)]
    assert page(run, month, "--cache", "--full") == whole


def test_a_folder_has_its_cache_beside_it_and_a_server_none(run: Run, month: Path) -> None:
    lake = month.parent / "lake.2026"
    lake.mkdir()
    with duckdb.connect(str(month)) as con:
        con.table("calls").write_parquet(str(lake / "calls.parquet"))
    page(run, lake, "--cache")
    assert (month.parent / "lake.2026.cubes.duckdb").exists()
    result = run("build", "--db", "postgresql://db.invalid/llm", "--out", "out/report.html", "--cache")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 2), result.output
    assert "name one: --cache cubes.duckdb" in result.stderr
