"""`finops-report keys`: made, listed, rotated and revoked, each change with one line and no secret left behind."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from finops_router.gateway.keys import KeyRefused, Keys, KeyStore
from finops_router.gateway.state.sqlite import SqliteState

from finops_report.cli import main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def keys(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["keys", *arguments])
    assert result.exit_code == code, result.output
    return result


def opens(secret: str) -> str | None:
    """The id of the key that a secret opens."""
    state = SqliteState(Path("finops-gateway/state.sqlite"))
    known = Keys(KeyStore(state, bytes))
    known.close()
    try:
        return known.find(secret, time.time_ns() // 1000).id
    except KeyRefused:
        return None
    finally:
        state.close()


BUDGETS = ("--budget", "2.5/day", "--budget", "50/month")


def test_a_key_from_its_making_to_its_end() -> None:
    added = keys(
        "add", "checkout", "--team", "search", "--group", "chat", "--budget", "2.5/day", "--budget", "50/month"
    )
    secret = added.stdout.strip()
    (listed,) = json.loads(keys("list", "--format", "json").stdout)
    assert opens(secret) == listed["id"]
    assert (listed["team"], listed["groups"], listed["state"], listed["secrets"]) == ("search", ["chat"], "active", 1)
    assert listed["budgets"] == [{"amount_usd": "2.5", "period": "day"}, {"amount_usd": "50", "period": "month"}]
    assert listed["id"] in added.stderr
    renewed = keys("rotate", "checkout", "--grace", "0").stdout.strip()
    assert (opens(secret), opens(renewed)) == (None, listed["id"])
    keys("revoke", listed["id"])
    assert opens(renewed) is None
    table = keys("list").stdout
    assert "revoked" in table
    for one in (secret, renewed):
        assert one not in table


def test_a_table_of_keys_says_what_each_may_do() -> None:
    assert keys("list").stdout == "no keys yet: make one with finops-report keys add NAME\n"
    keys("add", "a\x1b[2Jb", "--requests-per-minute", "60", "--concurrency", "4", "--expires", "2999-01-01")
    heading, line = keys("list").stdout.splitlines()
    assert heading.split() == ["id", "name", "team", "project", "works", "groups", "limits", "budgets"]
    assert line.endswith("-     -        until 2999-01-01  all     60 requests/min, 4 at once  none")
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("add", " "), "error: A key needs a name"),
        (("add", "a", "--expires", "2020-01-01"), "error: The key would not work any more"),
        (("add", "a", "--budget", "1/day", "--budget", "2/day"), "error: Two budgets for one kind of period"),
        (("rotate", "a"), "error: No such key: a"),
        (("revoke", "a"), "error: No such key: a"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_hint(arguments: tuple[str, ...], complaint: str) -> None:
    lines = keys(*arguments, code=1).stderr.splitlines()
    assert lines[0] == complaint
    assert lines[1].startswith("hint: ")


@pytest.mark.parametrize("budget", ["5", "5/moth", "0/day", "-1/day", "nan/day", "1e9/day"])
def test_a_budget_is_dollars_a_period(budget: str) -> None:
    assert "is no budget" in keys("add", "a", "--budget", budget, code=2).stderr


def test_a_state_that_cannot_be_opened_is_an_error_that_explains_itself(tmp_path: Path) -> None:
    Path("finops-gateway").mkdir()
    Path("finops-gateway/state.sqlite").write_bytes(b"no database" * 1000)
    result = keys("list", code=1)
    assert result.stderr.startswith("error: The gateway's state cannot be used: finops-gateway/state.sqlite: ")
    Path("finops.toml").write_text('[gateway]\nstate = "mysql://db"\n')
    assert "[gateway]" not in keys("list", code=1).stderr.splitlines()[0]
