"""An error of either half ends as one `error:` line, one `hint:` line and exit code 1."""

from __future__ import annotations

from pathlib import Path

import click
import finops_router
import pytest
from click.testing import CliRunner
from finops_router.errors import RouterError

from finops_report import errors
from finops_report.cli import Commands
from tests.conftest import Run, call, write_table


def failing(error: Exception) -> click.Group:
    @click.group(cls=Commands)
    def main() -> None:
        """A group with one command that fails."""

    @main.command()
    def fail() -> None:
        raise error

    return main


@pytest.mark.parametrize(
    "error",
    [
        errors.ConfigError("It cannot be\nused", "mend  it"),
        errors.DatabaseError("It cannot be used", "mend it"),
        finops_router.ConfigError("It cannot be used", "mend it"),
        finops_router.NoTargetFits("It cannot be used", "mend it", ()),
    ],
    ids=lambda error: f"{type(error).__module__}.{type(error).__name__}",
)
def test_both_trees_of_errors_end_alike(error: Exception) -> None:
    result = CliRunner().invoke(failing(error), ["fail"])
    assert result.exit_code == 1
    assert result.stderr == "error: It cannot be used\nhint: mend it\n"
    assert result.stdout == ""


def test_the_roots_of_both_trees_explain_themselves() -> None:
    assert isinstance(errors.FinopsError("what", "how"), errors.Explained)
    assert isinstance(RouterError("what", "how"), errors.Explained)


def test_nothing_else_is_caught() -> None:
    result = CliRunner().invoke(failing(ValueError("a fault of ours")), ["fail"])
    assert isinstance(result.exception, ValueError)
    assert "hint:" not in result.output


@pytest.mark.parametrize("command", [("build",), ("query", "total_spend")])
@pytest.mark.parametrize(
    ("content", "error", "hint"),
    [
        ('[reprot]\ncurrency = "EUR"\n', "Unknown table in finops.toml, line 1: reprot", "did you mean report?"),
        ("[routr]\ndeadline_s = 1\n", "Unknown table in finops.toml, line 1: routr", "did you mean router?"),
        (
            "[router]\ndeadlin_s = 1\n",
            "Unknown key in finops.toml, line 2: router.deadlin_s",
            "did you mean deadline_s?",
        ),
        ("[report]\ntitle = 3\n", "Not a text in finops.toml, line 2: report.title = 3", "put the value in quotes"),
    ],
)
def test_commands_refuse_what_finops_toml_does_not_know(
    run: Run, tmp_path: Path, command: tuple[str, ...], content: str, error: str, hint: str
) -> None:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    (tmp_path / "finops.toml").write_text(content, encoding="utf-8")
    result = run(*command)
    assert result.exit_code == 1
    assert result.stderr == f"error: {error}\nhint: {hint}\n"
    assert not (tmp_path / "output").exists()
