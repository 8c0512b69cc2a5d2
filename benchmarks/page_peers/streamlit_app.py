"""A Streamlit page over the DuckDB file that the environment names: one query a figure, as one writes them."""

from __future__ import annotations

import json
import os

import duckdb
import streamlit as st
from drawing import drawn, sums

QUERIES = {
    "spend by day": "select timestamp::date, coalesce(sum(cost_estimated), 0) from telemetry group by 1 order by 1",
    "spend by provider": "select provider, coalesce(sum(cost_estimated), 0) from telemetry group by 1 order by 1",
    "latency": """
        select provider, model, quantile_cont(latency_ms, 0.5), quantile_cont(latency_ms, 0.95)
        from telemetry where status = 'ok' group by 1, 2 order by 1, 2
    """,
    "strategies": "select strategy, count(*) from telemetry group by 1 order by 1",
    "failures": "select provider, error_type, count(*) from attempts where outcome <> 'ok' group by 1, 2 order by 1, 2",
    "failovers": """
        select provider, follows, count(*) from (
            select provider, lead(provider) over (partition by request_id order by attempt) as follows from attempts
            where request_id in (select request_id from attempts where attempt > 1)
        ) where follows <> provider group by 1, 2 order by 1, 2
    """,
    "team and month": """
        select team, strftime(timestamp, '%Y-%m'), coalesce(sum(cost_estimated), 0)
        from telemetry group by 1, 2 order by 1, 2
    """,
}

st.title("LLM spend")
with duckdb.connect(os.environ["TELEMETRY"], read_only=True) as con:
    figures = {name: con.execute(query).fetchall() for name, query in QUERIES.items()}
for chart in drawn(figures):
    st.plotly_chart(chart)
st.session_state["sums"] = json.dumps(sums(figures))
