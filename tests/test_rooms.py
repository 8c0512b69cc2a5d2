"""Hold the rules of who may import whom (ARCHITECTURE.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DOORS = {  # a library and the only modules that may import it
    "babel": {"finops_report.wording.cldr", "finops_router.settings.locales"},  # how it writes; which there are
    "click": {"finops_report.cli", "finops_report.commands"},
    "duckdb": {
        "finops_report.warehouse",
        "finops_router.telemetry.sinks.duckdb",
        "finops_router.telemetry.sinks.duckdb_file",
        "finops_router.telemetry.sinks.duckdb_repricing",
    },
    "jinja2": {"finops_report.page.templating"},
    "xlsxwriter": {"finops_report.workbooks"},
    "plotly": {"finops_report.charts", "finops_report.page.plotly_js", "finops_report.notebook.telemetry"},
    "openai": {"finops_router.providers.openai"},
    "anthropic": {"finops_router.providers.anthropic"},
    "google.genai": {"finops_router.providers.gemini"},
    "google.protobuf": {"finops_router.ingest.otlp_protobuf"},
    "yaml": {"finops_report.migrate.yaml_lines"},
    "opentelemetry.sdk": {"finops_router.instruments.spans"},
    "opentelemetry.trace": {"finops_router.instruments.spans", "finops_router.instruments.exported"},
    "opentelemetry.metrics": {"finops_router.instruments.exported"},
    "litellm": {"finops_router.instruments.litellm"},
    "langchain_core": {"finops_router.instruments.langchain"},
    "opentelemetry.proto": {"finops_router.ingest.otlp_protobuf"},
    "aiobotocore": {"finops_router.providers.bedrock"},
    "sqlite3": {"finops_router.gateway.state.sqlite"},
    "psycopg": {
        "finops_router.gateway.state.postgresql",
        "finops_report.ingest.remote",
        "finops_report.postgresql_address",
        "finops_report.warehouse.engines.postgresql",
    },
    "smtplib": {"finops_report.delivery.mail"},
    "cryptography": {"finops_report.delivery.encryption"},
    "uvicorn": {"finops_router.gateway"},
    "uvloop": {"finops_router.gateway"},
    "zxcvbn": {"finops_report.delivery.passphrase"},
    "detect_secrets": {"finops_router.guardrails.secrets"},
    "phonenumbers": {"finops_router.guardrails.personal"},
    "stdnum": {"finops_router.guardrails.personal"},
    "genai_prices": {
        "finops_router.pricing.listed",
        "finops_router.pricing.units",
        "finops_router.pricing.readings",
    },  # what a model costs; what can be charged for; what a response used
}
ORDER = (  # rooms of finops_report, each may import those after it (and its own) only
    {"__main__"},
    {"cli"},
    {"notebook"},
    {"commands"},
    {"build", "query", "doctor", "checks", "statement", "ingest", "migrate", "prices", "exports", "reconcile"},
    {"delivery", "live"},
    {"document", "page"},
    {"replaceable"},
    {"files", "pictures"},
    {"report"},
    {"answers"},
    {"sections"},
    {"model"},
    {"analysis"},
    {"charts"},
    {"warehouse"},
    {"calendar", "clock"},
    {"wording"},
    {"database_address", "postgresql_address"},
    {"errors", "nearest", "folder_lock", "named_files", "stop_signals", "web_address", "workbooks"},
)
# These make or price records of ours, and are themselves loaded by their commands alone.
ON_BOTH_HALVES = ("finops_report.ingest", "finops_report.prices")
TELEMETRY, RECORDS = "finops_router.telemetry", "finops_router.records"
PROGRAMS = ("finops_router.gateway.worker",)  # a process that puts a router and its telemetry together


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


def modules_of(room: str) -> list[Any]:
    return [pytest.param(name, tree, id=name) for name, tree in modules() if inside(name, room)]


@pytest.mark.parametrize(("name", "tree"), ALL)
def test_router_and_report_never_import_each_other(name: str, tree: ast.Module) -> None:
    other = "finops_report" if inside(name, "finops_router") else "finops_router"
    if inside(name, "finops_report.commands"):  # which bring both halves together, lazily: --help loads neither
        top = {n for node in tree.body for n in imports(node) if isinstance(node, ast.Import | ast.ImportFrom)}
        assert not {n for n in top if inside(n, other)}
        return
    if any(inside(name, room) for room in ON_BOTH_HALVES):
        return
    used = {n for n in imports(tree) if inside(n, other)}
    if inside(name, "finops_report.calendar"):  # the bounds of periods are those at which the gateway starts anew
        used = {n for n in used if n != "finops_router" and not inside(n, "finops_router.calendar")}
    assert not used


@pytest.mark.parametrize(("name", "tree"), ALL)
def test_each_library_has_one_door(name: str, tree: ast.Module) -> None:
    for library, doors in DOORS.items():
        if any(inside(n, library) for n in imports(tree)):
            assert any(inside(name, door) for door in doors), f"{name} imports {library}"


@pytest.mark.parametrize(
    ("name", "tree"), [p for p in ALL if isinstance(p.id, str) and p.id.startswith("finops_report.")]
)
def test_rooms_of_the_report_import_downwards(name: str, tree: ast.Module) -> None:
    place = {room: depth for depth, rooms in enumerate(ORDER) for room in rooms}
    own = name.split(".")[1]
    for used in imports(tree):
        parts = used.split(".")
        if parts[0] == "finops_report" and len(parts) > 1 and parts[1] in place and parts[1] != own:
            assert place[parts[1]] > place[own], f"{name} imports {used}"


@pytest.mark.parametrize(("name", "tree"), modules_of("finops_router"))
def test_telemetry_and_the_router_meet_in_the_records_alone(name: str, tree: ast.Module) -> None:
    used = {n for n in imports(tree) if inside(n, "finops_router")}
    if name in PROGRAMS:
        return
    if inside(name, TELEMETRY):
        assert all(inside(n, TELEMETRY) or inside(n, RECORDS) for n in used), used
    else:
        assert not {n for n in used if inside(n, TELEMETRY)}
    if name == RECORDS:
        assert not used


@pytest.mark.parametrize(("name", "tree"), modules_of(TELEMETRY))
def test_whoever_loads_knows_the_contract_of_sinks_and_none_of_them(name: str, tree: ast.Module) -> None:
    seam = {f"{TELEMETRY}.sinks.sink_at", f"{TELEMETRY}.sinks.contract"}
    used = {n for n in imports(tree) if n.startswith(f"{TELEMETRY}.sinks.")}
    assert inside(name, f"{TELEMETRY}.sinks") or all(any(inside(n, door) for door in seam) for n in used), used


def test_sql_is_free_of_python() -> None:
    assert not list((ROOT / "sql").rglob("*.py"))
