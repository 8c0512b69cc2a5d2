"""Letters of any script come through, and the page stays in the letters a browser keeps at one byte each."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
from click.testing import Result

from tests.conftest import figures_in

TEAM = "検索チーム"
LATIN_1_ENDS = "\xff"


def test_names_in_other_scripts_are_on_the_page_in_latin_1(run: Callable[..., Result], month: Path) -> None:
    with duckdb.connect(str(month)) as con:
        con.execute("alter table calls add column team varchar")
        con.execute("update calls set team = ?", [TEAM])
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert max(page) <= LATIN_1_ENDS
    assert TEAM in json.dumps(figures_in(page), ensure_ascii=False)
    assert TEAM in html.unescape(re.sub("<script.*?</script>", "", page, flags=re.DOTALL))
    for inert in re.findall("<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL):
        assert not re.search("&#[0-9]+;", inert), "a reference within a script or style would stand for itself"
