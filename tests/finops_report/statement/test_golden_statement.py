"""A team's statement, as page and CSV, is the accepted one: a change of it is read before it is sent."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.conftest import NINE, Run
from tests.golden_files import same_as_golden

SETTINGS = """
[report]
title = "What language models cost"
currency = "EUR"
currency_rate = 0.9137

[statement]
number_prefix = "LLM"
shared_rule = "by spend"

[statement.teams.search]
owner = "Ada Lovelace"
cost_centre = "CC-100"
"""


def test_golden_statement_as_page_and_csv(run: Run, tmp_path: Path) -> None:
    db, config, out = tmp_path / "teams.duckdb", tmp_path / "finops.toml", tmp_path / "out"
    config.write_text(SETTINGS)
    with duckdb.connect(str(db)) as con:
        con.execute(f"create table calls ({NINE}, team varchar, project varchar)")
        con.execute(
            """
            insert into calls
            select
                timestamp '2026-10-01' + to_minutes(i * 110), 'r' || i, 'fixed', (['openai', 'anthropic'])[1 + i % 2],
                (['gpt-5-mini', 'claude-haiku-4-5'])[1 + i % 2], 1000, 100, case when i % 97 <> 5 then 0.0123 end,
                500.0, (['search', 'legal', null])[1 + i % 3], case when i % 4 = 0 then 'ranking' end
            from range(400) t (i)
            """
        )
    result = run("statement", "--db", db, "--month", "2026-10", "--config", config, "--out", out)
    assert result.exit_code == 0
    for suffix in ("html", "csv"):
        (file,) = (path for path in out.glob(f"*.{suffix}") if "search" in path.name)
        same_as_golden(f"statement.{suffix}", file.read_text(encoding="utf-8"))  # whatever ends its lines
