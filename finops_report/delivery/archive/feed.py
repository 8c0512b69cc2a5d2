"""Write the Atom feed of an archive (RFC 4287): an entry a report, updated when its figures change.

The feed that is there already is the memory of this: the ids it gave, and since when each entry reads as it does.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from finops_report.delivery.archive.site import FEED, PAGE, REPORTS, Site
from finops_report.document import Digest
from finops_report.errors import ConfigError
from finops_report.page.templating import render_template
from finops_report.web_address import is_web_address

ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the feed; `updated` is when it came to read as it does, as RFC 3339 has it."""

    id: str
    title: str
    link: str
    summary: str
    updated: str = ""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What the feed that is there has given away: its own id, the address of the site, its entries by id."""

    id: str = ""
    base_url: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)


def address(site: Site) -> str:
    """Return the address of the site, with a slash at its end: as given, else as its feed has it; '' if unknown.

    Raises ConfigError if it is none.
    """
    if not site.base_url:
        return _earlier(site.folder / FEED).base_url
    if not is_web_address(site.base_url) or "?" in site.base_url or "#" in site.base_url:
        raise _no_address(site.base_url)
    return site.base_url.rstrip("/") + "/"


def feed(site: Site, base: str, reports: Sequence[Digest], now: datetime) -> str:
    """Return the feed of `reports`, newest first, of the site at `base`."""
    earlier = _earlier(site.folder / FEED)
    own = earlier.id or uuid5(NAMESPACE_URL, base).urn
    entries = [_updated(_entry(own, base, report), earlier.entries, now) for report in reports]
    return render_template(
        "feed.xml",
        {
            "site": site,
            "id": own,
            "base": base,
            "updated": max(entry.updated for entry in entries),
            "entries": entries,
        },
    )


def _entry(own: str, base: str, report: Digest) -> Entry:
    answers = " ".join(f"[{answer.verdict}] {answer.answer}" for answer in report.answers)
    parts = [f"{report.change}.", f"{report.coverage}." if report.coverage else "", answers]
    return Entry(
        id=uuid5(UUID(own), report.key).urn,
        title=_line(f"{report.title}: {report.total}, {report.period}"),
        link=f"{base}{REPORTS}/{report.key}/{PAGE}",
        summary=_line(" ".join(parts)),
    )


def _updated(entry: Entry, earlier: Mapping[str, Entry], now: datetime) -> Entry:
    """Return the entry with the time since when it reads so: that of the earlier feed, else now, never later."""
    moment = _written(now)
    known = earlier.get(entry.id)
    if known is None or replace(known, updated="") != entry:
        return replace(entry, updated=moment)
    return replace(entry, updated=min(known.updated, moment))


def _earlier(path: Path) -> _Earlier:
    """Return what the feed at `path` has given away; nothing if there is none of ours."""
    try:
        root = ET.fromstring(path.read_bytes())  # noqa: S314 -- our own file, or it is written anew
        own = _text(root, "id")
        UUID(own)
        (link,) = (one.get("href", "") for one in root.findall(f"{ATOM}link") if one.get("rel") == "self")
        entries = [_read(entry) for entry in root.findall(f"{ATOM}entry")]
    except (OSError, ET.ParseError, ValueError, LookupError):
        return _Earlier()
    return _Earlier(own, link.removesuffix(FEED), {entry.id: entry for entry in entries})


def _read(entry: ET.Element) -> Entry:
    link = entry.find(f"{ATOM}link")
    return Entry(
        id=_text(entry, "id"),
        title=_text(entry, "title"),
        link="" if link is None else link.get("href", ""),
        summary=_text(entry, "summary"),
        updated=_written(datetime.fromisoformat(_text(entry, "updated"))),
    )


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _no_address(given: str) -> ConfigError:
    return ConfigError(f"Not the address of a site: {given!r}", "write it as https://example.com/reports")
