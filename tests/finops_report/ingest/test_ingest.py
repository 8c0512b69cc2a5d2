"""`ingest` brings a file in whole, once, or leaves everything as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Run
from tests.finops_report.ingest.conftest import DB, FORMS, Rows, as_csv, as_lines

COSTS = ("0.10", "0.20", "0.000001")
MAPPED = ("--map", "timestamp=At", "--map", "model=Model", "--map", "input_tokens=In", "--map", "output_tokens=Out")


def table(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    row = {"At": "2026-10-01T12:00:00Z", "Model": "gpt-4o-mini", "In": 1000, "Out": 100, "Who": "search"}
    return [row | {"At": f"2026-10-01T12:00:{number:02d}Z"} | change for number, change in enumerate(changes)]


def own(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    row: dict[str, Any] = {
        "timestamp": "2026-10-01 12:00:00",
        "request_id": "r",
        "strategy": "cost-first",
        "provider": "openai",
        "model": "gpt-4o-mini",
        "input_tokens": 1000,
        "output_tokens": 100,
        "cost_estimated": 0.1,
        "latency_ms": 800.5,
    }
    return [row | {"request_id": f"r{number}"} | change for number, change in enumerate(changes)]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_with_our_own_columns_is_taken_as_it_is(run: Run, tmp_path: Path, rows: Rows, form: str) -> None:
    source = FORMS[form](tmp_path / f"own.{form}", own({}, {"cost_estimated": 0.2}, {"cost_estimated": 0.000001}))
    result = run("ingest", source)
    assert result.exit_code == 0, result.output
    assert "own." in result.stdout
    assert "$0.300001 as reported by the tool that recorded it (3 requests)" in result.stdout
    assert "3 new requests in telemetry.duckdb" in result.stdout
    found = rows()
    assert sum(Decimal(repr(row["cost_estimated"])) for row in found) == sum(map(Decimal, COSTS))
    assert {(row["strategy"], row["latency_ms"], row["cost_source"]) for row in found} == {
        ("cost-first", 800.5, "reported")
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_same_file_twice_changes_nothing(run: Run, tmp_path: Path, rows: Rows, form: str) -> None:
    source = FORMS[form](tmp_path / f"own.{form}", own({}, {}))
    run("ingest", source)
    before = rows()
    result = run("ingest", source)
    assert "0 new requests in telemetry.duckdb; 2 already there" in result.stdout
    assert rows() == before


def test_rows_without_an_id_are_known_again_and_equal_ones_are_told_apart(run: Run, tmp_path: Path, rows: Rows) -> None:
    day = table({}, {}, {}) + table({}, {})  # the first two are in it twice
    as_csv(tmp_path / "a.csv", day)
    as_csv(tmp_path / "b.csv", [*day[2:], *table({}, {}, {"Who": "new"})])
    for _ in range(2):
        assert run("ingest", "a.csv", *MAPPED).exit_code == 0
        assert len(rows()) == 5
    result = run("ingest", "b.csv", *MAPPED)  # each of its rows is in a.csv as often, but the new one
    assert "1 new request in telemetry.duckdb" in result.stdout
    assert len(rows()) == 6


def test_files_given_together_are_the_same_as_one_after_the_other(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_csv(tmp_path / "a.csv", table({}, {}))
    as_csv(tmp_path / "b.csv", table({}, {}, {}))
    result = run("ingest", "a.csv", "b.csv", *MAPPED)
    assert "3 new requests in telemetry.duckdb; 2 left out that repeat another" in result.stdout
    assert len(rows()) == 3


def test_what_was_not_priced_by_the_source_is_priced_by_us(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_csv(tmp_path / "t.csv", table({}, {"Model": "our-own"}))
    result = run("ingest", "t.csv", *MAPPED)
    assert "$0.00021 at list prices (1 request)" in result.stdout
    assert "no price is known of 1 request" in result.stdout
    assert "unknown models: unknown provider/our-own (1)" in result.stdout
    priced, unpriced = rows()
    assert (priced["cost_estimated"], priced["cost_source"]) == (0.00021, "list")
    assert (unpriced["cost_estimated"], unpriced["unpriced_reason"]) == (None, "model")


def test_contract_prices_of_the_settings_are_used(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_csv(tmp_path / "t.csv", table({"Model": "our-own"}))
    (tmp_path / "finops.toml").write_text(
        '[[router.prices]]\nprovider = "own"\nmodel = "our-own"\ninput_usd_per_mtok = 1.0\noutput_usd_per_mtok = 2.0\n',
        encoding="utf-8",
    )
    run("ingest", "t.csv", *MAPPED, "--set", "provider=own")
    (row,) = rows()
    assert (row["cost_estimated"], row["cost_source"]) == (0.0012, "contract")


def test_tokens_beside_one_another_are_added_if_the_reader_says_so(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_csv(tmp_path / "t.csv", table({"Cached": 400, "Thought": 50}))
    more = ("--map", "cache_read_input_tokens=Cached", "--map", "reasoning_output_tokens=Thought")
    run("ingest", "t.csv", *MAPPED, *more, "--cached", "beside", "--reasoning", "beside")
    (row,) = rows()
    assert (row["input_tokens"], row["output_tokens"]) == (1400, 150)


def test_values_fill_what_no_column_says(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_csv(tmp_path / "t.csv", table({"Who": "web"}, {"Who": ""}))
    run("ingest", "t.csv", *MAPPED, "--map", "team=Who", "--set", "team=search", "--set", "project=p")
    assert [(row["team"], row["project"]) for row in rows()] == [("web", "p"), ("search", "p")]


def test_without_a_mapping_the_nearest_columns_are_proposed(run: Run, tmp_path: Path) -> None:
    as_csv(tmp_path / "t.csv", [{"Created At": "2026-10-01", "Model": "gpt-4o", "Prompt Tokens": 7}])
    result = run("ingest", "t.csv")
    assert result.exit_code == 1
    assert "error: No known kind of file: t.csv" in result.stderr
    proposal = "--map timestamp='Created At' --map model=Model --map input_tokens='Prompt Tokens'"
    assert proposal in result.stderr
    assert not (tmp_path / DB).exists()


def test_a_dry_run_shows_everything_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    as_csv(tmp_path / "t.csv", table({}, {"Model": "our-own"}, {"In": "many"}))
    before = sorted(tmp_path.iterdir())
    result = run("ingest", "t.csv", *MAPPED, "--dry-run")
    assert result.exit_code == 0
    for shown in (
        "At -> timestamp",
        "t.csv: a table by its mapping, 2 requests, 2,000 tokens in, 200 out",
        "request 1: provider openai, model gpt-4o-mini, input_tokens 1000",
        "unknown models: unknown provider/our-own (1)",
        "set aside, 1 row: input_tokens is no number: 'many'",
        "nothing was written",
    ):
        assert shown in result.stdout
    assert sorted(tmp_path.iterdir()) == before


def test_bad_rows_are_set_aside_with_line_and_reason_and_counted_once(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_csv(tmp_path / "t.csv", table({}, {"In": "many", "Who": "a secret"}, {"At": "soon"}, {}))
    for _ in range(2):
        result = run("ingest", "t.csv", *MAPPED)
        assert result.exit_code == 0
        assert "set aside, 1 row: input_tokens is no number: 'many'" in result.stdout
        assert "the first of them: line 3" in result.stdout
    (place,) = (tmp_path / "telemetry.duckdb.journal/quarantine").iterdir()
    assert place.name in result.stdout
    lines = [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()]
    assert [(line["file"], line["line"], line["reason"]) for line in lines] == [
        ("t.csv", 3, "input_tokens is no number: 'many'"),
        ("t.csv", 4, "timestamp is no moment between 2000 and 2100: 'soon'"),
    ]
    assert lines[0]["values"] == {"At": "2026-10-01T12:00:01Z", "Model": "gpt-4o-mini", "In": "many", "Out": "100"}
    assert len(rows()) == 2
    assert [(row["quarantined"], row["note"]) for row in rows("collector_health")] == [(2, "rows of ingested files")]


def test_texts_that_no_table_should_have_are_set_aside(run: Run, tmp_path: Path, rows: Rows) -> None:
    as_lines(tmp_path / "t.jsonl", table({}, {"Who": "x" * 600_000}, {"Who": "\ud800"}))
    result = run("ingest", "t.jsonl", *MAPPED, "--map", "team=Who")
    assert "1 new request" in result.stdout, result.output
    assert "set aside, 1 row: its names are longer than any name is" in result.stdout
    assert len(rows()) == 1


def test_what_was_set_aside_stands_on_the_page(run: Run, tmp_path: Path) -> None:
    as_csv(tmp_path / "t.csv", table({}, {"In": "many"}))
    run("ingest", "t.csv", *MAPPED)
    assert run("build", "--db", DB).exit_code == 0
    assert "set aside" in (tmp_path / "output/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["none.csv"], "No such file: none.csv", "give files, or folders"),
        (["empty"], "No files to read in: empty", ".csv"),
        (["s3://bucket/x.csv"], "Addresses are not read yet", "download it"),
        (["bad.csv", *MAPPED], "No row of bad.csv can be read: line 2: timestamp is no moment", "--dry-run"),
        (["strange"], "No requests in: strange/x.csv", "No known kind of file"),
        (["good.csv", "bad.csv", *MAPPED], "No row of bad.csv can be read", "--dry-run"),
        (["header.csv", *MAPPED], "No requests in: header.csv", "of the right days"),
        (["good.csv", "--from", "litelm"], "No such kind: litelm", "did you mean litellm?"),
        (["good.csv", "--from", "table"], "No known kind of file: good.csv", "--map timestamp=COLUMN"),
        (["good.csv", "--from", "litellm", *MAPPED], "A mapping is for tables", "leave --from out"),
        (["good.csv", "--from", "litellm"], "No row of good.csv can be read", "--from"),
        (["own.jsonl", "--from", "otlp", "--set", "model=x"], "It cannot be given for OpenTelemetry", "only these can"),
        (["good.csv", "--map", "model=Modl"], "No such column in good.csv: Modl", "did you mean Model?"),
        (["good.csv", "--set", "weather=fine"], "No column of ours: weather", "columns: "),
        (["page.html"], "names no columns", "export it again"),
    ],
)
def test_bad_input_is_one_error_and_one_hint_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: list[str], message: str, hint: str
) -> None:
    as_csv(tmp_path / "good.csv", table({}))
    as_csv(tmp_path / "bad.csv", table({"At": "soon"}))
    as_lines(tmp_path / "own.jsonl", own({}))
    (tmp_path / "header.csv").write_text("At,Model,In,Out\n", encoding="utf-8")
    (tmp_path / "page.html").write_text("<html>\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "strange").mkdir()
    as_csv(tmp_path / "strange/x.csv", [{"a": 1, "b": 2}])
    before = sorted(tmp_path.rglob("*"))
    result = run("ingest", *arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    error, second = result.stderr.splitlines()
    assert message in error
    assert hint in second
    assert sorted(tmp_path.rglob("*")) == before


def test_a_database_that_is_none_is_left_as_it_is(run: Run, tmp_path: Path) -> None:
    as_csv(tmp_path / "t.csv", table({}, {"In": "many"}))
    (tmp_path / DB).write_text("no database " * 5000, encoding="utf-8")
    result = run("ingest", "t.csv", *MAPPED)
    assert result.exit_code == 1
    assert "error: The database cannot be written" in result.stderr
    assert (tmp_path / DB).read_text(encoding="utf-8") == "no database " * 5000
    assert not list(tmp_path.rglob("*.ndjson"))


def test_folders_are_read_with_all_their_files_but_hidden_and_other_ones(run: Run, tmp_path: Path, rows: Rows) -> None:
    for number, place in enumerate(["logs/a.csv", "logs/2026/b.csv", "logs/.c.csv", "logs/d.txt"]):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        as_csv(tmp_path / place, table({"Who": str(number)}))
    assert "2 new requests" in run("ingest", "logs", *MAPPED).stdout
    assert len(rows()) == 2


def test_files_of_a_folder_that_are_of_no_kind_are_passed_over_and_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    as_lines(tmp_path / "logs/a.jsonl", own({}))
    as_lines(tmp_path / "logs/index.json", [{"version": 1, "entries": []}])
    (tmp_path / "logs/empty.csv").touch()
    result = run("ingest", "logs")
    assert "1 new request" in result.stdout, result.output
    assert "logs/index.json: passed over: No known kind of file: logs/index.json has version, entries" in result.stdout
    assert "logs/empty.csv: passed over: Neither CSV nor JSON nor Parquet" in result.stdout
    assert run("ingest", "logs/a.jsonl", "logs/index.json").exit_code == 1


def test_many_files_are_summed_by_kind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for number in range(12):
        as_lines(tmp_path / f"logs/{number:02}.jsonl", own({"request_id": f"{number}", "cost_estimated": 0.1}))
    result = run("ingest", "logs")
    assert len(result.stdout.splitlines()) == 4, result.output
    assert "logs/00.jsonl and 11 more files: a table by its mapping, 12 requests, 12,000 tokens in" in result.stdout
    assert "$1.2 as reported by the tool that recorded it (12 requests)" in result.stdout


def test_a_run_killed_at_any_moment_has_brought_in_all_or_nothing(tmp_path: Path, rows: Rows) -> None:
    as_lines(tmp_path / "t.jsonl", own(*[{"request_id": f"{number}"} for number in range(4000)]))
    command = [sys.executable, "-m", "finops_report", "ingest", "t.jsonl"]
    for wait_s in (0.5, 0.8, 1.1):
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(wait_s)  # the random moment of death, not a wait for anything
            process.kill()
        assert not (tmp_path / DB).exists() or count(tmp_path / DB) in (0, 4000)
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert len(rows()) == 4000
    assert not list(tmp_path.glob(".telemetry.duckdb.ingest-*"))


def count(db: Path) -> int:
    """The requests in a database, 0 if it has no table yet."""
    with duckdb.connect(str(db)) as con:
        try:
            ((found,),) = con.execute("select count(*) from telemetry").fetchall()
        except duckdb.CatalogException:
            return 0
        return int(found)


def test_what_the_router_has_recorded_is_not_counted_again(run: Run, tmp_path: Path, rows: Rows) -> None:
    first = own({"response_id": "chatcmpl-1"})
    as_lines(tmp_path / "a.jsonl", first)
    run("ingest", "a.jsonl")
    same = own({"request_id": "other", "response_id": "chatcmpl-1", "timestamp": "2026-10-01 12:00:05"})
    later = own({"request_id": "later", "response_id": "chatcmpl-1", "timestamp": "2026-10-02 12:00:05"})
    tokens = own({"request_id": "tokens", "response_id": "chatcmpl-1", "output_tokens": 7})
    result = run("ingest", as_lines(tmp_path / "b.jsonl", [*same, *later, *tokens]))
    assert "2 new requests in telemetry.duckdb; 1 already there" in result.stdout
    assert sorted(row["request_id"] for row in rows()) == ["later", "r0", "tokens"]


def test_requests_of_before_stay_and_their_columns_too(run: Run, tmp_path: Path, rows: Rows) -> None:
    with duckdb.connect(str(tmp_path / DB)) as con:
        con.execute(
            "create table telemetry as select timestamp '2026-09-01' as timestamp, 'old' as request_id, 7 as own"
        )
    run("ingest", as_lines(tmp_path / "a.jsonl", own({})))
    assert [(row["request_id"], row["own"]) for row in rows()] == [("old", 7), ("r0", None)]


def test_build_names_the_command_for_such_a_file(run: Run, tmp_path: Path) -> None:
    as_csv(tmp_path / "t.csv", table({}))
    result = run("build", "--db", "t.csv")
    assert result.exit_code == 1
    assert "hint: bring it in first: finops-report ingest t.csv --db telemetry.duckdb" in result.stderr


def test_build_names_the_command_for_a_strangers_parquet_too(run: Run, tmp_path: Path) -> None:
    FORMS["parquet"](tmp_path / "t.parquet", table({}))
    result = run("build", "--db", "t.parquet")
    assert result.exit_code == 1
    assert "what other tools export, finops-report ingest reads" in result.stderr


def test_progress_is_shown_on_a_terminal_and_taken_away(tmp_path: Path) -> None:
    as_csv(tmp_path / "t.csv", [*table({})] * 8000)
    master, slave = os.openpty()
    code = (
        "from finops_report.commands import ingest; ingest.PROGRESS_EVERY_S = 0.0; "
        "from finops_report.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "ingest", "t.csv", *MAPPED, "--dry-run"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=slave, check=True)
    os.close(slave)
    shown = os.read(master, 65_536).decode()
    os.close(master)
    assert "t.csv: 5,000 rows read" in shown
    assert shown.endswith("\r\x1b[K")
    assert b"rows read" not in done.stdout


def test_more_rows_than_are_held_at_a_time_come_in_whole(run: Run, tmp_path: Path, rows: Rows) -> None:
    with duckdb.connect() as con:
        con.execute(
            "copy (select 'r' || i as request_id, epoch_ms(timestamp '2026-10-01' + to_seconds(i)) as at, "
            f"'gpt-4o-mini' as model, 10 as i, 1 as o from range(20000) t (i)) to '{tmp_path / 'many.parquet'}'"
        )
    mapping = ("--map", "timestamp=at", "--map", "model=model", "--map", "input_tokens=i", "--map", "output_tokens=o")
    result = run("ingest", "many.parquet", *mapping, "--map", "request_id=request_id")
    assert "20,000 new requests" in result.stdout, result.output
    assert len(rows()) == 20_000


def test_what_a_killed_run_left_is_removed_and_nothing_else(run: Run, tmp_path: Path) -> None:
    for name in (".telemetry.duckdb.ingest-4000000-x", f".telemetry.duckdb.ingest-{os.getpid()}-y", ".other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "000000.sealed").touch()
    run("ingest", as_lines(tmp_path / "a.jsonl", own({})))
    left = sorted(place.name for place in tmp_path.glob(".*"))
    assert left == [".other", f".telemetry.duckdb.ingest-{os.getpid()}-y"]
