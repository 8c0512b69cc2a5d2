"""The documentation as a site: every page is listed, every link has its end, and nothing is loaded from elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.documents.standing_alone import faults, read

ROOT = Path(__file__).parents[2]


def test_the_site_is_whole_and_stands_alone(tmp_path: Path) -> None:
    site = tmp_path / "site"
    options = ("--quiet", "--fail-on-warning", "--keep-going")
    places = ("--conf-dir", ROOT / "docs/site", "--doctree-dir", tmp_path / "doctrees", ROOT / "docs", site)
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, *places], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr  # a page that no list has, a link or an anchor that is not there
    assert faults(site) == []
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert {path.relative_to(site) for path in site.rglob("*.html")} == {*pages, Path("search.html")}
    assert {"finops-report-build", "finops-report-serve"} <= read(site / "commands.html").anchors
    assert "The rooms" in (site / "project/architecture.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('<script src="https://cdn.example/x.js"></script>', "loads from elsewhere: https://cdn.example/x.js"),
        ('<link rel="stylesheet" href="//fonts.example/css">', "loads from elsewhere: //fonts.example/css"),
        ("<style>@import 'https://a.example/x.css'</style>", "loads from elsewhere: https://a.example/x.css"),
        ('<p style="background: url(b.png)">', "loads what is not there: b.png"),
        ('<img src="not-there.png">', "loads what is not there: not-there.png"),
        ('<a href="other.html">', "leads nowhere: other.html"),
        ('<a href="../outside.html">', "leads nowhere: ../outside.html"),
        ('<a href="#here">', "no such place: #here"),
    ],
)
def test_what_leads_elsewhere_or_nowhere_is_found(content: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "outside.html").touch()
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(f'<a href="https://example.com/read">read</a><p id="top">{content}')
    (site / "style.css").write_text("p { background: url(index.html) }")
    assert faults(site) == [f"index.html: {fault}"]


def test_a_link_to_an_anchor_that_is_there_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="other.html#a%20b">x</a> <a href="#">top</a>')
    (tmp_path / "other.html").write_text('<h2 id="a b">')
    assert faults(tmp_path) == []


def test_the_workflow_of_the_reports_publishes_the_site_beside_them() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/report.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["report"]["steps"]
    (made,) = [number for number, step in enumerate(steps) if "make docs" in step.get("run", "")]
    assert "output/docs output/site/docs" in steps[made]["run"]
    assert steps[made]["if"] == "hashFiles('docs/site/conf.py') != ''"  # the workflow is there to be copied
    assert (ROOT / "docs/site/conf.py").exists()
    archived = [number for number, step in enumerate(steps) if step.get("uses") == "./"]
    (uploaded,) = [number for number, step in enumerate(steps) if "upload-pages-artifact" in step.get("uses", "")]
    assert max(archived) < made < uploaded
    assert steps[uploaded]["with"]["path"] == "output/site"
