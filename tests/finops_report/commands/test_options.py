"""Options that several commands share are declared once and handed over as one value each."""

from __future__ import annotations

import ast
import inspect
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner
from finops_router.settings.report import ReportConfig

from finops_report import commands
from finops_report.cli import main
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import Output, PeriodOptions, Source
from finops_report.errors import ConfigError
from tests.conftest import Run

FOLDER = Path(inspect.getfile(commands)).parent
SHARED = (
    *("--db", "--table", "--patience", "--memory", "--time-limit", "--config"),
    *("--since", "--until", "--month", "--quarter", "--year"),
)


def option_names(path: Path) -> list[str]:
    """The names of all options declared in a file."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = [call.args[0] for call in calls if ast.unparse(call.func) == "click.option"]
    return [str(name.value) for name in names if isinstance(name, ast.Constant)]


def test_shared_options_are_declared_once() -> None:
    declared = [name for path in FOLDER.glob("*.py") for name in option_names(path)]
    assert {name: declared.count(name) for name in SHARED} == dict.fromkeys(SHARED, 1)


@pytest.mark.parametrize("name", main.commands)
def test_each_command_has_a_file_of_its_name_and_few_values(name: str) -> None:
    body = main.commands[name].callback
    assert body is not None
    assert body.__module__ == f"finops_report.commands.{name.replace('-', '_')}"
    assert len(inspect.signature(body).parameters) <= 6


class Place(NamedTuple):
    town: str
    street: str | None


def test_options_of_one_thing_come_as_one_value_in_the_order_of_the_help() -> None:
    seen: list[object] = []

    @click.command(cls=OrderedCommand)
    @click.option("--patience", "patience_s", type=float, default=1.0)
    @as_one_value("place", Place, click.option("--town", required=True), click.option("--street"))
    @click.option("--db")
    def command(place: Place, db: str | None, patience_s: float) -> None:
        seen.extend((place, db, patience_s))

    result = CliRunner().invoke(command, ["--town", "Ulm", "--db", "x"])
    assert result.exit_code == 0, result.output
    assert seen == [Place("Ulm", None), "x", 1.0]
    text = CliRunner().invoke(command, ["--help"]).stdout
    places = [text.index(name) for name in ("--db", "--town", "--street", "--patience", "--help")]
    assert places == sorted(places)
    assert CliRunner().invoke(command, []).exit_code == 2


def test_a_source_is_a_path_or_the_address_of_a_file() -> None:
    assert Source("telemetry.duckdb").path == Source("file://telemetry.duckdb").path == Path("telemetry.duckdb")
    with pytest.raises(ConfigError, match="postgresql"):
        _ = Source("postgresql://localhost/x").path


def test_figures_lie_beside_the_page_unless_asked_elsewhere() -> None:
    assert Output(Path("out/a.html"), None).figures == Path("out/a.json")
    assert Output(Path("out/a.html"), Path("b.json")).figures == Path("b.json")


def test_settings_fill_in_what_the_options_leave_open() -> None:
    settings = ReportConfig(timezone="Europe/Berlin", fiscal_year_start=4)
    open_ask = PeriodOptions(datetime(2026, 10, 1), None, None, None, None, None).ask(settings)
    assert (str(open_ask.since), open_ask.until, open_ask.timezone) == ("2026-10-01", None, "Europe/Berlin")
    named = PeriodOptions(None, None, None, "2027-Q1", None, "UTC").ask(settings)
    assert (named.quarter, named.timezone, named.fiscal_year_start) == ("2027-Q1", "UTC", 4)


@pytest.mark.parametrize("size", ["4GB", "500 mb", "1.5GiB"])
def test_memory_is_given_with_its_unit(run: Run, month: Path, size: str) -> None:
    assert run("query", "totals", "--db", month, "--memory", size).exit_code == 0


@pytest.mark.parametrize("size", ["4", "GB", "-1GB", "80%", "1e9GB", "4GB; drop table x", ""])
def test_memory_without_a_unit_is_a_usage_error(run: Run, month: Path, size: str) -> None:
    assert run("query", "totals", "--db", month, "--memory", size).exit_code == 2


def test_limits_reach_the_reading(run: Run, month: Path) -> None:
    result = run("build", "--db", month, "--time-limit", "0.000001", "--patience", "0")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: The telemetry could not be read within")
    assert not Path("output").exists()


@pytest.mark.parametrize("where", ["-", "", " "])
@pytest.mark.parametrize(
    "command",
    [
        ("statement", "--out"),
        ("publish", "--site"),
        ("alert", "--log"),
        ("mail", "--to", "a@example.com", "--from", "f@example.com", "--sent-log"),
    ],
    ids=lambda command: " ".join((command[0], command[-1])),
)
def test_what_is_kept_for_another_time_has_a_name(run: Run, command: tuple[str, ...], where: str) -> None:
    done = run(*command, where)
    assert done.exit_code == 2
    assert "keeps nothing" in done.output if where == "-" else "cannot be empty" in done.output
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    "link", ["", "x", "javascript:alert(1)", "https://[x", "https://u:p@example.com/", 'https://x/"><']
)
def test_a_link_in_a_mail_is_an_address_of_the_web(run: Run, link: str) -> None:
    done = run("mail", "--to", "a@example.com", "--from", "f@example.com", "--link", link)
    assert done.exit_code == 2
    assert "is no address" in done.output


@pytest.mark.parametrize("number", ["nan", "-nan", "inf", "1e999"])
@pytest.mark.parametrize(
    "command",
    [
        ("check", "--max-unpriced"),
        ("build", "--patience"),
        ("mail", "--to", "a@example.com", "--from", "f@example.com", "--max-attachment-mb"),
    ],
    ids=lambda command: command[0],
)
def test_what_is_no_number_is_within_no_bounds(run: Run, command: tuple[str, ...], number: str) -> None:
    assert run(*command, number).exit_code == 2
