"""The line of every key, as an editor counts lines."""

from __future__ import annotations

import pytest
from finops_router.settings.lines import line_of, lines_of

TEXT = """\
# first line
router.deadline_s = 9
[router.groups.chat]
[[router.groups.chat.targets]]
model = "a"
[[router.groups.chat.targets]]
model = "b"
[router.providers."gcp.gemini"]
region = 'eu'
[report]
title = \"\"\"
[router]
timezone = 3
\"\"\"
timezone = "UTC"
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("router", 2),
        ("router.deadline_s", 2),
        ("router.groups", 3),
        ("router.groups.chat.targets[0].model", 5),
        ("router.groups.chat.targets[1]", 6),
        ("router.groups.chat.targets[1].model", 7),
        ("router.providers.gcp.gemini.region", 9),
        ("report", 10),
        ("report.timezone", 15),
        ("report.title.nothing[3].of.the.kind", 11),
    ],
)
def test_a_name_has_its_line_or_that_of_what_it_stands_in(name: str, line: int) -> None:
    assert line_of(name, lines_of(TEXT)) == line


def test_what_is_nowhere_has_no_line() -> None:
    assert line_of("budgets.month", lines_of(TEXT)) is None


def test_signs_that_break_lines_elsewhere_break_none_in_toml() -> None:
    assert lines_of("# a\u2028b\x0bc\x85d\ntitle = 1")["title"] == 2
