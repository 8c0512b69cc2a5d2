"""Hold the rules of who may import whom (ARCHITECTURE.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOORS = {  # a library and the only modules that may import it
    "click": {"finops_report.cli", "finops_report.cli_delivery"},
    "duckdb": {"finops_report.warehouse", "finops_router.telemetry.sinks.duckdb"},
    "jinja2": {"finops_report.page.templating"},
    "plotly": {"finops_report.charts", "finops_report.page.plotly_js"},
    "openai": {"finops_router.providers.openai"},
    "anthropic": {"finops_router.providers.anthropic"},
    "google": {"finops_router.providers.gemini"},
    "aiobotocore": {"finops_router.providers.bedrock"},
    "smtplib": {"finops_report.delivery.mail"},
    "genai_prices": {
        "finops_router.pricing.prices",
        "finops_router.pricing.usage",
    },  # what a token costs; what a response used
}
ORDER = (  # rooms of finops_report, each may import those after it (and its own) only
    {"__main__"},
    {"cli"},
    {"cli_delivery"},
    {"build", "querying"},
    {"delivery"},
    {"document", "page"},
    {"files", "charts", "pictures"},
    {"report"},
    {"answers"},
    {"sections"},
    {"analysis"},
    {"model"},
    {"warehouse"},
    {"calendar", "clock"},
    {"wording"},
    {"config"},
    {"errors"},
)
CORE_OF_TELEMETRY = {"finops_router.calls", "finops_router.errors", "finops_router.telemetry"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in (ROOT / "router" / "finops_router", ROOT / "finops_report"):
        for path in sorted(package.rglob("*.py")):
            parts = path.relative_to(package.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


ALL = [pytest.param(name, tree, id=name) for name, tree in modules()]


def inside(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize(("name", "tree"), ALL)
def test_router_and_report_never_import_each_other(name: str, tree: ast.Module) -> None:
    other = "finops_report" if inside(name, "finops_router") else "finops_router"
    if name == "finops_report.cli":  # the composition root, lazily
        top = {n for node in tree.body for n in imports(node) if isinstance(node, ast.Import | ast.ImportFrom)}
        assert not {n for n in top if inside(n, other)}
        return
    assert not {n for n in imports(tree) if inside(n, other)}


@pytest.mark.parametrize(("name", "tree"), ALL)
def test_each_library_has_one_door(name: str, tree: ast.Module) -> None:
    for library, doors in DOORS.items():
        if any(inside(n, library) for n in imports(tree)):
            assert any(inside(name, door) for door in doors), f"{name} imports {library}"


@pytest.mark.parametrize(("name", "tree"), [p for p in ALL if p.id and p.id.startswith("finops_report.")])
def test_rooms_of_the_report_import_downwards(name: str, tree: ast.Module) -> None:
    place = {room: depth for depth, rooms in enumerate(ORDER) for room in rooms}
    own = name.split(".")[1]
    for used in imports(tree):
        parts = used.split(".")
        if parts[0] == "finops_report" and len(parts) > 1 and parts[1] in place and parts[1] != own:
            assert place[parts[1]] > place[own], f"{name} imports {used}"


@pytest.mark.parametrize(("name", "tree"), ALL)
def test_telemetry_knows_calls_only(name: str, tree: ast.Module) -> None:
    if inside(name, "finops_router.telemetry"):
        used = {n for n in imports(tree) if inside(n, "finops_router")} - {"finops_router"}
        assert all(any(inside(n, room) for room in CORE_OF_TELEMETRY) for n in used), used


def test_sql_is_free_of_python() -> None:
    assert not list((ROOT / "sql").rglob("*.py"))
