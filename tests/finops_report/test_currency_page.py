"""A report in another currency uses it everywhere: page, charts, mail, archive; data have it beside US dollars."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import Run, figures_in

SETTINGS = """
[report]
currency = "EUR"
currency_rate = 0.5
currency_rate_source = "contract 7"
fiscal_year_start = 4
"""


@pytest.fixture
def euros(run: Run, month: Path) -> str:
    Path("finops.toml").write_text(SETTINGS, encoding="utf-8")
    result = run("build", "--db", month, "--out", "out/report.html")
    assert result.exit_code == 0, result.output
    return Path("out/report.html").read_text(encoding="utf-8")


def test_sentences_and_charts_have_no_dollar_but_tables_and_the_total_have_both(euros: str) -> None:
    shown = unescape(re.sub(r"<pre.*?</pre>|<script.*?</script>|<style>.*?</style>", "", euros, flags=re.DOTALL))
    total = re.search(r'<p class="amount">€([\d.,]+)</p>\s*<p class="in-usd">\$([\d.,]+) \(USD\)</p>', shown)
    assert total is not None
    assert float(total[2]) == pytest.approx(2 * float(total[1]), abs=0.02)
    for table in re.findall(r"<table>.*?</table>", shown, re.DOTALL):
        titles = re.findall(r"<th scope=col[^>]*>([^<]*)", table)
        assert titles
        assert [title.replace("EUR", "USD") for title in titles if "EUR" in title] == [
            title for title in titles if "USD" in title
        ]
    assert "$" not in re.sub(r"<table>.*?</table>", "", shown.replace(total[0], ""), flags=re.DOTALL)
    assert "0.5 to the US dollar (contract 7)" in shown
    assert "Spend (EUR)" in shown
    assert "FY2027" in shown


def test_page_and_live_charts_are_half_of_the_dollars(euros: str) -> None:
    document = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    total_usd = document["totals"]["cost_usd"]
    assert document["headline"]["total"] == f"€{total_usd / 2:,.2f}"
    assert document["currency"] == {"code": "EUR", "rate": "0.5", "source": "contract 7"}
    figures = figures_in(euros)
    assert sum(figures["spend_by_provider"]["data"][0]["x"]) == pytest.approx(total_usd / 2)
    assert figures["spend_over_time"]["layout"]["yaxis"]["tickprefix"] == "€"


def test_csv_and_json_carry_both_amounts_named(euros: str) -> None:
    document = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    totals, (first, *_) = document["totals"], document["views"]["spend_by_model"]
    assert totals["cost_eur"] == pytest.approx(totals["cost_usd"] / 2)
    assert first["cost_eur"] == pytest.approx(first["cost_usd"] / 2)
    names = [name for name in first if "usd" in name or "eur" in name]
    assert names[:4] == ["cost_usd", "cost_eur", "cost_per_request_usd", "cost_per_request_eur"]
    strategies = document["views"]["requests_by_strategy"]
    assert all("eur_per_million_tokens" in row for row in strategies)
    link = re.search(r'download="spend_by_model.csv" href="data:text/csv;charset=utf-8,([^"]+)"', euros)
    assert link is not None
    lines = unquote(link[1]).splitlines()
    columns, row = lines[0].split(","), lines[1].split(",")
    usd, eur = (Decimal(row[columns.index(name)]) for name in ("cost_usd", "cost_eur"))
    assert eur == usd / 2  # to the last digit
    assert re.search(rf"<td>€{eur:,.2f}\s*<", unescape(euros))


def test_mail_and_archive_use_it_too(euros: str, run: Run) -> None:
    addresses = ("--from", "finops@example.com", "--to", "finance@example.com")
    assert run("mail", "--report", "out/report.html", *addresses, "--dry-run", "mail.eml").exit_code == 0
    assert run("publish", "--report", "out/report.html", "--site", "site").exit_code == 0
    assert "€" in Path("site/index.html").read_text(encoding="utf-8")
    assert "$" not in re.sub(r"<style>.*?</style>", "", Path("site/index.html").read_text(encoding="utf-8"))


def test_a_fiscal_quarter_by_name(run: Run, month: Path) -> None:
    Path("finops.toml").write_text(SETTINGS, encoding="utf-8")
    assert run("build", "--db", month, "--quarter", "2027-Q3", "--out", "out/report.html").exit_code == 0
    period = json.loads(Path("out/report.json").read_text(encoding="utf-8"))["period"]
    assert (period["start"], period["end"], period["fiscal"]) == ("2026-10-01", "2026-12-31", "FY2027 Q3")
    refused = run("build", "--db", month, "--quarter", "2027-3")
    assert (refused.exit_code, "Not a quarter" in refused.output) == (1, True)
