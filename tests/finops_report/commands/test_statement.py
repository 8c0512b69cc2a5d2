"""Statements add up to the report to the last cent, and replace nothing that is not theirs."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.conftest import NINE, Run
from tests.extended import extended

TEAMS = ("search", "legal", "=cmd|' /c calc'!A1", "Größe <b>")


@pytest.fixture
def teams(tmp_path: Path) -> Path:
    """October with four teams, no team at all, unpriced requests, and amounts of a third of a cent."""
    path = tmp_path / "teams.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table calls ({NINE}, team varchar, project varchar, environment varchar)")
        con.execute(
            """
            insert into calls
            select
                timestamp '2026-10-01' + to_minutes(i * 11), 'r' || i, 'fixed', (['openai', 'anthropic'])[1 + i % 2],
                'm' || i % 3, 100, 10, case when i % 97 <> 5 then (1 + i % 7) / 300.0 end, 500.0,
                ($teams)[1 + i % 6], case when i % 4 = 0 then 'ranking' end, (['prod', 'dev'])[1 + i % 2]
            from range(4000) t (i)
            """,
            {"teams": [*TEAMS, None, None]},
        )
    return path


def settings(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


def rows(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")):
        found += csv.DictReader(io.StringIO(path.read_bytes().decode()))
    return found


def report_total(run: Run, db: Path, config: Path, tmp_path: Path) -> Decimal:
    assert (
        run("build", "--db", db, "--month", "2026-10", "--config", config, "--out", tmp_path / "r.html").exit_code == 0
    )
    document = json.loads((tmp_path / "r.json").read_text())
    return Decimal(document["totals"]["cost_usd"]) * Decimal(document["currency"]["rate"])


EURO = '[report]\ncurrency = "EUR"\ncurrency_rate = 0.9137\n'
YEN = '[report]\ncurrency = "JPY"\ncurrency_rate = 151.3\n'


@pytest.mark.parametrize(
    ("rule", "money"),
    [
        *(("shown", ""), ("by spend", EURO), ("by requests", YEN), ("evenly", "")),
        *(extended(rule, "") for rule in ("by spend", "by requests")),
        *(extended(rule, EURO) for rule in ("shown", "by requests", "evenly")),
        *(extended(rule, YEN) for rule in ("shown", "by spend", "evenly")),
    ],
)
def test_statements_add_up_to_the_report_to_the_last_cent(
    run: Run, teams: Path, tmp_path: Path, money: str, rule: str
) -> None:
    config = settings(tmp_path, f'{money}[statement]\nshared_rule = "{rule}"\nshared_teams = ["legal"]\n')
    out = tmp_path / "out"
    result = run("statement", "--db", teams, "--month", "2026-10", "--config", config, "--out", out)
    assert result.exit_code == 0, result.output
    total = sum(Decimal(row["amount"]) for row in rows(out))
    step = Decimal(1) if "JPY" in money else Decimal("0.01")
    assert total == report_total(run, teams, config, tmp_path).quantize(step)
    assert sum(int(row["requests"] or 0) for row in rows(out)) == (
        4000 if rule == "shown" else 4000 - 4000 // 6 * 3 - 1
    )
    assert len(list(out.glob("*.html"))) == (5 if rule == "shown" else 3)


def test_page_csv_and_workbook_have_the_same_amounts(run: Run, teams: Path, tmp_path: Path) -> None:
    config, out = settings(tmp_path, EURO), tmp_path / "out"
    assert run("statement", "--db", teams, "--month", "2026-10", "--config", config, "--out", out).exit_code == 0
    book = openpyxl.load_workbook(out / "2026-10-statements.xlsx")
    head, *totals = book["Statements"].iter_rows(values_only=True)
    owed = {row[head.index("number")]: Decimal(str(row[head.index("total")])) for row in totals}
    of_csv: dict[str, Decimal] = {}
    for row in rows(out):
        of_csv[row["number"]] = of_csv.get(row["number"], Decimal(0)) + Decimal(row["amount"])
    assert owed == of_csv
    for page in out.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        number, total = re.findall(r"<title>(.*?):", text)[0], re.findall(r'class="amount">€([0-9.,]+)', text)[0]
        assert Decimal(total.replace(",", "")) == owed[number]
    assert len(list(book["Items"].iter_rows())) == len(rows(out)) + 1


def test_names_from_data_are_neither_markup_nor_formulas(run: Run, teams: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("statement", "--db", teams, "--month", "2026-10", "--out", out).exit_code == 0
    pages = "".join(page.read_text(encoding="utf-8") for page in out.glob("*.html"))
    assert "<b>" not in pages
    assert "Größe &lt;b&gt;" in pages
    assert "default-src &#39;none&#39;" in pages
    assert any(row["account"].startswith("'=cmd") for row in rows(out))
    sheet = openpyxl.load_workbook(out / "2026-10-statements.xlsx")["Statements"]
    assert {cell.data_type for (cell,) in sheet.iter_rows(min_col=2, max_col=2)} == {"s"}


def test_the_same_statement_has_the_same_number_and_bytes(run: Run, teams: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second, second):
        assert run("statement", "--db", teams, "--month", "2026-10", "--out", out).exit_code == 0
    contents = {path.name: path.read_bytes() for path in first.iterdir()}
    assert contents == {path.name: path.read_bytes() for path in second.iterdir()}
    assert {"2026-10-search.html", "2026-10-legal.csv"} <= set(contents)


def test_owners_and_cost_centres_stand_on_the_document(run: Run, teams: Path, tmp_path: Path) -> None:
    config = settings(
        tmp_path,
        '[statement]\nnumber_prefix = "AI"\n[statement.teams.search]\nowner = "Ada"\ncost_centre = "CC 100"\n'
        '[statement.teams.legal]\nowner = "Bo"\ncost_centre = "CC 100"\n',
    )
    by_team, by_centre = tmp_path / "teams", tmp_path / "centres"
    asked = ("statement", "--db", teams, "--month", "2026-10", "--config", config)
    result = run(*asked, "--out", by_team)
    assert "AI-2026-10-SEARCH: search: $" in result.stdout
    assert run(*asked, "--by", "cost-centre", "--out", by_centre).exit_code == 0
    assert {(row["owner"], row["cost_centre"]) for row in rows(by_team) if row["team"] == "search"} == {
        ("Ada", "CC 100")
    }
    centre = {row["owner"] for row in rows(by_centre) if row["account"] == "CC 100"}
    assert centre == {"Bo and Ada"}
    assert {row["team"] for row in rows(by_centre) if row["account"] == "CC 100"} == {"legal", "search"}


@pytest.mark.parametrize("name", ["2026-10-search.html", "2026-10-legal.csv", "2026-10-statements.xlsx"])
def test_a_file_of_somebody_else_is_left_alone_and_nothing_is_half_written(
    run: Run, teams: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("my notes")
    result = run("statement", "--db", teams, "--month", "2026-10", "--out", out)
    assert result.exit_code == 1
    assert "none of ours" in result.stderr
    assert [path.read_text() for path in out.iterdir()] == ["my notes"]


def test_a_period_without_data_is_an_error(run: Run, teams: Path, tmp_path: Path) -> None:
    result = run("statement", "--db", teams, "--month", "2025-10", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: Nothing is recorded for 1–31 Oct 2025")
    assert not (tmp_path / "out").exists()


def test_a_stretch_longer_than_the_history_is_refused(run: Run, tmp_path: Path, nine_of_years: Path) -> None:
    result = run(
        "statement", "--db", nine_of_years, "--since", "2024-01-01", "--until", "2026-10-31", "--out", tmp_path / "o"
    )
    assert result.exit_code == 1
    assert "error: A statement covers at most the month it ends in and the twelve before it" in result.stderr


@pytest.fixture
def nine_of_years(tmp_path: Path) -> Path:
    path = tmp_path / "years.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"create table calls ({NINE})")
        con.execute(
            """
            insert into calls select timestamp '2024-01-01' + to_days(i), 'r' || i, 'f', 'openai', 'm', 1, 1, 0.01, 5.0
            from range(1030) t (i)
            """
        )
    return path


def test_without_teams_all_is_one_statement(run: Run, nine_of_years: Path, tmp_path: Path) -> None:
    asked = ("statement", "--db", nine_of_years, "--month", "2026-09", "--out", tmp_path / "o")
    result = run(*asked)
    assert result.exit_code == 0
    assert re.match(r"LLM-2026-09-NOT-ALLOCATED-[0-9a-f]{6}: Not allocated: \$0\.30\ntotal: \$0\.30\n", result.stdout)


def test_statements_are_in_the_locale_and_on_the_paper_of_the_settings(run: Run, teams: Path, tmp_path: Path) -> None:
    config = settings(tmp_path, '[report]\nlocale = "de"\npaper = "A4"\ncurrency = "EUR"\ncurrency_rate = 1\n')
    asked = ("statement", "--db", teams, "--month", "2026-10", "--out", tmp_path / "de", "--config", config)
    result = run(*asked)
    assert result.exit_code == 0, result.output
    assert re.search(r"total: \d+,\d\d €", result.output)
    for path in (tmp_path / "de").glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "1.–31.\N{NO-BREAK SPACE}Okt. 2026" in page
        assert re.search(r"\d,\d\d\N{NO-BREAK SPACE}€", page)
        assert "@page{size:A4}" in page
    assert "," not in rows(tmp_path / "de")[0]["amount"]


def test_a_period_that_is_not_over_has_preliminary_statements_with_numbers_of_their_own(run: Run, teams: Path) -> None:
    # The tests' clock stands at 6 November 2026: October is over, the year is not.
    for name, number in (("--month=2026-10", "LLM-2026-10-SEARCH"), ("--year=2026", "LLM-20260101-20261231-SEARCH")):
        assert run("statement", "--db", teams, name, "--out", "st").exit_code == 0
        (page,) = (path for path in Path("st").glob("*-search.html") if number.lower() in f"llm-{path.stem}")
        text, is_over = page.read_text("utf-8"), name == "--month=2026-10"
        assert f"<dd>{number}{'' if is_over else '-PRELIMINARY'}</dd>" in text
        assert ("Preliminary statement" in text, "The period is not over" in text) == (not is_over, not is_over)


def test_a_day_without_data_of_a_period_that_is_over_is_named(run: Run, teams: Path) -> None:
    assert (
        run("statement", "--db", teams, "--since", "2026-10-01", "--until", "2026-11-03", "--out", "st").exit_code == 0
    )
    assert "Not everything is recorded" in next(Path("st").glob("*-search.html")).read_text("utf-8")
