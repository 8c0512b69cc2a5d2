"""Guardrails on the page: what they decided, what was avoided, what nobody looked at, and what was outside policy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from finops_report.calendar.period import PeriodAsk
from finops_report.charts.colours import SERIES
from finops_report.commands.settings import read_settings
from finops_report.model import Report, Section
from finops_report.page.page import page
from finops_report.report import report
from finops_report.warehouse import Policy, PolicyExemption, ReadRequest, Waiting, read
from tests.finops_report.sections.conftest import chart_of, section_of, written

VIEW, OUTSIDE = "guardrail_decisions", "outside_policy"
EVENTS = """
create table guardrail_events as
select
    timestamp '2026-10-01' + to_hours(i) as timestamp, 'r' || i as request_id,
    if(i < 3, 'secrets', 'EU only') as guardrail, (['redacted', 'redacted', 'flagged', 'blocked'])[1 + i] as action,
    if(i = 0, null, 'search') as team,
    if(i = 3, null, 1.0) as cost_estimated, if(i = 3, 0.5, null) as cost_avoided
from range({number}) t (i)
"""


def made(folder: Path, events: int = 4, policies: tuple[Policy, ...] = (), **columns: str) -> Report:
    db = folder / "t.duckdb"
    written(db, **{"team": "if(i % 2 = 0, 'search', null)", **columns})  # type: ignore[arg-type] # texts alone
    with duckdb.connect(str(db)) as con:
        con.execute(EVENTS.replace("{number}", str(events)))
    now_us = 1_794_000_000_000_000
    request = ReadRequest(db, None, PeriodAsk(), now_us, Waiting(0, lambda: 0.0, lambda _: None), policies=policies)
    return report(read(request), "t")


def views(found: Report) -> set[str]:
    return {section.view for section in found.sections}


def test_decisions_are_counted_with_the_spend_they_concern(tmp_path: Path) -> None:
    section = section_of(made(tmp_path), VIEW)
    assert section.finding == "4 guardrail decisions: 2 redacted, 1 blocked and 1 flagged; $0.50 of spend avoided"
    assert section.table.rows == (
        ("EU only", "blocked", "search", "1", "", "$0.50", "0"),
        ("secrets", "flagged", "search", "1", "$1.00", "", "0"),
        ("secrets", "redacted", "not attributed", "1", "$1.00", "", "0"),
        ("secrets", "redacted", "search", "1", "$1.00", "", "0"),
    )
    assert section.table.total == ("Total", "", "", "4", "", "$0.50", "0")
    traces = chart_of(section, "guardrails_over_time").figure["data"]
    assert [(trace["name"], trace["y"]) for trace in traces] == [
        ("blocked", [1, 0]),
        ("redacted", [2, 0]),
        ("flagged", [1, 0]),
    ]
    assert traces[0]["marker"]["color"] == SERIES[6]
    assert section.how_to_read.endswith("Which requests guardrails looked at is not recorded.")


def test_what_no_guardrail_looked_at_is_said_with_its_cost(tmp_path: Path) -> None:
    section = section_of(made(tmp_path, guardrails="if(i % 2 = 0, 2, 0)"), VIEW)
    assert section.how_to_read.endswith("looked at 24 requests (50 %) for $24.00, by team: not attributed.")
    assert all(one.found == one.whole for one in section.adds_up)
    assert [one.figure for one in section.adds_up] == ["decisions", "requests"]


def test_if_all_were_looked_at_and_nothing_was_found_that_is_said(tmp_path: Path) -> None:
    section = section_of(made(tmp_path, events=0, guardrails="1"), VIEW)
    assert (section.finding, section.charts) == ("Guardrails objected to nothing", ())
    assert section.how_to_read.endswith("Guardrails looked at every request.")


def test_without_guardrails_the_page_has_nothing_of_them(tmp_path: Path) -> None:
    found = made(tmp_path, events=0)
    assert not {VIEW, OUTSIDE} & views(found)
    assert "Governance" not in page(found)


POLICIES = (
    Policy(
        guardrail="EU only",
        teams=("search",),
        models=("claude-*",),
        exemptions=(PolicyExemption(team="search", until=date(2026, 10, 1)),),
    ),
    Policy(guardrail="size", max_input_tokens=99),
)


def outside(folder: Path) -> Section:
    return section_of(made(folder, policies=POLICIES), OUTSIDE)


def test_requests_outside_policy_are_found_whoever_sent_them(tmp_path: Path) -> None:
    section = outside(tmp_path)
    assert section.finding == "48 requests for $48.00 outside 'size'; 1 more guardrail had some"
    assert section.table.rows == (
        ("EU only", "search", "OpenAI", "a", "24", "12", "$24.00", "0"),
        ("size", "not attributed", "OpenAI", "a", "24", "0", "$24.00", "0"),
        ("size", "search", "OpenAI", "a", "24", "0", "$24.00", "0"),
    )


def test_policies_are_those_guardrails_of_the_settings_that_telemetry_can_be_held_against(tmp_path: Path) -> None:
    file = tmp_path / "finops.toml"
    file.write_text(
        '[[guardrails]]\nname = "EU only"\nkind = "targets"\nteams = ["search"]\nmodels = ["claude-*"]\n'
        'exceptions = [{ team = "search", until = 2026-10-01, reason = "SEC-12" }]\n'
        '[[guardrails]]\nname = "keys"\nkind = "secrets"\n'
        '[[guardrails]]\nname = "size"\nkind = "tokens"\nmax_input_tokens = 99\n',
        encoding="utf-8",
    )
    assert read_settings(file).policies == POLICIES
