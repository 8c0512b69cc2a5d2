"""A sealed report shows nothing without its passphrase, and no two seals are alike."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_report.delivery.encryption import Seal
from finops_report.errors import ConfigError, OutputError
from tests.conftest import Run

PASSPHRASE = "correct horse battery staple"


def counted(count: itertools.count[int]) -> Seal:
    return Seal(PASSPHRASE, lambda size: next(count).to_bytes(size, "big"))


@pytest.fixture
def sealed(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FINOPS_PASSPHRASE", PASSPHRASE)
    result = run("encrypt", "--report", built, "--out", "sealed.html")
    assert result.exit_code == 0, result.output
    return Path("sealed.html").resolve()


def test_nothing_of_the_report_is_in_the_clear(sealed: Path) -> None:
    content = sealed.read_text(encoding="utf-8")
    for word in ("LLM spend", "openai", "anthropic", "2026", "Plotly", "$"):
        assert word not in content.partition('id="salt"')[0]
        assert word not in content.partition("</style>")[2].partition('id="salt"')[0]
    assert PASSPHRASE not in content


def test_two_seals_of_one_page_have_nothing_in_common(run: Run, sealed: Path) -> None:
    first = sealed.read_text(encoding="utf-8").partition('id="salt"')[2][:60]
    assert run("encrypt", "--report", "out/report.html", "--out", "sealed.html").exit_code == 0
    assert sealed.read_text(encoding="utf-8").partition('id="salt"')[2][:60] != first


def test_a_short_passphrase_is_refused(run: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINOPS_PASSPHRASE", "short")
    result = run("encrypt", "--report", "out/report.html", "--out", "other.html")
    assert result.exit_code == 1
    assert "too short" in result.output
    assert not Path("other.html").exists()


def test_a_sealed_page_is_not_sealed_again(run: Run, sealed: Path) -> None:
    result = run("encrypt", "--report", sealed, "--out", "twice.html")
    assert (result.exit_code, Path("twice.html").exists()) == (1, False)
    assert "sealed already" in result.output


@settings(max_examples=5, deadline=None)  # a key takes a fifth of a second, by design
@given(st.binary(max_size=200))
def test_what_was_closed_opens_again(content: bytes) -> None:
    seal = counted(itertools.count())
    assert seal.opened(seal.closed(content, "a"), "a") == content


@pytest.mark.parametrize("content", [b"", b"another file", b"finops-report sealed 1\n" + bytes(60)])
def test_what_was_not_closed_with_this_passphrase_does_not_open(content: bytes) -> None:
    with pytest.raises(ConfigError, match="does not open with this passphrase"):
        counted(itertools.count()).opened(content, "a")


def test_a_file_or_page_opens_at_its_own_place_only(sealed: Path) -> None:
    seal = counted(itertools.count())
    closed, page = seal.closed(b"content", "reports/a/report.sealed"), sealed.read_bytes()
    assert seal.opened_page(page, "sealed.html") == Path("out/report.html").read_bytes()
    with pytest.raises(ConfigError, match="does not open"):
        seal.opened(closed, "reports/b/report.sealed")
    with pytest.raises(ConfigError, match="does not open"):
        seal.opened_page(page, "index.html")


@pytest.mark.parametrize("page", [b"", b"<html>", b'<script type="text/plain" id="salt">AAA</script>'])
def test_a_page_that_is_not_sealed_does_not_open(page: bytes) -> None:
    with pytest.raises(ConfigError, match="does not open"):
        counted(itertools.count()).opened_page(page, "a")


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (b"\xff\xfe no UTF-8", "Not a report of ours"),
        (b'<meta http-equiv="Content-Security-Policy" content="sandbox">\xff', ""),
    ],
)
def test_a_page_of_any_bytes_is_sealed_or_refused(
    page: bytes, error: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_PASSPHRASE", PASSPHRASE)
    Path("page.html").write_bytes(page)
    result = run("encrypt", "--report", "page.html", "--out", "other.html")
    assert result.exit_code == (1 if error else 0)
    assert error in result.output


def test_a_page_of_somebody_else_is_refused() -> None:
    with pytest.raises(OutputError, match="Not a report of ours"):
        counted(itertools.count()).page("<!DOCTYPE html><title>Another page</title>", "a")
