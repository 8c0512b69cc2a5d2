"""Read the packaged style sheets and scripts; style sheets are compacted on their way into a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

# The style of a report, in the order of the cascade: a later rule wins over an earlier one of equal specificity.
REPORT_STYLE = ("colours", "document", "first_screen", "views", "tables", "widths", "print")
TOKEN = re.compile(
    r"""(?P<literal> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*'   # a string
                   | url\( (?:[^"'()\\]|\\.)* \)             # an address without quotes
                   | \\ (?:[0-9a-f]{1,6}\s? | .) )           # an escaped character
      | (?P<gap> (?:\s | /\*.*?\*/)+ )
      | (?P<sign> [{};,:] )
      | [^\s"'\\{};,:/(]+ \(? | .""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def script(name: str) -> str:
    """Return templates/<name>.js without lines of comment, and without the space at the begin of lines.

    No string of ours runs over lines, so it means the same.
    """
    lines = (line.lstrip() for line in _text(f"{name}.js").splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def style_sheet(*names: str) -> str:
    """Return templates/style/<name>.css of all `names` as one compact style sheet."""
    return compacted("\n".join(_text(f"style/{name}.css") for name in names))


def printed_on(paper: str | None) -> str:
    """Return the rule that makes `paper` the sheet of the page, as 'Letter'; '' for that of the printer (None)."""
    return "" if paper is None else f"@page{{size:{paper}}}\n"


def compacted(css: str) -> str:
    """Return a style sheet of the same meaning, a rule a line, without comments and spaces that mean nothing.

    A space that may mean something stays: between selectors, between values, around + and - in calc(). Strings,
    addresses and escaped characters are unchanged.
    """
    written: list[str] = []
    space, after_sign = "", True
    for kind, text in _tokens(css):
        if kind == "gap":
            space = " " if COMMENT.sub("", text) else "/**/"  # a comment alone separates, and is no space
            continue
        if not after_sign and (kind != "sign" or text == ":"):
            written.append(space)
        while text == "}" and written and written[-1] in (";", ""):
            written.pop()
        written.append("}\n" if text == "}" else text)
        space, after_sign = "", kind == "sign"
    return "".join(written)


def _tokens(css: str) -> Iterator[tuple[str, str]]:
    for found in TOKEN.finditer(css):
        yield found.lastgroup or "", found[0]


def _text(path: str) -> str:
    return (files("finops_report") / "templates" / path).read_text(encoding="utf-8")
