"""The archive grows, leaves older reports as they are, and is whole whatever happens in between."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from finops_report.errors import OutputError
from tests.conftest import Run, call, write_table

ATOM = "{http://www.w3.org/2005/Atom}"


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@pytest.fixture
def add(run: Run, month: Path) -> Callable[..., Result]:
    def build_and_publish(since: int, until: int, *options: str) -> Result:
        days = ("--allow-empty", "--since", f"2026-10-{since:02}", "--until", f"2026-10-{until:02}")
        assert run("build", "--db", month, *days, "--out", "out/report.html").exit_code == 0
        return run("publish", "--report", "out/report.html", "--site", "site", *options)

    return build_and_publish


def test_each_report_joins_the_others_and_leaves_them_alone(add: Callable[..., Result]) -> None:
    site = Path("site")
    assert add(1, 10).exit_code == 0
    before = files(site / "reports")
    assert add(11, 20, "--base-url", "https://example.com/llm").exit_code == 0
    after = files(site / "reports")
    assert {name: after[name] for name in before} == before
    index = (site / "index.html").read_text(encoding="utf-8")
    assert index.index("11–20 Oct 2026") < index.index("1–10 Oct 2026")
    assert "<script" not in index
    assert "default-src 'none'" in html.unescape(index)
    assert (site / "latest.html").read_bytes() == after["2026-10-11_2026-10-20/report.html"]
    entries = ET.parse(site / "feed.xml").getroot().findall(f"{ATOM}entry")
    links = [link.get("href") for entry in entries for link in entry.findall(f"{ATOM}link")]
    assert links == [
        f"https://example.com/llm/reports/2026-10-{days}/report.html" for days in ("11_2026-10-20", "01_2026-10-10")
    ]


def test_the_same_report_again_changes_nothing(add: Callable[..., Result]) -> None:
    assert add(1, 10).exit_code == 0
    once = files(Path("site"))
    assert add(1, 10).exit_code == 0
    assert files(Path("site")) == once


def test_old_reports_go_when_asked(add: Callable[..., Result]) -> None:
    for first in (1, 6, 11):
        assert add(first, first + 4, "--keep", "2").exit_code == 0
    assert {path.name for path in Path("site/reports").iterdir()} == {"2026-10-06_2026-10-10", "2026-10-11_2026-10-15"}
    assert "1–5 Oct" not in Path("site/index.html").read_text(encoding="utf-8")


def test_a_crash_leaves_the_old_index_true(add: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(1, 10).exit_code == 0
    before = files(Path("site"))

    def full(*arguments: object) -> None:
        raise OutputError("disk full", "make room")

    monkeypatch.setattr("finops_report.delivery.archive.index.draw", full)  # the index has a picture of all reports
    assert add(11, 20).exit_code == 1
    after = files(Path("site"))
    assert {name: after[name] for name in before} == before


@pytest.fixture
def passphrase(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FINOPS_PASSPHRASE", "correct horse battery staple")
    return "correct horse battery staple"


def test_a_sealed_archive_grows_with_nothing_in_the_clear(add: Callable[..., Result], passphrase: str) -> None:
    assert add(1, 10, "--encrypt").exit_code == 0
    before = files(Path("site/reports"))
    assert add(11, 20, "--encrypt").exit_code == 0
    after = files(Path("site"))
    assert {name: after[f"reports/{name}"] for name in before} == before
    assert set(after) == {"index.html", "latest.html"} | {
        f"reports/2026-10-{days}/report.{kind}"
        for days in ("01_2026-10-10", "11_2026-10-20")
        for kind in ("html", "sealed")
    }
    for content in after.values():
        assert b"Oct 2026" not in content
        assert b"openai" not in content


def test_a_sealed_archive_opens_with_its_own_passphrase_only(
    add: Callable[..., Result], passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add(1, 10, "--encrypt").exit_code == 0
    before = files(Path("site"))
    monkeypatch.setenv("FINOPS_PASSPHRASE", "another horse battery staple")
    result = add(11, 20, "--encrypt")
    assert result.exit_code == 1
    assert "error: The archive does not open with this passphrase" in result.output
    assert files(Path("site")) == before


@pytest.mark.parametrize(("first", "second", "held"), [((), ("--encrypt",), "open"), (("--encrypt",), (), "sealed")])
def test_sealed_and_open_reports_never_mix(
    first: tuple[str, ...], second: tuple[str, ...], held: str, add: Callable[..., Result], passphrase: str
) -> None:
    assert add(1, 10, *first).exit_code == 0
    before = files(Path("site"))
    result = add(11, 20, *second)
    assert result.exit_code == 1
    assert f"error: The site holds {held} reports" in result.output
    assert files(Path("site")) == before


def test_without_a_report_there_is_nothing_to_publish(run: Run) -> None:
    result = run("publish", "--report", "nowhere.html", "--site", "site")
    assert result.exit_code == 1
    assert "hint: build the report first" in result.output
    assert not Path("site").exists()


def test_names_from_data_stay_text_in_the_summary(run: Run, tmp_path: Path) -> None:
    db = write_table(tmp_path / "t.duckdb", [call(provider="[x](javascript:1)|<b>")])
    assert run("build", "--db", db, "--out", "out/report.html").exit_code == 0
    printed = run("summary", "--json", "out/report.json").output
    assert "\\[x\\](javascript:1)\\|\\<b\\>" in printed
    assert run("summary", "--json", "out/report.json", "--format", "outputs").output.count("\n") == 7
