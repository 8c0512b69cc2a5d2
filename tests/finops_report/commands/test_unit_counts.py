"""A company's own counts: read from the files that are named, and from nothing else."""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from finops_router.settings.units import UnitConfig

from finops_report.commands.unit_counts import unit_counts
from finops_report.errors import ConfigError
from finops_report.warehouse import UnitCount
from tests.conftest import Run

TICKETS = (UnitConfig("ticket", "tickets.csv"),)
HEADER = "date,name,quantity,team\n"


def write(folder: Path, text: str) -> Path:
    (folder / "tickets.csv").write_text(text, encoding="utf-8")
    return folder


def test_each_row_of_a_name_is_a_count(tmp_path: Path) -> None:
    write(tmp_path, f"\ufeff{HEADER}2026-10-01,ticket,12.5,support\n\n2026-10-02, ticket ,3,\n2026-10-02,call,9,\n")
    assert unit_counts(TICKETS, tmp_path).given == (
        UnitCount(date(2026, 10, 1), "ticket", Decimal("12.5"), "support"),
        UnitCount(date(2026, 10, 2), "ticket", Decimal(3), None),
    )


def test_columns_may_stand_in_any_order_and_a_team_may_lack(tmp_path: Path) -> None:
    write(tmp_path, "Quantity,DATE,name\n7,2026-10-01,ticket\n")
    assert unit_counts(TICKETS, tmp_path).given == (UnitCount(date(2026, 10, 1), "ticket", Decimal(7), None),)


def test_a_name_without_a_file_is_left_to_the_table(tmp_path: Path) -> None:
    found = unit_counts((UnitConfig("document"),), tmp_path)
    assert (found.given, found.in_table) == ((), ("document",))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "Columns are missing from {file}, line 1: date, name, quantity", "the first line names the columns"),
        ("date,name\n", "Columns are missing from {file}, line 1: quantity", "the first line"),
        ("date,name,quantity,teem\n", "Unknown column in {file}, line 1: teem", "did you mean team?"),
        ("date,name,quantity,date\n", "Column twice in {file}, line 1: date", ""),
        ("date;name;quantity\n", "Unknown column in {file}, line 1: date;name;quantity", ""),
        (f"{HEADER}2026-10-01,ticket,1\n", "Not as many values as columns in {file}, line 2: 3, not 4", "by commas"),
        (f"{HEADER}01.10.2026,ticket,1,\n", "Not a day in {file}, line 2: '01.10.2026'", "2026-10-01"),
        (f"{HEADER}20261001,ticket,1,\n", "Not a day in {file}, line 2: '20261001'", "2026-10-01"),
        (f"{HEADER}2026-10-01,ticket,many,\n", "Not a number in {file}, line 2: 'many'", "1234"),
        (f"{HEADER}2026-10-01,ticket,-1,\n", "Not a count in {file}, line 2: '-1'", "0 or more"),
        (f"{HEADER}2026-10-01,ticket,NaN,\n", "Not a count in {file}, line 2: 'NaN'", "0 or more"),
        (f"{HEADER}2026-10-01,,1,\n", "No name in {file}, line 2", "name what is counted"),
        (f'{HEADER}2026-10-01,"ticket,1,\n', "Not CSV: {file}, line 2", "separate values by commas"),
        (f"{HEADER}2026-10-01,tickets,1,\n", "Not counted in {file}: ticket", "did you mean tickets?"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        unit_counts(TICKETS, write(tmp_path, text))
    assert caught.value.message.startswith(message.format(file=tmp_path / "tickets.csv"))
    assert hint in caught.value.hint


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        unit_counts(TICKETS, tmp_path)
    os.mkfifo(tmp_path / "tickets.csv")  # opening it would wait for ever
    with pytest.raises(ConfigError, match="No such file"):
        unit_counts(TICKETS, tmp_path)


def outcomes(folder: Path) -> list[dict[str, Any]]:
    """Return what the page's report.json has of outcomes."""
    document = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = document["views"]["cost_per_outcome"]
    return rows


def test_outcomes_of_a_file_beside_the_settings_are_on_the_page(run: Run, month: Path, tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    write(tmp_path / "settings", f"{HEADER}2026-10-01,ticket,100,\n2026-10-03,ticket,50,\n2026-11-03,ticket,9,\n")
    (tmp_path / "settings" / "own.toml").write_text('[[units]]\nname = "ticket"\nfile = "tickets.csv"\n')
    built = run("build", "--db", month, "--config", "settings/own.toml", "--out", "out/report.html")
    assert built.exit_code == 0, built.output
    (row,) = outcomes(tmp_path)
    assert (row["name"], row["quantity"], row["days"], row["days_with_counts"]) == ("ticket", 150.0, 10, 2)
    assert row["cost_per_outcome_usd"] == pytest.approx(row["cost_usd"] / 150)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "2 of 10 days" in page
    asked = run("query", "cost_per_outcome", "--db", month, "--config", "settings/own.toml", "--format", "csv")
    assert asked.stdout.splitlines()[1].startswith("ticket,,2026-10-01,150,")


def test_what_an_outcome_costs_is_drawn_from_three_months_on(run: Run, month: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(month)) as con:
        con.execute(
            "insert into calls select timestamp - to_months(i) as timestamp, * exclude (timestamp, i) "
            "from calls, range(1, 3) earlier (i)"
        )
    write(tmp_path, f"{HEADER}2026-08-03,ticket,40,\n2026-09-03,ticket,50,\n2026-10-03,ticket,60,\n")
    (tmp_path / "own.toml").write_text('[[units]]\nname = "ticket"\nfile = "tickets.csv"\n')
    built = run("build", "--db", month, "--config", "own.toml", "--out", "out/report.html")
    assert built.exit_code == 0, built.output
    assert len(outcomes(tmp_path)) == 3
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Cost of one ticket" in page


def test_outcomes_of_the_table_are_read_if_the_settings_name_them(run: Run, month: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(month)) as con:
        con.execute("create table units as select date '2026-10-02' as date, 'ticket' as name, 40 as quantity")
        con.execute("insert into units values ('2026-10-02', 'document', 7), ('2026-10-02', 'ticket', -2)")
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    assert outcomes(tmp_path) == []
    Path("finops.toml").write_text('[[units]]\nname = "ticket"\ntable = "units"\n')
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    assert [(row["name"], row["quantity"]) for row in outcomes(tmp_path)] == [("ticket", 40.0)]
    assert "units.quantity" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_table_of_that_name_that_is_somebody_elses_is_not_read(run: Run, month: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(month)) as con:
        con.execute("create table units as select 'kg' as symbol")
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    assert "called as one of ours" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
