"""Run every benchmark of `make bench`, or those named on the command line; each is loaded by itself."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = (
    "collector",
    "loading",
    "building",
    "routing",
    "wires",
    "scenarios",
    "gateway_scenarios",
    "streams",
    "gateway",
    "gateway_peers",
    "page",
    "pricing",
    "instruments",
    "forecast",
    "budgets",
)
BY_NAME = (  # which take long
    "scale",
    "gateway_soak",
    "stores",
    "shards",
    "postgresql",
    "kept_servers",
    "kept_lakes",
    "peers_page",
)
INSTALL = "pip install --editable '.[test,bench]'"


def run(wanted: list[str]) -> None:
    """Run the named parts, or all of `PARTS`; one whose libraries are not installed is a line, and the others run."""
    if unknown := [name for name in wanted if name not in (*PARTS, *BY_NAME)]:
        sys.exit(f"error: No such benchmark: {', '.join(unknown)}\nhint: there are {', '.join((*PARTS, *BY_NAME))}")
    for name in wanted or PARTS:
        print(f"## {name}\n")
        try:
            import_module(f"benchmarks.{name}").run()
        except ModuleNotFoundError as missing:
            print(f"{name} needs {missing.name}, which is not installed: skipped ({INSTALL})")
        print()


if __name__ == "__main__":
    run(sys.argv[1:])
