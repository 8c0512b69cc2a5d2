"""The same figures by our cubes: `figures` alone, with Plotly; or `build`, the whole page with all its views.

python -m benchmarks.page_peers.ours figures|build FOLDER PAGE [CACHE]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import Limits, ReadRequest, Waiting
from finops_report.warehouse.parts import parts_of
from finops_report.warehouse.reading import open_cubes

NOW_US = 1_796_000_000_000_000
STATEMENTS = {
    "spend by day": "select day, coalesce(cost_usd, 0) from total_spend order by day",
    "spend by provider": "select provider, coalesce(cost_usd, 0) from spend_by_provider order by provider",
    "latency": "select provider, model, p50_ms, p95_ms from latency_by_provider_model order by all",
    "strategies": "select strategy, sum(requests) from spend_by_day where in_period group by strategy order by all",
    "failures": """
        select provider, error_type, sum(attempts) from cubes.attempts join calendar using (slot_us)
        where in_period and outcome not in ('ok', 'skipped') group by provider, error_type order by all
    """,
    "failovers": "select from_provider, to_provider, sum(events) from failover_events group by all order by all",
    "team and month": """
        select team, strftime(make_timestamp(slot_us), '%Y-%m'), coalesce(sum(cost_usd), 0) from cubes.attribution
        where divided_by = 'team' group by all order by all
    """,
}
VIEWS = ("total_spend", "spend_by_provider", "latency_by_provider_model", "failover_events")


def request(folder: Path, cache: Path | None) -> ReadRequest:
    """Return what to read: a year of rows, with the usual bounds."""
    waiting = Waiting(0, time.monotonic, time.sleep)
    limits = Limits(time_s=86_400.0)
    return ReadRequest(folder / "telemetry.duckdb", None, PeriodAsk(), NOW_US, waiting, limits, cache=cache)


def figures(folder: Path, out: Path, cache: Path | None) -> None:
    """Sum only the cubes that these figures stand on, and draw them as the peers do."""
    from benchmarks.page_peers.drawing import write_page

    parts = parts_of(VIEWS, tuple(STATEMENTS.values()), binds_names=False)
    with open_cubes(request(folder, cache), parts=parts) as opened:
        found = {name: opened.con.execute(text).fetchall() for name, text in STATEMENTS.items()}
    write_page(found, out)


def build(folder: Path, out: Path, cache: Path | None) -> None:
    """Make the whole page."""
    from finops_report.page.page import page
    from finops_report.report import report
    from finops_report.warehouse import read

    out.write_text(page(report(read(request(folder, cache)), "Benchmark")), encoding="utf-8")
    print(json.dumps({}))


if __name__ == "__main__":
    kept = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    {"figures": figures, "build": build}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), kept)
