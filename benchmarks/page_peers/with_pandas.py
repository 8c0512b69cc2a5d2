"""The figures by pandas, from Parquet, with the columns that are needed: python with_pandas.py FOLDER PAGE"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from drawing import Rows, write_page


def rows(frame: pd.DataFrame | pd.Series) -> Rows:
    return list(frame.reset_index().itertuples(index=False, name=None))


def main(folder: Path, out: Path) -> None:
    wanted = ["timestamp", "strategy", "provider", "model", "cost_estimated", "latency_ms", "team", "status"]
    calls = pd.read_parquet(folder / "telemetry.parquet", columns=wanted)
    tries = pd.read_parquet(
        folder / "attempts.parquet", columns=["request_id", "attempt", "provider", "outcome", "error_type"]
    )
    answered = calls[calls["status"] == "ok"]
    failed = tries[tries["outcome"] != "ok"]
    several = tries[tries["request_id"].isin(tries.loc[tries["attempt"] > 1, "request_id"])]
    several = several.sort_values(["request_id", "attempt"])
    next_one = several.groupby("request_id")["provider"].shift(-1)
    moved = several.assign(to=next_one)[next_one.notna() & (next_one != several["provider"])]
    latency = answered.groupby(["provider", "model"])["latency_ms"].quantile([0.5, 0.95]).unstack()
    write_page(
        {
            "spend by day": rows(calls.groupby(calls["timestamp"].dt.date)["cost_estimated"].sum()),
            "spend by provider": rows(calls.groupby("provider")["cost_estimated"].sum()),
            "latency": rows(latency),
            "strategies": rows(calls.groupby("strategy").size()),
            "failures": rows(failed.groupby(["provider", "error_type"]).size()),
            "failovers": rows(moved.groupby(["provider", "to"]).size()),
            "team and month": rows(
                calls.groupby(["team", calls["timestamp"].dt.strftime("%Y-%m")])["cost_estimated"].sum()
            ),
        },
        out,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
