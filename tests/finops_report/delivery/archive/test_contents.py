"""What somebody else put into the folder of an archive is refused and stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.delivery.archive import Site, publish
from finops_report.errors import FinopsError, OutputError
from tests.finops_report.delivery.archive.conftest import NOW, Press, files

OCTOBER = ("2026-10-01", "2026-10-31")
NOVEMBER = ("2026-11-01", "2026-11-30")
KEY = "_".join(OCTOBER)


def copied(site: Path) -> None:
    shutil.copytree(site / "reports" / KEY, site / "reports" / f"{KEY} copy")


def copied_to_other_days(site: Path) -> None:
    shutil.copytree(site / "reports" / KEY, site / "reports" / "2026-09-01_2026-09-30")


def renamed(site: Path) -> None:
    (site / "reports" / KEY).rename(site / "reports" / "october")


def linked(site: Path) -> None:
    (site / "reports" / KEY).rename(site / "elsewhere")
    (site / "reports" / KEY).symlink_to(site / "elsewhere")


def without_its_page(site: Path) -> None:
    (site / "reports" / KEY / "report.html").unlink()


def figures_are_a_folder(site: Path) -> None:
    (site / "reports" / KEY / "report.json").unlink()
    (site / "reports" / KEY / "report.json").mkdir()


def with_notes(site: Path) -> None:
    (site / "reports" / KEY / "notes.txt").write_text("to be kept")


def a_file_among_reports(site: Path) -> None:
    (site / "reports" / "readme.txt").write_text("to be kept")


def reports_are_a_link(site: Path) -> None:
    (site / "reports").rename(site / "elsewhere")
    (site / "reports").symlink_to(site / "elsewhere")


def the_index_is_another(site: Path) -> None:
    (site / "index.html").write_text("<!DOCTYPE html><title>Our documentation</title>")


def the_latest_is_a_link(site: Path) -> None:
    (site / "latest.html").unlink()
    (site / "latest.html").symlink_to(site / "elsewhere.html")


def the_feed_is_a_folder(site: Path) -> None:
    (site / "feed.xml").unlink()
    (site / "feed.xml").mkdir()


@pytest.mark.parametrize(
    "meddle",
    [
        copied, copied_to_other_days, renamed, linked, without_its_page, figures_are_a_folder, with_notes,
        a_file_among_reports, reports_are_a_link, the_index_is_another, the_latest_is_a_link, the_feed_is_a_folder,
    ],
)  # fmt: skip
def test_what_is_not_of_the_archive_is_refused(meddle: Callable[[Path], None], press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    meddle(site.folder)
    before = files(site.folder)
    with pytest.raises(OutputError) as raised:
        press.publish(replace(site, keep=1), *NOVEMBER)
    assert files(site.folder) == before
    assert str(site.folder) in raised.value.message


@pytest.mark.parametrize("name", ["index.html", "latest.html", "latest.json", "feed.xml"])
@pytest.mark.parametrize("base_url", ["", "https://example.com/llm/"])
def test_a_file_of_somebody_else_in_an_archive_of_ours_stays_as_it_is(
    name: str, base_url: str, press: Press, site: Site
) -> None:
    theirs = '<rss version="2.0"><channel><title>Our news</title></channel></rss>'
    press.publish(site, *OCTOBER)
    (site.folder / name).write_text(theirs)
    before = files(site.folder)
    with pytest.raises(OutputError, match=f"Not of this archive, and left alone: .*{name}"):
        press.publish(replace(site, base_url=base_url), *NOVEMBER)
    assert files(site.folder) == before


@pytest.mark.parametrize("name", ["index.html", "latest.html", "feed.xml", "reports/2025.pdf"])
def test_a_folder_of_somebody_else_stays_as_it_is(name: str, press: Press, site: Site) -> None:
    path = site.folder / name
    path.parent.mkdir(parents=True)
    path.write_text("<!DOCTYPE html><title>Our documentation</title>")
    before = files(site.folder)
    with pytest.raises(OutputError, match="Not of this archive, and left alone"):
        press.publish(site, *OCTOBER)
    assert files(site.folder) == before


def test_a_page_of_somebody_else_does_not_come_in(press: Press, site: Site) -> None:
    _, figures = press.report(*OCTOBER)
    page = press.folder / "theirs.html"
    page.write_text("<!DOCTYPE html><title>Our documentation</title>")
    with pytest.raises(OutputError, match="Not a report of ours"):
        publish(site, page, figures, NOW)
    assert not site.folder.exists()


def test_files_that_sites_have_beside_an_archive_are_fine(press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    for name in ("CNAME", ".nojekyll", "robots.txt", "reports/.DS_Store", f"reports/{KEY}/.DS_Store"):
        (site.folder / name).write_text("kept")
    assert len(press.publish(site, *NOVEMBER)) == 2
    assert (site.folder / "CNAME").read_text() == "kept"


def test_half_a_report_is_mended_by_publishing_it_again(press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    before = files(site.folder)
    without_its_page(site.folder)
    press.publish(site, *OCTOBER)
    assert files(site.folder) == before


@pytest.mark.parametrize("zone", ["../../../x", "Europe/Berlin\n", "a" * 300, "\0", 'x"><script>'])
def test_days_that_are_no_name_of_a_folder_are_refused(zone: str, press: Press, site: Site) -> None:
    with pytest.raises(FinopsError):
        press.publish(site, *OCTOBER, lambda document: document["period"].update(timezone=zone))
    assert not site.folder.exists()


@pytest.mark.parametrize("cost", [float("nan"), float("inf"), 10**400, None, [], "x"])
def test_a_total_that_is_no_number_is_refused_before_it_is_in(cost: object, press: Press, site: Site) -> None:
    with pytest.raises(OutputError):
        press.publish(site, *OCTOBER, lambda document: document["totals"].update(cost_usd=cost))
    assert not site.folder.exists()


def test_a_site_that_is_a_file_is_refused(press: Press, site: Site) -> None:
    site.folder.write_text("")
    with pytest.raises(OutputError):
        press.publish(site, *OCTOBER)
