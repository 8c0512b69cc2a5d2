"""The [[budgets]] of finops.toml."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.budgets import KEYS, BudgetConfig
from finops_router.settings.lines import lines_of
from finops_router.settings.reader import read, read_whole

ROOT = Path(__file__).parents[3]
WHOLE = """[[budgets]]
name = "All"
amount = 100.50
period = "month"

[[budgets]]
name = "Search"
amount = 7
period = "week"
team = " search "
tag = { feature = "autocomplete" }
owner = "Ada"
cost_centre = "4100"
thresholds = [1, 0.5, 0.8, 0.5]
forecast_thresholds = []
"""


def test_a_budget_needs_a_name_an_amount_and_a_period() -> None:
    assert read_whole(WHOLE, "f.toml").budgets == (
        BudgetConfig(name="All", amount=Decimal("100.50"), period="month"),
        BudgetConfig(
            name="Search",
            amount=Decimal(7),
            period="week",
            team="search",
            tag=("feature", "autocomplete"),
            owner="Ada",
            cost_centre="4100",
            thresholds=(0.5, 0.8, 1.0),
            forecast_thresholds=(),
        ),
    )
    assert read(None).budgets == ()


@pytest.mark.parametrize(
    ("line", "text", "message", "hint"),
    [
        (2, "nam = 'All'", "Unknown key in f.toml, line 2: budgets[0].nam", "did you mean name?"),
        (2, "", "Missing key in f.toml, line 1: budgets[0].name", "give a text in quotes"),
        (2, "name = ' '", "Value cannot be used in f.toml, line 2: budgets[0].name = ' '", "give a text in quotes"),
        (7, "name = 'All'", "Two budgets of one name in f.toml, line 7: All", "give each a name of its own"),
        (3, "", "Missing key in f.toml, line 1: budgets[0].amount", "give an amount above 0"),
        (3, "amount = -5", "f.toml, line 3: budgets[0].amount = -5", "give an amount above 0"),
        (3, "amount = 0", "f.toml, line 3: budgets[0].amount = 0", "give an amount above 0"),
        (3, "amount = nan", "f.toml, line 3: budgets[0].amount = NaN", "give an amount above 0"),
        (3, "amount = '5'", "f.toml, line 3: budgets[0].amount = '5'", "give an amount above 0"),
        (3, "amount = 1e-13", "f.toml, line 3: budgets[0].amount = 1E-13", "give an amount above 0"),
        (4, "period = 'fortnight'", "f.toml, line 4: budgets[0].period = 'fortnight'", "write one of: day, week"),
        (4, "", "Missing key in f.toml, line 1: budgets[0].period", "write one of: day, week"),
        (10, "team = ''", "f.toml, line 10: budgets[1].team = ''", "give a text in quotes"),
        (10, "team = 5", "f.toml, line 10: budgets[1].team = 5", "give a text in quotes"),
        (11, "tag = {}", "Not one tag in f.toml, line 11: budgets[1].tag = {}", "name one key and its value"),
        (11, "tag = { a = 'b', c = 'd' }", "Not one tag in f.toml, line 11", "name one key and its value"),
        (11, "tag = { a = '' }", "f.toml, line 11: budgets[1].tag.a = ''", "give a text in quotes"),
        (11, "tag = 'a'", "Not a table in f.toml, line 11: budgets[1].tag", "write it as [budgets[1].tag]"),
        (12, "owner = 7", "Not a text in f.toml, line 12: budgets[1].owner = 7", "put the value in quotes"),
        (12, "currency = 'EUR'", "f.toml, line 12: budgets[1].currency = 'EUR'", "write that of the report: USD"),
        (14, "thresholds = 0.5", "Not shares in f.toml, line 14: budgets[1].thresholds = ", "give a list of shares"),
        (14, "thresholds = [0]", "Not shares in f.toml, line 14: budgets[1].thresholds = [0]", "give a list of shares"),
        (14, "thresholds = [80]", "Not shares in f.toml, line 14: budgets[1].thresholds = [80]", "up to 10"),
        (15, "forecast_thresholds = [true]", "Not shares in f.toml, line 15", "give a list of shares"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line_and_the_way_out(
    line: int, text: str, message: str, hint: str
) -> None:
    lines = WHOLE.split("\n")
    lines[line - 1] = text
    with pytest.raises(ConfigError) as caught:
        read_whole("\n".join(lines), "f.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_budgets_are_in_the_currency_of_the_report() -> None:
    euros = '[report]\ncurrency = "EUR"\ncurrency_rate = 0.9\n'
    assert len(read_whole(euros + WHOLE, "f.toml").budgets) == 2
    assert len(read_whole(euros + WHOLE + 'currency = "EUR"\n', "f.toml").budgets) == 2
    with pytest.raises(ConfigError, match=r"Not the report.s currency in f\.toml, line 19"):
        read_whole(euros + WHOLE + 'currency = "USD"\n', "f.toml")


def test_a_single_table_is_no_list_of_budgets() -> None:
    with pytest.raises(ConfigError) as caught:
        read_whole('[budgets]\nname = "All"\n', "f.toml")
    assert caught.value.hint == "write it as [[budgets]]"


def test_the_example_shows_every_key() -> None:
    text = (ROOT / "finops.example.toml").read_text(encoding="utf-8")
    assert set(KEYS) <= {name.rpartition(".")[2] for name in lines_of(text) if name.startswith("budgets")}
    assert len(read(ROOT / "finops.example.toml").budgets) == 2
