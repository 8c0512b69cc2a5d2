"""Run every benchmark of `make bench`, or those named on the command line."""

from __future__ import annotations

import sys

from benchmarks import building, collector, loading, page, pricing, routing, wires

ALL = {
    "collector": collector.run,
    "loading": loading.run,
    "building": building.run,
    "routing": routing.run,
    "wires": wires.run,
    "page": page.run,
    "pricing": pricing.run,
}

for name in sys.argv[1:] or ALL:
    print(f"## {name}\n")
    ALL[name]()
    print()
