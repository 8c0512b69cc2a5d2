"""The feed is valid Atom, its ids are its own for ever, and its times are those of changes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from finops_report.delivery.archive import Site
from finops_report.errors import ConfigError
from tests.finops_report.delivery.archive.conftest import NOW, Press, files

OCTOBER, NOVEMBER = ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30")
ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def validated(path: Path) -> Any:
    """Return the feed as feedparser reads it, after a check of what RFC 4287 asks of feeds and entries."""
    content = path.read_bytes()
    found = feedparser.parse(content)
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    root = ET.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id") or "")
        assert RFC_3339.fullmatch(element.findtext(f"{ATOM}updated") or "")
        for link in element.findall(f"{ATOM}link"):
            assert (link.get("href") or "").startswith("https://")
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    return found


def moments(site: Site) -> dict[str, str]:
    return {entry.link: entry.updated for entry in validated(site.folder / "feed.xml").entries}


def test_a_feed_is_valid_and_leads_to_the_reports(press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    press.publish(site, *NOVEMBER)
    found = validated(site.folder / "feed.xml")
    links = [entry.link for entry in found.entries]
    assert links == [f"https://example.com/llm/reports/{'_'.join(days)}/report.html" for days in (NOVEMBER, OCTOBER)]
    for link in links:
        assert (site.folder / link.removeprefix("https://example.com/llm/")).exists()


@pytest.mark.parametrize("name", ["a\x00b", "a\x08", "\x1b[2J", "\ufffe", "\ud800", "]]>&<b>", "a\nb", "\x85\u2028"])
def test_names_of_any_letters_leave_it_valid(name: str, press: Press, site: Site) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["title"] = f"x{name}"
        document["answers"][0]["answer"] = name

    press.publish(site, *OCTOBER, rename)
    assert validated(site.folder / "feed.xml").entries[0].title.startswith("x")
    before = files(site.folder)
    press.publish(site, *OCTOBER, rename)
    assert files(site.folder) == before


def test_no_moment_is_in_the_future_of_a_running_month(press: Press, site: Site) -> None:
    press.publish(site, *NOVEMBER)
    assert validated(site.folder / "feed.xml").feed.updated == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_entry_is_updated_when_its_figures_change_and_only_then(press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    later = NOW + timedelta(days=1)
    press.publish(site, *NOVEMBER, now=later)
    first = moments(site)
    press.publish(site, *OCTOBER, now=later + timedelta(days=1))
    assert moments(site) == first

    def dearer(document: dict[str, Any]) -> None:
        document["headline"]["total"] = "$99.00"

    press.publish(site, *OCTOBER, dearer, now=later + timedelta(days=2))
    october, november = (
        f"https://example.com/llm/reports/{'_'.join(days)}/report.html" for days in (OCTOBER, NOVEMBER)
    )
    assert moments(site) == {november: first[november], october: "2026-11-09T22:40:00Z"}
    assert validated(site.folder / "feed.xml").feed.updated == "2026-11-09T22:40:00Z"


def test_two_sites_have_no_id_in_common_and_keep_theirs_when_they_move(
    press: Press, site: Site, tmp_path: Path
) -> None:
    other = replace(site, folder=tmp_path / "other", base_url="https://example.org/")
    for one in (site, other):
        press.publish(one, *OCTOBER)

    def ids(one: Site) -> set[str]:
        found = validated(one.folder / "feed.xml")
        return {found.feed.id, *(entry.id for entry in found.entries)}

    assert not ids(site) & ids(other)
    before = ids(site)
    press.publish(replace(site, base_url="https://moved.example.com"), *OCTOBER)
    assert ids(site) == before


def test_without_an_address_there_is_no_feed_and_the_feed_remembers_it(press: Press, site: Site) -> None:
    nameless = replace(site, base_url="")
    press.publish(nameless, *OCTOBER)
    assert not (site.folder / "feed.xml").exists()
    assert "feed.xml" not in (site.folder / "index.html").read_text(encoding="utf-8")
    press.publish(site, *OCTOBER)
    with_feed = files(site.folder)
    press.publish(nameless, *OCTOBER)
    assert files(site.folder) == with_feed


@pytest.mark.parametrize(
    "content", [b"", b"<feed/>", b"no XML", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"]
)
def test_a_feed_that_cannot_be_read_is_written_anew(content: bytes, press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    before = files(site.folder)
    (site.folder / "feed.xml").write_bytes(content)
    press.publish(site, *OCTOBER)
    assert files(site.folder) == before


@pytest.mark.parametrize(
    "address",
    [
        "example.com", "/llm", "ftp://example.com", "https://", "https://a b.c", "javascript:alert(1)", "https://[x",
        "https://x:99999/", "https://x:p/", "https://..", 'https://x/"><', "https://x/?a", "https://u:p@x/",
    ],
)  # fmt: skip
def test_an_address_is_one_of_the_web(address: str, press: Press, site: Site) -> None:
    with pytest.raises(ConfigError, match="Not the address of a site"):
        press.publish(replace(site, base_url=address), *OCTOBER)
    assert not site.folder.exists()


def test_time_goes_back_and_the_feed_does_not(press: Press, site: Site) -> None:
    press.publish(site, *OCTOBER)
    early = datetime(2026, 11, 1, tzinfo=NOW.tzinfo)
    press.publish(site, *OCTOBER, now=early)
    assert validated(site.folder / "feed.xml").feed.updated == "2026-11-01T00:00:00Z"
