"""Find what of a site leads nowhere, or loads something from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = ("src", "srcset", "poster", "data", "action")  # attributes whose value a browser asks for by itself
URL = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


@dataclass
class Page(HTMLParser):
    """What a page has: its anchors, what it links to, what it loads, and styles written into it."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    _is_style: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._is_style = tag == "style"
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        self.loads += [found[name] for name in LOADED if name in found and not (name == "data" and tag != "object")]
        self.styles += [found["style"]] if "style" in found else []
        if "href" in found:
            (self.links if tag == "a" else self.loads).append(found["href"])

    def handle_data(self, data: str) -> None:
        if self._is_style:
            self.styles.append(data)


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def faults(site: Path) -> list[str]:
    """Return a line for each link without an end, and for whatever is not loaded from within `site`."""
    site = site.resolve()
    pages = {path: read(path) for path in sorted(site.rglob("*.html"))}
    found = [f"{path.relative_to(site)}: {fault}" for path in pages for fault in _of_page(path, pages, site)]
    for style in sorted(site.rglob("*.css")):
        text = style.read_text(encoding="utf-8")
        found += [f"{style.relative_to(site)}: {fault}" for fault in _of_style(text, style, site)]
    return found


def _of_page(path: Path, pages: dict[Path, Page], site: Path) -> Iterator[str]:
    page = pages[path]
    for address in page.loads:
        yield from _of_loaded(address, path, site)
    for style in page.styles:
        yield from _of_style(style, path, site)
    for address in page.links:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https", "mailto"):
            continue  # a reader may go there; nothing does by itself
        end = _file(path, parts.path, site)
        if end is None:
            yield f"leads nowhere: {address}"
        elif parts.fragment and end in pages and unquote(parts.fragment) not in pages[end].anchors:
            yield f"no such place: {address}"


def _of_style(text: str, path: Path, site: Path) -> Iterator[str]:
    for match in URL.finditer(text):
        yield from _of_loaded(match[1] or match[2], path, site)


def _of_loaded(address: str, path: Path, site: Path) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme == "data" or (not parts.scheme and not parts.netloc and not parts.path):
        return  # within the page itself
    if parts.scheme or parts.netloc:
        yield f"loads from elsewhere: {address}"
    elif _file(path, parts.path, site) is None:
        yield f"loads what is not there: {address}"


def _file(path: Path, address: str, site: Path) -> Path | None:
    """Return the file that `address` on the page at `path` means; None if there is none within `site`."""
    end = (path.parent / unquote(address)).resolve() if address else path
    return end if end.is_file() and end.is_relative_to(site) else None
