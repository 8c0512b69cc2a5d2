"""A logo is a picture of sensible size, embedded in the page."""

from __future__ import annotations

import base64
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from finops_report.errors import ConfigError
from finops_report.page.logo import logo_uri
from tests.conftest import Run

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>'


@pytest.fixture
def build(run: Run, month: Path, tmp_path: Path) -> Callable[[str, bytes | None], Result]:
    def with_logo(name: str, content: bytes | None) -> Result:
        settings = tmp_path / "settings"
        settings.mkdir()
        (settings / "finops.toml").write_text(f'[report]\nlogo = "{name}"\n')
        if content is not None:
            (settings / name).write_bytes(content)
        return run("build", "--db", month, "--config", settings / "finops.toml", "--out", "out/report.html")

    return with_logo


def test_the_page_holds_it_as_an_image(build: Callable[[str, bytes | None], Result]) -> None:
    assert build("logo.svg", SVG).exit_code == 0
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert f'<img src="data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}" alt=""' in page
    assert "alert(1)" not in page


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("logo.svg", None, "The logo cannot be read"),
        ("logo.html", b"<svg>", "Not a picture the page can hold"),
        ("logo.png", b"<script>", "Not a picture the page can hold"),
        ("logo.svg", b"<svg>" + b" " * 100_000, "The logo is too large: 100,005 bytes of 100,000"),
    ],
)
def test_what_cannot_be_a_logo_is_refused(
    name: str, content: bytes | None, error: str, build: Callable[[str, bytes | None], Result]
) -> None:
    result = build(name, content)
    assert result.exit_code == 1
    assert f"error: {error}" in result.output
    assert not Path("out/report.html").exists()


def test_no_more_is_read_than_a_logo_may_have(tmp_path: Path) -> None:
    large = tmp_path / "large.svg"
    with large.open("wb") as file:
        file.write(SVG)
        file.truncate(3_000_000_000)  # a hole: reading it whole would take as much memory
    tracemalloc.start()
    with pytest.raises(ConfigError, match="too large: 3,000,000,000 bytes"):
        logo_uri(large)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_pipe_is_no_logo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "logo.svg")
    with pytest.raises(ConfigError, match="The logo is no file"):
        logo_uri(tmp_path / "logo.svg")
