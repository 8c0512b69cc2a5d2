"""The figures by polars, lazily and streamed from Parquet: python with_polars.py FOLDER PAGE"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from drawing import write_page


def main(folder: Path, out: Path) -> None:
    calls = pl.scan_parquet(folder / "telemetry.parquet")
    tries = pl.scan_parquet(folder / "attempts.parquet")
    cost = pl.col("cost_estimated").sum()
    several = tries.join(tries.filter(pl.col("attempt") > 1).select("request_id").unique(), on="request_id", how="semi")
    moved = (
        several.sort("request_id", "attempt")
        .with_columns(to=pl.col("provider").shift(-1).over("request_id"))
        .filter(pl.col("to").is_not_null() & (pl.col("to") != pl.col("provider")))
    )
    asked = {
        "spend by day": calls.group_by(pl.col("timestamp").dt.date()).agg(cost),
        "spend by provider": calls.group_by("provider").agg(cost),
        "latency": calls.filter(pl.col("status") == "ok")
        .group_by("provider", "model")
        .agg(p50=pl.col("latency_ms").quantile(0.5), p95=pl.col("latency_ms").quantile(0.95)),
        "strategies": calls.group_by("strategy").len(),
        "failures": tries.filter(pl.col("outcome") != "ok").group_by("provider", "error_type").len(),
        "failovers": moved.group_by("provider", "to").len(),
        "team and month": calls.group_by("team", pl.col("timestamp").dt.strftime("%Y-%m").alias("month")).agg(cost),
    }
    collected = pl.collect_all(list(asked.values()), engine="streaming")
    write_page({name: frame.sort(frame.columns[0]).rows() for name, frame in zip(asked, collected, strict=True)}, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
