"""Style sheets lose what only their authors need, and nothing else; no line of any template is too long to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_report.page.assets import REPORT_STYLE, compacted, style_sheet

TEMPLATES = Path(__file__).parents[3] / "finops_report/templates"
STYLES = sorted(path.stem for path in (TEMPLATES / "style").glob("*.css"))
LONGEST_LINE = 120

# What must come through as it is: strings with braces and comments in them, addresses, sums, escaped characters.
INSIDE = st.text(st.characters(codec="ascii", exclude_characters="\"'\\\n\r\f()"), max_size=12)
STRINGS = INSIDE.map(lambda text: f'"{text}"') | INSIDE.map(lambda text: f"'{text}\\''")
ADDRESSES = st.from_regex(
    r"url\(data:image/svg\+xml;base64,[A-Za-z0-9+/=;,:*]{0,20}(/\*[a-z]\*/|;\})?\)", fullmatch=True
)
PLAIN = st.sampled_from(
    ["calc(1px + 2px)", "calc(2em - 1px)", "1 / 2 / 3", "var(--ink)", "red", "\\31 a", "-n+2", "#fff"]
)
VALUES = STRINGS | ADDRESSES | PLAIN
GAPS = st.lists(st.sampled_from([" ", "\n", "\t", "/* a; b { c: d } */", "/**/"]), max_size=4).map("".join)


@given(st.lists(st.tuples(GAPS, VALUES, GAPS), min_size=1, max_size=4), GAPS)
def test_values_come_through_whatever_is_around_them(values: list[tuple[str, str, str]], gap: str) -> None:
    declarations = "".join(f"{before}--x:{gap}{value}{after};" for before, value, after in values)
    compact = compacted(f"{gap}a .b{gap}{{{declarations}{gap}}}{gap}")
    assert compact == "a .b{" + ";".join(f"--x:{value}" for _, value, _ in values) + "}\n"


@given(st.lists(st.tuples(VALUES, GAPS), min_size=1, max_size=5))
def test_two_values_are_never_joined(values: list[tuple[str, str]]) -> None:
    written = "".join(f"{value} {gap}" for value, gap in values)
    assert compacted(f"a {{ --x: {written}; }}") == "a{--x:" + " ".join(value for value, _ in values) + "}\n"


@given(st.text(st.sampled_from("ab .:;,{}()[]/*'\"\\\n+-#")))
def test_compacting_twice_changes_nothing_more(css: str) -> None:
    assert compacted(compacted(css)) == compacted(css)


@pytest.mark.parametrize(
    ("css", "compact"),
    [
        ("a :hover { b: c }", "a :hover{b:c}\n"),
        ("a:hover > b, c + d { e: f; }", "a:hover > b,c + d{e:f}\n"),
        ("a/* no space */b { }", "a/**/b{}\n"),
        (
            "@media screen and (min-width: 641px) { a { b: c; d: e } }",
            "@media screen and (min-width:641px){a{b:c;d:e}\n}\n",
        ),
        ("a { b: c !important; }", "a{b:c !important}\n"),
        ("@page { margin: 14mm; }", "@page{margin:14mm}\n"),
    ],
)
def test_spaces_stay_if_they_mean_something(css: str, compact: str) -> None:
    assert compacted(css) == compact


def test_every_style_sheet_is_in_use_and_shorter_on_the_page() -> None:
    assert sorted([*REPORT_STYLE, "archive", "live", "sealed", "statement"]) == STYLES
    for name in STYLES:
        written = (TEMPLATES / "style" / f"{name}.css").read_text(encoding="utf-8")
        assert len(style_sheet(name)) < len(written)
        assert not re.search(r"/\*|\n |\n\n", style_sheet(name))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in TEMPLATES.rglob("*.*")])
def test_no_line_is_too_long_to_read(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(number, len(line)) for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE] == []
