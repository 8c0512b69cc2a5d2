"""A sealed archive leaves nothing open, and a page of it opens at its own place only."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from finops_report.delivery.archive import Site
from finops_report.delivery.encryption import Seal
from finops_report.errors import ConfigError
from tests.finops_report.delivery.archive.conftest import Press, files

OCTOBER, NOVEMBER = ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30")


@pytest.fixture
def sealed(site: Site) -> Site:
    return replace(site, seal=Seal("correct horse battery staple", os.urandom))


def test_what_an_open_archive_left_is_gone(press: Press, site: Site, sealed: Site) -> None:
    press.publish(site, *OCTOBER)
    shutil.rmtree(site.reports)
    (site.folder / ".latest.json.a1b2c3d4").write_bytes((site.folder / "latest.json").read_bytes())
    press.publish(sealed, *NOVEMBER)
    found = files(site.folder)
    assert set(found) == {"index.html", "latest.html"} | {
        f"reports/2026-11-01_2026-11-30/report.{kind}" for kind in ("html", "sealed")
    }
    for content in found.values():
        assert b"openai" not in content
        assert b"LLM spend" not in content


def test_the_latest_is_the_newest_report_whatever_was_published_last(press: Press, sealed: Site) -> None:
    press.publish(sealed, *NOVEMBER)
    press.publish(sealed, *OCTOBER)
    latest = sealed.opened_page(sealed.folder / "latest.html")
    assert b"<!-- 2026-11-01 2026-11-30 -->" in latest
    assert latest == sealed.opened_page(sealed.reports / "2026-11-01_2026-11-30" / "report.html")


def test_swapped_files_do_not_open(press: Press, sealed: Site) -> None:
    press.publish(sealed, *OCTOBER)
    press.publish(sealed, *NOVEMBER)
    october, november = (sealed.reports / "_".join(days) for days in (OCTOBER, NOVEMBER))
    for name in ("report.html", "report.sealed"):
        shutil.copy(october / name, november / name)
    with pytest.raises(ConfigError, match="does not open"):
        sealed.opened_page(november / "report.html")
    with pytest.raises(ConfigError, match="does not open"):
        press.publish(sealed, *OCTOBER)


def test_an_archive_of_an_earlier_version_is_named(press: Press, sealed: Site) -> None:
    press.publish(sealed, *OCTOBER)
    path = sealed.reports / "_".join(OCTOBER) / "report.sealed"
    path.write_bytes(b"finops-report sealed 1\n" + path.read_bytes()[23:])
    with pytest.raises(ConfigError, match="sealed by an earlier version"):
        press.publish(sealed, *NOVEMBER)
