"""Run every benchmark of `make bench`, or those named on the command line; each is loaded by itself."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("collector", "loading", "building", "routing", "wires", "scenarios", "streams", "page", "pricing")

wanted = sys.argv[1:] or PARTS
if unknown := [name for name in wanted if name not in PARTS]:
    sys.exit(f"error: No such benchmark: {', '.join(unknown)}\nhint: there are {', '.join(PARTS)}")
for name in wanted:
    print(f"## {name}\n")
    import_module(f"benchmarks.{name}").run()
    print()
