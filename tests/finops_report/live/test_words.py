"""The page says its figures in the words of the report, in its currency; names from data are text and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from finops_report.live import drawing
from finops_report.live.health import RULE
from finops_report.live.plan import Plan
from finops_report.live.words import Words, words
from finops_report.page.csp import csp_hash
from finops_report.wording.currency import Currency
from tests.finops_report.live.telemetry import NOON_US, Telemetry, budget, plan

DAY = 24 * 60


def said(telemetry: Telemetry, shown: Plan) -> Words:
    return words(shown, shown.moments(NOON_US), shown.spans(NOON_US), telemetry.read(shown))


def test_money_is_in_the_currency_of_the_report_with_us_dollars_beside_it(telemetry: Telemetry) -> None:
    telemetry.request(1, 3.0)
    telemetry.request(DAY + 1, 2.0)
    today = said(telemetry, plan(currency=Currency("EUR", Decimal("0.5"), "bank"))).today
    assert (today.amount, today.in_usd) == ("€1.50", "$3.00")
    assert today.change == "+50 % against yesterday by this time, €1.00"


def test_it_says_what_is_not_known(telemetry: Telemetry) -> None:
    telemetry.request(1, None)
    today = said(telemetry, plan()).today
    assert (today.amount, today.unknown) == ("not known", "plus 1 request without a known price")
    assert today.change == "no request yesterday by this time"


def test_the_gravest_budgets_come_first_and_the_rest_is_counted(telemetry: Telemetry) -> None:
    telemetry.request(1, 3.0, team="search", tags={"feature": "chat"})
    budgets = [budget(f"b{number}", "100") for number in range(7)]
    budgets += [budget("Day", "2", period="day"), budget("Chat", "5", tag_key="feature", tag_value="chat")]
    found = said(telemetry, plan(budgets=tuple(budgets)))
    assert [(one.name, one.state) for one in found.budgets[:2]] == [("Day", "breached"), ("b0", "within")]
    assert found.budgets[0].used == "$3.00 of $2.00"
    assert found.budgets[0].so_far == "150 % used, 50 % of 28 Nov 2026 passed"
    assert found.other_budgets == "and 3 more: within"


@pytest.mark.parametrize(
    ("share", "word"), [(None, "no traffic"), (0.0, "healthy"), (0.05, "some failures"), (0.5, "failing")]
)
def test_health_is_a_word(share: float | None, word: str) -> None:
    assert RULE.word(share)[0] == word


def test_providers_that_may_be_asked_are_shown_without_traffic_the_worst_first(telemetry: Telemetry) -> None:
    telemetry.tries(1, "a", ("openai", "error", "server_error"), ("anthropic", "ok", None))
    found = said(telemetry, plan(providers=("groq", "openai"))).health
    assert [(one.provider, one.word) for one in found] == [
        ("OpenAI", "failing"), ("Anthropic", "healthy"), ("Groq", "no traffic"),
    ]  # fmt: skip


def test_names_from_data_are_text(telemetry: Telemetry) -> None:
    evil = "<img src=x onerror=alert(1)>"
    telemetry.request(1, 3.0, provider=evil, model=evil)
    telemetry.tries(1, "a", (evil, "error", evil), ("b", "ok", None))
    html = drawing.figures(said(telemetry, plan(budgets=(budget(evil),), providers=(evil,))))
    assert "<img" not in html
    assert "&lt;img" in html


def test_an_empty_day_says_what_to_do(telemetry: Telemetry) -> None:
    html = drawing.figures(said(telemetry, plan(providers=("openai",))))
    for text in ("$0.00", "No spend yet today", "No budgets are set", "No traffic", "None in the last 24 hours"):
        assert text in html


def test_a_team_without_a_budget_is_told_of_its_own_not_that_there_are_none(telemetry: Telemetry) -> None:
    html = drawing.figures(said(telemetry, plan(budgets=(budget(),)).of_team("search")))
    assert "No budget of this team alone is set: one has" in html
    assert "No budgets are set" not in html


def test_the_policy_allows_this_script_and_this_style_and_nothing_inline(telemetry: Telemetry) -> None:
    telemetry.request(1, 3.0)
    page = drawing.frame(plan())
    html = page.html.replace(drawing.PLACE, drawing.figures(said(telemetry, plan(budgets=(budget(),)))))
    (script,), (style,) = (re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL) for tag in ("script", "style"))
    for policy in (page.policy, re.findall(r'Policy" content="([^"]+)"', html)[0].replace("&#39;", "'")):
        assert f"script-src {csp_hash(script)};" in policy
        assert f"style-src {csp_hash(style)};" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert not re.search(r"<[^>]*\s(style|on\w+)=", html)
    assert page.html.count(drawing.PLACE) == 1
