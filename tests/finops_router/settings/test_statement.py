"""[statement]: each rule and payer is read, and what cannot be used is named with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read
from finops_router.settings.statement import Payer, StatementConfig


def stated(tmp_path: Path, text: str) -> StatementConfig:
    path = tmp_path / "finops.toml"
    path.write_text(text)
    return read(path).statement


def test_everything_can_be_set(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        [statement]
        shared_rule = "fixed"
        shared_teams = ["platform"]
        fixed_shares = { search = 0.1, legal = 0.9 }
        number_prefix = "AI/2026"
        [statement.teams.search]
        owner = "Ada"
        cost_centre = "CC-100"
        """,
    )
    assert found == StatementConfig(
        "fixed",
        frozenset(["platform"]),
        {"search": Decimal("0.1"), "legal": Decimal("0.9")},
        "AI/2026",
        {"search": Payer("Ada", "CC-100")},
    )


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    assert stated(tmp_path, "") == StatementConfig()


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ('[statement]\nshared_rule = "by magic"', "line 2: statement.shared_rule", "known are: shown, by spend"),
        ("[statement]\nshared_teams = 7", "line 2: statement.shared_teams", "a list of texts"),
        ('[statement]\nshared_rule = "fixed"', "statement.fixed_shares", "add up"),
        ("[statement]\nfixed_shares = { a = 0.6, b = 0.5 }", "line 2: statement.fixed_shares", "add up"),
        ("[statement]\nfixed_shares = { a = -1, b = 2 }", "line 2: statement.fixed_shares.a", "from 0 to 1"),
        ('[statement]\nnumber_prefix = "a b"', "line 2: statement.number_prefix", "up to 20 letters"),
        ("[statement.teams.x]\nowners = 1", "line 2: statement.teams.x.owners", "did you mean owner"),
        ("[statement.teams]\nx = 1", "line 2: statement.teams.x", "write it as"),
        ("[statment]", "statment", "did you mean statement"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path: Path, text: str, complaint: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        stated(tmp_path, text)
    assert complaint in str(raised.value)
    assert hint in (raised.value.hint or "")
