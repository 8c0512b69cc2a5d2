"""The confidence section: what is unknown, lost, set aside or missing, each with how much it should worry."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from finops_report.model import Fact
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import FAILING, FINE, written


def facts(path: Path) -> dict[str, Fact]:
    """Return the lines of the confidence section by their label."""
    return {fact.label: fact for fact in reported(path).confidence}


def test_nine_clean_columns_leave_nothing_to_worry_about(tmp_path: Path) -> None:
    found = facts(written(tmp_path / "t.duckdb"))
    assert {label: fact.text for label, fact in found.items()} == {
        "Rows read": "48 rows of table telemetry, 48 of them in this period",
        "Requests without a known price": "none",
        "Values set aside": "none",
        "Repeated request ids": "none",
        "Lost by telemetry": "not recorded",
        "Hours without data": "none between the first and the last request",
        "Price table": "not recorded: costs are taken as they stand",
        "Not recorded": (
            "teams, projects, time to first token, cached tokens, request status, sources of costs, "
            "sources of token counts, attempts"
        ),
    }
    assert "warn" not in {fact.level for fact in found.values()}


@pytest.mark.parametrize(("unpriced", "level"), [(20, "note"), (10, "warn")])
def test_unknown_prices_are_counted_and_worry_from_a_twentieth(tmp_path: Path, unpriced: int, level: str) -> None:
    path = written(tmp_path / "t.duckdb", requests=100, cost_estimated=f"if(i % {unpriced} = 0, null, 1.0)")
    fact = facts(path)["Requests without a known price"]
    assert fact.text.startswith(f"{100 // unpriced} ({100 // unpriced} %) with {100 // unpriced * 110:,} tokens")
    assert fact.level == level


def test_values_that_cannot_be_used_are_counted_by_column(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", latency_ms="if(i < 3, -1.0, 1.0)", request_id="'r' || greatest(i, 1)")
    found = facts(path)
    assert found["Values set aside: latency_ms"] == Fact(
        "Values set aside: latency_ms", "3 rows: negative or not a number, taken as not recorded", "warn"
    )
    assert found["Repeated request ids"].text.startswith("1 row repeats the")


def test_hours_without_a_request_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", requests=2, timestamp="timestamp '2026-10-01' + to_hours(i * 5)")
    assert facts(path)["Hours without data"].text == "4 of 6 between the first and the last request"


@pytest.mark.parametrize(
    ("dropped", "text", "level"),
    [
        (0, "none reported by the collector", "fine"),
        (2, "2 records dropped, 1 unreadable and kept in quarantine", "warn"),
    ],
)
def test_what_the_collector_lost_is_passed_on(tmp_path: Path, dropped: int, text: str, level: str) -> None:
    path = written(tmp_path / "t.duckdb", attempts=FINE)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "create table collector_health as select timestamp '2026-10-01' as timestamp, 48 as recorded, "
            f"{dropped} as dropped, {dropped // 2} as quarantined"
        )
    fact = facts(path)["Lost by telemetry"]
    assert (fact.text, fact.level) == (text, level)


def test_what_of_the_journal_could_not_be_read_is_on_the_page(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute(
            "create table unread_journal_entries as select '/j' as journal, unnest(['b.sealed', 'a.sealed']) as entry, "
            "'Permission denied' as reason, timestamp '2025-10-01' as since"
        )
    fact = facts(path)["Not readable in the journal"]
    assert fact.text == "2 entries, in no sum, when it was last loaded: a.sealed: Permission denied and 1 more"
    assert fact.level == "warn"


def test_price_tables_are_named_with_their_day(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", price_source="if(i < 40, 'genai-prices 0.2.3', 'finops.toml')")
    assert facts(path)["Price table"].text == (
        "genai-prices 0.2.3 of 10 Nov 2026 for 40 requests; finops.toml for 8 requests; "
        "list prices are those of each request's day, as far as the list has their history"
    )


def test_requests_without_an_answer_and_rows_without_a_time_are_accounted_for(tmp_path: Path) -> None:
    path = written(
        tmp_path / "t.duckdb",
        requests=100,
        status="if(i < 3, 'error', 'ok')",
        timestamp="if(i < 7, null, timestamp '2026-10-01' + to_minutes(i))",
        price_source="if(i < 20, null, 'finops.toml')",
    )
    found = facts(path)
    assert found["Rows read"].text == "100 rows of table telemetry, 93 of them in this period, 7 without a usable time"
    assert found["Price table"].text.endswith("for 80 requests; 13 requests without one: no known price, or no answer")
    assert found["Requests without an answer"].text == "none"


def test_requests_without_an_answer_are_no_part_of_times(tmp_path: Path) -> None:
    found = facts(written(tmp_path / "t.duckdb", requests=100, status="if(i < 3, 'error', 'ok')"))
    assert found["Requests without an answer"].text.startswith(
        "3 of 100: counted as requests, and in times if theirs is recorded, but not"
    )


@pytest.mark.parametrize(
    ("requests", "text", "level"),
    [
        (6, "12 for 6 requests; 6 of them failed", "fine"),
        (60, "12 for 60 requests; 6 of them failed. Not all are recorded: more may have failed", "warn"),
    ],
)
def test_attempts_are_counted_and_missing_ones_are_noticed(
    tmp_path: Path, requests: int, text: str, level: str
) -> None:
    fact = facts(written(tmp_path / "t.duckdb", requests=requests, attempts=FAILING))["Attempts"]
    assert fact.text.startswith(text)
    assert fact.level == level


def test_failed_attempts_of_unknown_cost_are_in_no_total(tmp_path: Path) -> None:
    unknown = "if(a = 2, 3.0, null) as cost_estimated, 'none' as usage_source"
    used = FAILING.replace("if(a = 2, 3.0, 0.0) as cost_estimated", unknown)
    assert facts(written(tmp_path / "t.duckdb", requests=6, attempts=used))["Attempts"].text == (
        "12 for 6 requests; 6 of them failed; what 6 failed attempts cost is unknown and in no total"
    )


def test_requests_recorded_as_free_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", cost_estimated="if(i < 5, 0.0, 1.0)", output_tokens="if(i = 0, 0, 10)")
    fact = facts(path)["Requests recorded as free"]
    assert fact.text.startswith("5 requests with 540 tokens, taken as free: the recorded cost is 0")
    assert fact.level == "note"


def test_a_cost_of_nothing_for_nothing_or_of_a_failed_request_is_no_free_request(tmp_path: Path) -> None:
    failed = written(tmp_path / "t.duckdb", cost_estimated="0.0", status="'error'")
    assert "Requests recorded as free" not in facts(failed)
    unused = written(tmp_path / "u.duckdb", cost_estimated="0.0", input_tokens="0", output_tokens="0")
    assert "Requests recorded as free" not in facts(unused)


def test_an_optional_column_of_a_strange_type_is_set_aside_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", team="['search']", ttft_ms="{'ms': 1}")
    found = facts(path)
    assert found["Values set aside: team"].text == "48 rows: not text, taken as not recorded"
    assert found["Values set aside: ttft_ms"].text == "48 rows: negative or not a number, taken as not recorded"


def test_a_foreign_table_called_attempts_is_named_and_attempts_are_not_recorded(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", attempts="select 'ada' as user_name, true as ok")
    found = facts(path)
    assert found["Not read"].text == (
        "table attempts: called as one of ours, but it has no timestamp, request_id, attempt, provider, outcome"
    )
    assert found["Not recorded"].text.endswith("attempts")


@pytest.mark.parametrize(("requests", "text"), [(48, "48 rows of table"), (1, "1 row of table")])
def test_one_row_is_no_plural(tmp_path: Path, requests: int, text: str) -> None:
    assert facts(written(tmp_path / "t.duckdb", requests=requests))["Rows read"].text.startswith(text)


def test_price_tables_beyond_the_first_are_counted_together(tmp_path: Path) -> None:
    path = written(tmp_path / "t.duckdb", price_source="'contract ' || least(i // 8, 5)")
    assert facts(path)["Price table"].text.endswith("contract 3 for 8 requests; 2 more for 16 requests")


def test_requests_priced_by_the_corrected_list_are_counted(tmp_path: Path) -> None:
    sources = "(['genai-prices 0.2.3, corrected 2026-11-27', 'charged by the provider'])[1 + i // 40]"
    assert facts(written(tmp_path / "t.duckdb", price_source=sources))["Price table"].text.startswith(
        "genai-prices 0.2.3 of 10 Nov 2026 with corrections of 27 Nov 2026 for 40 requests; "
        "charged by the provider for 8 requests"
    )
