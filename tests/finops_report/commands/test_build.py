"""The main job from the command line: good data, bad data, no data."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import NINE, Run, call, write_table


def built(run: Run, db: Path, *options: str) -> dict[str, Any]:
    """Build and return report.json; the command must have succeeded."""
    result = run("build", "--db", db, "--out", "out/report.html", *options)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    return document


def refused(run: Run, *arguments: str | Path) -> str:
    """Run, expect exit code 1 with one error line and one hint line, and return them."""
    result = run("build", *arguments)
    lines = result.stderr.splitlines()
    assert (result.exit_code, len(lines)) == (1, 2), result.output
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    assert not Path("output").exists()
    return result.stderr


def confidence(document: dict[str, Any]) -> str:
    return "\n".join(f"{label}: {said}" for label, said in document["confidence"].items())


def test_totals_equal_an_independent_sum_to_the_last_digit(run: Run, month: Path) -> None:
    document = built(run, month)
    with duckdb.connect(str(month), read_only=True) as con:
        rows = con.execute("select cost_estimated, input_tokens, output_tokens from calls").fetchall()
    cost = sum(Decimal(repr(c)) for c, _, _ in rows if c is not None)
    assert Decimal(repr(document["totals"]["cost_usd"])) == cost
    assert document["totals"]["input_tokens"] == sum(i for _, i, _ in rows)
    assert document["totals"]["output_tokens"] == sum(o for _, _, o in rows)
    assert document["totals"]["unpriced_requests"] == sum(c is None for c, _, _ in rows)


def test_every_view_adds_up_to_the_headline(run: Run, month: Path) -> None:
    document = built(run, month)
    for view in ("total_spend", "spend_by_provider", "spend_by_model", "requests_by_strategy", "spend_by_team"):
        rows = document["views"][view]
        assert sum(row["requests"] for row in rows) == document["totals"]["requests"], view
        assert sum(row["cost_usd"] or 0 for row in rows) == pytest.approx(document["totals"]["cost_usd"]), view


def test_report_json_keeps_its_contract(run: Run, month: Path) -> None:
    document = built(run, month)
    assert document["schema"] == 1
    assert {"period", "totals", "answers", "views", "confidence"} <= document.keys()
    assert len(document["answers"]) == 5
    assert {"question", "answer", "verdict", "evidence"} <= document["answers"][0].keys()
    columns = {
        "total_spend": {"day", "requests", "cost_usd", "unpriced_requests"},
        "spend_by_provider": {"provider", "requests", "cost_usd", "share"},
        "latency_by_provider_model": {"provider", "model", "requests", "p50_ms", "p95_ms", "p99_ms"},
        "requests_by_strategy": {"strategy", "requests", "cost_usd", "cost_per_request_usd", "p50_ms", "p95_ms"},
        "failover_events": {"from_provider", "to_provider", "error_type", "events", "recovered"},
    }
    for view, names in columns.items():
        assert names <= document["views"][view][0].keys(), view


def test_same_data_same_bytes(run: Run, month: Path) -> None:
    built(run, month)
    first = [Path(f"out/report.{kind}").read_bytes() for kind in ("html", "json")]
    built(run, month)
    assert first == [Path(f"out/report.{kind}").read_bytes() for kind in ("html", "json")]


def test_nine_columns_under_any_name_say_what_is_not_recorded(run: Run, nine: Callable[..., Path]) -> None:
    document = built(run, nine(call(), table="my calls"))
    assert document["totals"]["requests"] == 1
    assert "teams" in document["confidence"]["Not recorded"]
    assert "attempts" in document["confidence"]["Not recorded"]


def test_failovers_are_inferred_from_requests_with_several_providers(run: Run, nine: Callable[..., Path]) -> None:
    first = call(output_tokens=0, cost_estimated=0.0)
    second = call(timestamp="2026-10-01 12:00:05", provider="anthropic", model="claude-haiku-4-5")
    document = built(run, nine(first, second))
    (event,) = document["views"]["failover_events"]
    assert (event["from_provider"], event["to_provider"], event["events"], event["recovered"]) == (
        "openai",
        "anthropic",
        1,
        1,
    )


def test_two_candidates_are_named_and_can_be_chosen(run: Run, nine: Callable[..., Path]) -> None:
    db = write_table(nine(call(), table="calls"), [call(), call()], table="old_calls")
    said = refused(run, "--db", db)
    assert "calls, old_calls" in said
    assert "--table" in said
    assert built(run, db, "--table", "old_calls")["totals"]["requests"] == 2


def test_no_file(run: Run) -> None:
    assert "No such file" in refused(run, "--db", "none.duckdb")


def test_not_a_duckdb_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert "Not a DuckDB file" in refused(run, "--db", "notes.txt")


def test_a_damaged_file_is_refused(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call())
    content = bytearray(db.read_bytes())
    content[content.index(b"DUCK") + 4] ^= 0xFF
    db.write_bytes(content)
    assert "cannot be opened" in refused(run, "--db", db)


def test_a_truncated_file_is_refused(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call())
    db.write_bytes(db.read_bytes()[:5000])
    refused(run, "--db", db)


def test_missing_columns_are_named(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(table="calls", columns="timestamp TIMESTAMP, model VARCHAR, cost_estimated DOUBLE")
    said = refused(run, "--db", db)
    assert "table calls: request_id, strategy, provider, input_tokens, output_tokens, latency_ms" in said


def test_an_engine_that_is_not_there_yet(run: Run) -> None:
    assert "postgresql" in refused(run, "--db", "postgresql://localhost/x")


def test_an_empty_table_leaves_the_good_page(run: Run, nine: Callable[..., Path], month: Path) -> None:
    built(run, month)
    before = Path("out/report.html").read_bytes()
    result = run("build", "--db", nine(), "--out", "out/report.html")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 2)
    assert "error: Nothing is recorded in table telemetry of " in result.stderr
    assert "it has no rows\nhint: record something first, or build the empty report with --allow-empty" in result.stderr
    assert Path("out/report.html").read_bytes() == before


def test_rows_without_a_usable_time_alone_are_nothing_recorded(run: Run, nine: Callable[..., Path]) -> None:
    assert "none of its 2 rows has a usable time" in refused(run, "--db", nine((None,) * 9, call(timestamp=None)))


def test_an_empty_table_gives_a_report_that_says_so_if_that_is_wanted(run: Run, nine: Callable[..., Path]) -> None:
    document = built(run, nine(), "--allow-empty")
    assert document["totals"] | {"requests": 0, "cost_usd": 0.0} == document["totals"]
    assert {answer["verdict"] for answer in document["answers"]} == {"not enough data"}
    assert "Nothing was recorded" in Path("out/report.html").read_text(encoding="utf-8")


def test_nulls_in_every_column(run: Run, nine: Callable[..., Path]) -> None:
    document = built(
        run, nine(call(), (None,) * 9, call(strategy=None, provider=None, model=None, cost_estimated=None))
    )
    assert document["totals"]["requests"] == 2
    assert document["totals"]["unpriced_requests"] == 1
    assert "Values set aside: timestamp: 1 row: missing" in confidence(document)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), float("-inf"), 1e300])
@pytest.mark.parametrize("column", ["cost_estimated", "latency_ms"])
def test_numbers_that_cannot_be_are_set_aside_and_counted(
    run: Run, nine: Callable[..., Path], column: str, value: float
) -> None:
    document = built(run, nine(call(), call(request_id="r2", **{column: value})))
    assert document["totals"]["requests"] == 2
    assert document["totals"]["cost_usd"] == pytest.approx(0.00021 if column == "cost_estimated" else 0.00042)
    assert f"Values set aside: {column}: 1 row" in confidence(document)


def test_negative_tokens_are_set_aside_and_counted(run: Run, nine: Callable[..., Path]) -> None:
    document = built(run, nine(call(), call(input_tokens=-5, output_tokens=-1)))
    assert document["totals"]["input_tokens"] == 1000
    assert "input_tokens: 1 row" in confidence(document)


def test_repeated_ids_are_counted_as_they_are_and_named(run: Run, nine: Callable[..., Path]) -> None:
    document = built(run, nine(call(), call()))
    assert document["totals"]["requests"] == 2
    assert "1 row repeat" in confidence(document)


def test_the_future_is_set_aside_and_does_not_stretch_the_period(run: Run, nine: Callable[..., Path]) -> None:
    document = built(run, nine(call(), call(timestamp="2099-01-01 00:00:00")))
    assert document["period"]["end"] == "2026-10-01"
    assert "in the future" in confidence(document)


NAMES = ["<script>alert(1)</script>", "</script>", "x" * 10_000, "模型 🚀", "مزود", "=1+1", "a\nb", "'\"&<>", "{{ 7 }}"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_text_everywhere(run: Run, nine: Callable[..., Path], name: str) -> None:
    document = built(run, nine(call(provider=name, model=name, strategy=name)))
    html = Path("out/report.html").read_text(encoding="utf-8")
    shown = document["views"]["spend_by_provider"][0]["provider"]
    assert shown == name if len(name) <= 512 else shown.startswith(name[:100])  # longer ones are cut
    assert "<script>alert" not in html
    assert html.count("</script>") == 5  # two that paint, the figures, the library, ours


def test_five_hundred_models_lose_nothing(run: Run, nine: Callable[..., Path]) -> None:
    db = nine()
    with duckdb.connect(str(db)) as con:
        con.execute(
            """insert into telemetry select timestamp '2026-10-01' + to_seconds(i), 'r' || i, 'cost-first',
            'p' || i % 40,
            'model-' || i % 500, 10, 10, 0.01, 100 from range(5000) t (i)"""
        )
    document = built(run, db)
    assert document["totals"]["models"] == 1000
    assert document["totals"]["cost_usd"] == pytest.approx(50)
    html = Path("out/report.html").read_text(encoding="utf-8")
    assert "985 others" in html
    assert "32 others" in html


def test_columns_of_other_types_are_read(run: Run, nine: Callable[..., Path]) -> None:
    columns = (
        "timestamp TIMESTAMPTZ, request_id BIGINT, strategy VARCHAR, provider VARCHAR, model VARCHAR, "
        "input_tokens BIGINT, output_tokens HUGEINT, cost_estimated DECIMAL(18, 6), latency_ms VARCHAR"
    )
    row = call(timestamp="2026-10-01 12:00:00+02", request_id=7, cost_estimated=0.5, latency_ms="12.5")
    document = built(run, nine(row, columns=columns))
    assert document["totals"]["cost_usd"] == 0.5
    assert document["views"]["latency_by_provider_model"][0]["p50_ms"] == pytest.approx(12.5, rel=0.01)


def test_a_folder_of_parquet(run: Run, nine: Callable[..., Path], tmp_path: Path) -> None:
    db = nine(call(), call(request_id="r2"))
    (tmp_path / "lake").mkdir()
    with duckdb.connect(str(db)) as con:
        con.execute(f"copy telemetry to '{tmp_path}/lake/a.parquet'")
    assert built(run, tmp_path / "lake")["totals"]["requests"] == 2


def test_days_are_cut_in_the_reporting_time_zone(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call(timestamp="2026-10-01 23:30:00"), call(timestamp="2026-10-02 00:30:00"))
    days = built(run, db, "--timezone", "America/New_York")["views"]["total_spend"]
    assert [(day["day"], day["requests"]) for day in days] == [("2026-10-01", 2)]
    days = built(run, db)["views"]["total_spend"]
    assert [(day["day"], day["requests"]) for day in days] == [("2026-10-01", 1), ("2026-10-02", 1)]


def test_a_period_against_the_one_before(run: Run, nine: Callable[..., Path]) -> None:
    days = [f"2026-09-{day:02}" for day in range(1, 31)] + [f"2026-10-{day:02}" for day in range(1, 32)]
    db = nine(*(call(timestamp=f"{day} 10:00:00", cost_estimated=1.0 + (day > "2026-10")) for day in days))
    document = built(run, db, "--month", "2026-10")
    assert document["totals"]["cost_usd"] == 62.0
    assert document["totals"]["cost_change"] == pytest.approx(62 / 30 - 1)
    assert document["answers"][0]["answer"] == (
        "$62.00 for 31 requests. This period cost 107 % more than September 2026 ($30.00), with 3.3 % more requests. "
        "Per day that is 100 % more: 31 days to 30."
    )


def test_an_output_that_cannot_be_written_leaves_the_old_report(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call())
    Path("out").mkdir()
    Path("out/report.html").write_text("old")
    Path("out/report.json").mkdir()
    result = run("build", "--db", db, "--out", "out/report.html")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: The report cannot be written")
    assert Path("out/report.html").read_text() == "old"


def test_usage_errors_exit_with_two(run: Run) -> None:
    assert run("build", "--since", "yesterday").exit_code == 2


def test_a_table_with_a_hostile_name(run: Run, nine: Callable[..., Path]) -> None:
    assert built(run, nine(call(), table='we"ird; drop table x'))["totals"]["requests"] == 1


def test_nine_columns_in_another_order_and_case(run: Run, tmp_path: Path) -> None:
    columns = ", ".join(reversed(NINE.replace("provider", "Provider").split(", ")))
    db = write_table(tmp_path / "t.duckdb", [tuple(reversed(call()))], columns=columns)
    assert built(run, db)["views"]["spend_by_provider"][0]["provider"] == "openai"


def test_a_page_of_one_view_keeps_all_figures(run: Run, month: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    assert run("build", "--db", month, "--only", "spend_by_model", "--out", out).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert 'id="spend_by_model"' in page
    assert 'id="failover_events"' not in page
    assert "failover_events" in json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["views"]


def test_days_in_which_nothing_is_recorded_leave_the_good_page_and_name_what_is(run: Run, month: Path) -> None:
    built(run, month)
    before = Path("out/report.html").read_bytes()
    for asked in (("--month", "2026-09"), ("--month", "last"), ("--week", "2026-W01"), ("--since", "2026-11-01")):
        found = run("build", "--db", month, "--out", "out/report.html", *asked)
        if asked == ("--month", "last"):  # the build is in November
            assert found.exit_code == 0
            before = Path("out/report.html").read_bytes()
            continue
        assert found.exit_code == 1
        assert found.stderr.startswith("error: Nothing is recorded for ")
        assert "recorded is 1–10 Oct 2026" in found.stderr
        assert "--allow-empty" in found.stderr
        assert Path("out/report.html").read_bytes() == before
    assert built(run, month, "--month", "2026-09", "--allow-empty")["totals"]["requests"] == 0


def test_days_of_a_table_without_rows_say_so(run: Run, nine: Callable[..., Path]) -> None:
    assert "nothing is recorded at all" in refused(run, "--db", nine(), "--month", "2026-10")


def test_days_between_data_are_empty_too(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call(), call(timestamp="2026-10-20 12:00:00"))
    assert "recorded is 1–20 Oct 2026" in refused(run, "--db", db, "--since", "2026-10-05", "--until", "2026-10-06")


@pytest.mark.parametrize(
    ("option", "name", "start", "end"),
    [
        ("--week", "2026-W40", "2026-09-28", "2026-10-04"),
        ("--month", "last", "2026-10-01", "2026-10-31"),
        ("--quarter", "this", "2026-10-01", "2026-12-31"),
        ("--year", "THIS", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_goes_by_its_name(run: Run, month: Path, option: str, name: str, start: str, end: str) -> None:
    period = built(run, month, option, name)["period"]
    assert (period["start"], period["end"]) == (start, end)


def test_the_page_or_its_figures_can_be_printed(run: Run, month: Path) -> None:
    page = run("build", "--db", month, "--out", "-")
    assert page.stdout.startswith("<!DOCTYPE html>")
    assert page.stderr.startswith("spend: ")
    assert not Path("output").exists()
    figures = run("build", "--db", month, "--out", "out/report.html", "--json", "-")
    assert json.loads(figures.stdout)["schema"] == 1
    assert [path.name for path in Path("out").iterdir()] == ["report.html"]
    assert Path("out/report.html").read_text(encoding="utf-8") == page.stdout


def test_a_view_that_fails_on_a_row_is_named_in_our_words(run: Run, nine: Callable[..., Path]) -> None:
    db = nine(call(), call(request_id="odd"), table="raw")
    with duckdb.connect(str(db)) as con:
        con.execute("create view v as select * replace (cast(request_id[1] as integer) as input_tokens) from raw")
    result = run("build", "--db", db, "--table", "v")
    assert result.exit_code == 1
    error, hint = result.stderr.splitlines()
    assert error.startswith("error: The query of view v fails on its rows: Could not convert string")
    assert hint == "hint: mend or drop the view in the database, or name the table to read with --table"
