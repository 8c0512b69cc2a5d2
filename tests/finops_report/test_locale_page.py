"""A report in another locale is so everywhere: page, charts, hover labels, mail, archive; data stay for machines."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, figures_in
from tests.extended import extended

CODE = re.compile(r"<(pre|script|style)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
# Names that have a number in English form, in every locale: models, versions.
NAMES = re.compile(r"gemini-2\.5-flash|(?:finops-report|plotly\.js|genai-prices) \d+(?:\.\d+)+")
ENGLISH_DATE = re.compile(r"\b\d{1,2} (?:Oct|Nov) 2026|\b(?:October|November) 2026")
# A point before decimals, and a comma before thousands; 0,123 is a decimal of three digits.
ENGLISH_NUMBER = re.compile(r"\d\.\d|[1-9]\d*,\d{3}(?!\d)")
GERMAN = re.compile(r"\d,\d+\N{NO-BREAK SPACE}€|\d\.\d{3}")
LOCALES = pytest.mark.parametrize("locale", ["de", extended("fr"), extended("pt-BR")])
Build = Callable[..., str]


@pytest.fixture
def build(run: Run, month: Path) -> Build:
    """Build the page with these settings and return it."""

    def built(**settings: str) -> str:
        lines = [f'{key} = "{value}"' for key, value in settings.items()]
        Path("finops.toml").write_text("\n".join(["[report]", *lines, "currency_rate = 0.92"]), encoding="utf-8")
        result = run("build", "--db", month, "--out", "out/report.html")
        assert result.exit_code == 0, result.output
        return Path("out/report.html").read_text(encoding="utf-8")

    return built


def words(page: str) -> str:
    """Return all that is written on the page: its texts and those of its pictures, without code."""
    shown = NAMES.sub("NAME", unescape(TAG.sub("\n", CODE.sub("", page))))
    assert len(shown) > 5000
    return shown


def texts(value: Any) -> Iterator[str]:
    """Yield every text of the live charts but names of parts of a figure, colours and dates that nobody sees."""
    if isinstance(value, str):
        yield NAMES.sub("NAME", value)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)


def english(text: str) -> list[str]:
    """Return the numbers and dates of a text that are in English form; a point may part thousands elsewhere."""
    ungrouped = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text)
    return [*ENGLISH_NUMBER.findall(ungrouped), *ENGLISH_DATE.findall(text)]


def test_the_check_finds_what_is_english(build: Build) -> None:
    page = build(currency="EUR")
    assert {"1,2", "9.9", "0.2"} & {found[:3] for found in english(words(page))}
    assert len(english(words(page))) > 100
    assert [text for text in texts(figures_in(page)) if english(text)]


@LOCALES
def test_no_number_and_no_date_of_the_page_is_in_english_form(build: Build, locale: str) -> None:
    page = build(currency="EUR", locale=locale)
    assert english(words(page)) == []
    for name, figure in figures_in(page).items():
        assert [text for text in texts(figure["data"]) if english(text)] == [], name
        assert [text for text in texts(figure["layout"].get("meta", {})) if english(text)] == [], name
    assert re.search(r'<html lang="en"', page)  # sentences are English all the same


def test_the_page_in_german_says_so_in_its_own_way(build: Build) -> None:
    page = build(currency="EUR", locale="de")
    shown = words(page)
    assert len(GERMAN.findall(shown)) > 50
    assert "1.–10.\N{NO-BREAK SPACE}Okt. 2026 (UTC)" in shown
    assert re.search(r"10\.\N{NO-BREAK SPACE}Okt\. 2026, 23:57 UTC", shown)
    assert re.search(r"\n\d+\N{NO-BREAK SPACE}€\n", shown), "a tick of an axis of money"
    figures = figures_in(page)
    days = figures["spend_over_time"]["data"][0]["x"]
    assert days[0] == "1.\N{NO-BREAK SPACE}Okt. 2026"
    assert figures["spend_by_provider"]["layout"]["xaxis"]["ticksuffix"] == "\N{NO-BREAK SPACE}€"


def test_american_dates_and_times(build: Build) -> None:
    shown = words(build(currency="EUR", locale="en-US"))
    assert re.search(r"data until Oct\s10,\s2026, 11:57\sPM UTC", shown)
    assert re.search(r"\nOct\s1\n", shown), "a tick of an axis of days"
    assert not re.search(r"\d\s%", shown)


def test_csv_and_views_of_the_json_have_no_locale(build: Build) -> None:
    documents, downloads = [], []
    for locale in ("en", "de"):
        page = build(currency="EUR", locale=locale)
        downloads.append(re.findall(r'href="data:[^"]+"', page))
        documents.append(json.loads(Path("out/report.json").read_text(encoding="utf-8")))
    usual, other = documents
    assert downloads[0] == downloads[1]
    for part in ("totals", "views", "period", "coverage", "currency"):
        assert usual[part] == other[part]
    assert (usual["locale"], other["locale"]) == ("en", "de")
    assert usual["headline"] != other["headline"]


@LOCALES
def test_mail_archive_and_summary_are_in_the_locale_of_the_report(build: Build, run: Run, locale: str) -> None:
    build(currency="EUR", locale=locale)
    addresses = ("--from", "finops@example.com", "--to", "finance@example.com")
    assert (
        run("mail", "--report", "out/report.html", *addresses, "--attach", "none", "--dry-run", "m.eml").exit_code == 0
    )
    message = email.message_from_bytes(Path("m.eml").read_bytes(), policy=email.policy.default)
    for form in ("plain", "html"):
        body = message.get_body((form,))
        assert body is not None
        assert english(NAMES.sub("NAME", unescape(TAG.sub("\n", CODE.sub("", body.get_content()))))) == [], form
    assert english(message["Subject"]) == []
    for site_days in ("2026-10-01", "2026-10-02"):  # two of them, so that there is a picture
        until = ("--since", site_days, "--until", "2026-10-10")
        assert run("build", "--db", "month.duckdb", "--out", "out/report.html", *until).exit_code == 0
        assert run("publish", "--report", "out/report.html", "--site", "site").exit_code == 0
    index = Path("site/index.html").read_text(encoding="utf-8")
    assert "pic-text" in index
    assert english(NAMES.sub("NAME", unescape(TAG.sub("\n", CODE.sub("", index))))) == []
    result = run("summary", "--json", "out/report.json")
    assert english(NAMES.sub("NAME", result.output.replace("\\", ""))) == []


def test_a_report_json_of_a_locale_that_nobody_knows_is_refused(build: Build, run: Run) -> None:
    build(currency="EUR")
    path = Path("out/report.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    for locale in ("xx", "../../etc/passwd", 7, None):
        path.write_text(json.dumps(document | {"locale": locale}), encoding="utf-8")
        result = run("summary", "--json", path)
        assert result.exit_code == 1
        assert "error: Not a report.json of this version" in result.output
    del document["locale"]  # as reports have none that were built before
    path.write_text(json.dumps(document), encoding="utf-8")
    assert run("summary", "--json", path).exit_code == 0


def test_paper_is_a_rule_of_the_style_that_the_policy_knows(build: Build) -> None:
    assert "size:" not in re.findall(r"@page\{[^}]*\}", build(currency="EUR"))[0]
    for paper in ("A4", "Letter"):
        page = build(currency="EUR", paper=paper)
        assert f"@page{{size:{paper}}}" in page
