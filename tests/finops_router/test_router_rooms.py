"""Each room of the router imports only rooms below it, so that the way of a request reads from top to bottom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "router" / "finops_router"
ORDER = (  # each may import those after it (and its own) only
    {"__init__"},
    {"demo"},
    {"gateway"},
    {"router"},
    {"guardrails"},
    {"instruments"},
    {"call", "settings", "ingest"},
    {"choice"},
    {"providers"},
    {"pricing"},
    {"attribution"},
    {"records"},
    {"calls"},
    {"errors"},
    {"calendar", "object_stores", "redaction", "watch"},
)
DEPTH = {room: depth for depth, rooms in enumerate(ORDER) for room in rooms}
NESTING = (  # of one call: each file of call/ may import those after it only
    "turns",
    "last_resort",
    "wait_out",
    "fair_share",
    "hedge",
    "retry",
    "attempt",
    "failed_usage",
    "silence",
    "timeouts",
    "turn",
    "untried",
    "services",
    "ledger",
    "records",
    "outcomes",
    "failures",
    "call",
    "prefill",
)


def imports(path: Path) -> set[tuple[str, ...]]:
    """The modules of ours that `path` needs when it runs, each as its parts; those for types alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(node) for branch in ast.walk(tree) if isinstance(branch, ast.If) for node in ast.walk(branch)}
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and id(node) not in skipped)
    names = (node.module or "" for node in nodes)
    return {tuple(name.split(".")[1:]) for name in names if name.startswith("finops_router.")}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize(
    "path", [p for p in sorted(PACKAGE.rglob("*.py")) if room_of(p) in DEPTH], ids=lambda path: path.stem
)
def test_rooms_import_downwards(path: Path) -> None:
    own = room_of(path)
    for room, *_ in imports(path):
        if room in DEPTH and room != own:
            assert DEPTH[room] > DEPTH[own], f"{own} imports {room}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "call").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_a_call_is_nested_as_its_files_are_listed(path: Path) -> None:
    for room, *rest in imports(path):
        if room == "call" and rest:
            assert NESTING.index(rest[0]) > NESTING.index(path.stem), f"{path.stem} imports {rest[0]}"
