"""Read the sentences of a built page, as a reader sees them, each with the part of the page it stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

SENTENCES = {"h2", "h3", "p", "dd", "figcaption", "li"}
UNREAD = {"script", "style", "svg", "pre", "table", "title", "button", "footer"}
WITHOUT_END = {"meta", "link", "br", "img", "path", "circle", "input", "tr", "th", "td"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text of the page; `part` is the id of the section or the answer it stands in, or 'rule'."""

    part: str
    text: str


@dataclass(slots=True)
class _Element:
    tag: str
    part: str
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[_Element] = [_Element("html", "headline")]
        self.found: list[Sentence] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in WITHOUT_END:
            return
        values = {name: value or "" for name, value in attrs}
        part = self.open[-1].part
        if tag == "section" or (tag == "li" and values.get("id", "").startswith("answer-")):
            part = values.get("id", part)
        elif values.get("class") in ("rule", "rules"):
            part = "rule"
        elif tag == "a" and values.get("href", "").startswith("#answer-"):
            part = values["href"].removeprefix("#")
            tag = "li"  # a brief answer: the link is all of its line
        self.open.append(_Element(tag, part))

    def handle_endtag(self, tag: str) -> None:
        if tag in WITHOUT_END:
            return
        element = self.open.pop()
        text = " ".join("".join(element.text).split())
        if element.tag in SENTENCES and text:
            self.found.append(Sentence(element.part, text))

    def handle_data(self, data: str) -> None:
        if any(element.tag in UNREAD for element in self.open):
            return
        for element in reversed(self.open):
            if element.tag in SENTENCES:
                element.text.append(data)
                return


def sentences(page: str) -> list[Sentence]:
    """Return the sentences of a page in their order."""
    reader = _Reader()
    reader.feed(page)
    return reader.found
