"""Names in any script are on the page, and the page is Latin-1, which a browser keeps at one byte a letter."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import duckdb

from tests.conftest import Run, figures_in

TEAM = "検索チーム"
LATIN_1_ENDS = "\xff"


def test_names_in_other_scripts_are_on_the_page_in_latin_1(run: Run, month: Path) -> None:
    with duckdb.connect(str(month)) as con:
        con.execute("alter table calls add column team varchar")
        con.execute("update calls set team = ?", [TEAM])
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert max(page) <= LATIN_1_ENDS
    assert TEAM in json.dumps(figures_in(page), ensure_ascii=False)
    assert TEAM in html.unescape(re.sub("<script.*?</script>", "", page, flags=re.DOTALL))
    for inert in re.findall("<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL):
        assert not re.search("&#[0-9]+;", inert), "a browser resolves no reference within a script or style"
