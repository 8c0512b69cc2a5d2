"""What is attached to the mail, and what happens if it is too large."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from finops_report.delivery.mail.attachment import attached
from finops_report.errors import MailError, OutputError

SIZE_MB = 2.0


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_bytes(b"a" * int(SIZE_MB * 1e6))
    return path


def test_the_page_goes_as_it_is_up_to_the_limit(page: Path) -> None:
    found = attached(page, "llm-spend", "html", SIZE_MB, None)
    assert found is not None
    assert (found.content, found.kind, found.name) == (page.read_bytes(), "html", "llm-spend")


def test_nothing_is_attached_if_nothing_is_wanted(tmp_path: Path) -> None:
    assert attached(tmp_path / "none.html", "llm-spend", "none", SIZE_MB, None) is None


def test_what_counts_is_the_size_as_it_is_attached(page: Path) -> None:
    found = attached(page, "llm-spend", "zip", SIZE_MB / 100, None)
    assert found is not None
    with zipfile.ZipFile(io.BytesIO(found.content)) as packed:
        assert packed.read("llm-spend.html") == page.read_bytes()


def test_a_link_stands_in_for_a_page_that_is_too_large(page: Path) -> None:
    assert attached(page, "llm-spend", "html", SIZE_MB / 2, "https://example.com/report.html") is None
    with pytest.raises(MailError, match=r"too large: 2\.0 MB of 1 MB") as caught:
        attached(page, "llm-spend", "html", SIZE_MB / 2, None)
    assert "--link" in caught.value.hint


def test_a_page_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"No report: .*none\.html"):
        attached(tmp_path / "none.html", "llm-spend", "html", SIZE_MB, None)
