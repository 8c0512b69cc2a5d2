"""Reports of any days, made of one that was built, so that archives of many are made in a moment."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from finops_report.delivery.archive import Site, publish
from finops_report.document import Digest

NOW = datetime(2026, 11, 6, 22, 40, tzinfo=UTC)
Change = Callable[[dict[str, Any]], None]


def files(site: Path) -> dict[str, bytes]:
    """Return all files below a folder, hidden ones too."""
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@dataclass(frozen=True, slots=True)
class Press:
    """Makes reports of any days and publishes them."""

    page: bytes
    document: dict[str, Any]
    folder: Path

    def report(self, start: str, end: str, change: Change | None = None) -> tuple[Path, Path]:
        """Write a report of these days, its document changed as asked, and return its page and its figures."""
        document = copy.deepcopy(self.document)
        document["period"] |= {"start": start, "end": end, "data_until": f"{end}T12:00:00Z"}
        document["headline"]["period"] = f"{start} to {end}"
        if change is not None:
            change(document)
        page, figures = self.folder / "report.html", self.folder / "report.json"
        page.write_bytes(self.page.replace(b"</body>", f"<!-- {start} {end} --></body>".encode()))
        figures.write_text(json.dumps(document), encoding="utf-8")
        return page, figures

    def publish(
        self, site: Site, start: str, end: str, change: Change | None = None, now: datetime = NOW
    ) -> tuple[Digest, ...]:
        return publish(site, *self.report(start, end, change), now)


BUILT: dict[str, bytes] = {}  # a build takes a second: one is enough for all tests of a process


@pytest.fixture
def press(request: pytest.FixtureRequest, tmp_path: Path) -> Press:
    if not BUILT:
        run, month = request.getfixturevalue("run"), request.getfixturevalue("month")
        assert run("build", "--db", month, "--out", "built/report.html").exit_code == 0
        BUILT.update({kind: Path(f"built/report.{kind}").read_bytes() for kind in ("html", "json")})
    (tmp_path / "press").mkdir()
    return Press(BUILT["html"], json.loads(BUILT["json"]), tmp_path / "press")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", "LLM spend reports", "https://example.com/llm")
