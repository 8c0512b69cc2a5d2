"""Hold the rules of who may import whom (ARCHITECTURE.md)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOORS = {  # a library and the only modules that may import it
    "babel": {"finops_report.wording.cldr", "finops_router.settings.locales"},  # how it writes; which there are
    "click": {"finops_report.cli", "finops_report.commands"},
    "duckdb": {
        "finops_report.warehouse",
        "finops_router.telemetry.sinks",
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
    "fsspec": {"finops_router.object_stores"},
    "s3fs": set(),  # loaded by name: each store has a library of its own
    "sqlite3": {"finops_router.gateway.state.sqlite"},
    "psycopg": {
        "finops_router.gateway.state.postgresql",
        "finops_router.telemetry.sinks.postgresql",
        "finops_router.telemetry.sinks.postgresql_server",
        "finops_router.telemetry.sinks.moves.postgresql",
        "finops_report.ingest.remote",
        "finops_report.postgresql_address",
        "finops_report.warehouse.engines.postgresql",
    },
    "clickhouse_connect": {
        "finops_router.telemetry.sinks.clickhouse_server",
        "finops_report.warehouse.engines.clickhouse",
    },
    "pyspark": {"finops_report.warehouse.engines.spark"},
    "grpc": {"finops_report.warehouse.engines.spark"},
    "google.cloud": {"finops_report.warehouse.engines.warehouses.bigquery"},
    "redshift_connector": {"finops_report.warehouse.engines.warehouses.redshift"},
    "snowflake": {"finops_report.warehouse.engines.warehouses.snowflake"},
    "trino": {"finops_report.warehouse.engines.warehouses.trino"},
    "databricks": {"finops_report.warehouse.engines.warehouses.databricks"},
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


def modules() -> dict[str, Path]:
    found = {}
    for package in (ROOT / "router" / "finops_router", ROOT / "finops_report"):
        for path in sorted(package.rglob("*.py")):
            parts = path.relative_to(package.parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def tree_of(name: str) -> ast.Module:
    """Parse a module when a test asks for it: every process that runs tests lists the modules."""
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


@cache
def imported(name: str) -> frozenset[str]:
    return frozenset(imports(tree_of(name)))


def imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def inside(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def modules_of(room: str) -> list[str]:
    return [name for name in MODULES if inside(name, room)]


# Each rule names all that breaks it at once; one test a module would take longer to count than to hold the rules.


def test_router_and_report_never_import_each_other() -> None:
    assert not {name: used for name in MODULES if (used := of_the_other_half(name))}


def of_the_other_half(name: str) -> set[str]:
    other = "finops_report" if inside(name, "finops_router") else "finops_router"
    if inside(name, "finops_report.commands"):  # which bring both halves together, lazily: --help loads neither
        top = [node for node in tree_of(name).body if isinstance(node, ast.Import | ast.ImportFrom)]
        return {n for node in top for n in imports(node) if inside(n, other)}
    if any(inside(name, room) for room in ON_BOTH_HALVES):
        return set()
    used = {n for n in imported(name) if inside(n, other)}
    if name == "finops_report.warehouse.engines.object_store":  # what the collector writes, the report reads
        return {n for n in used if n != "finops_router" and not inside(n, "finops_router.object_stores")}
    if inside(name, "finops_report.calendar"):  # the bounds of periods are those at which the gateway starts anew
        return {n for n in used if n != "finops_router" and not inside(n, "finops_router.calendar")}
    return used


def test_each_library_has_one_door() -> None:
    assert not [
        (name, library)
        for name in MODULES
        for library, doors in DOORS.items()
        if any(inside(n, library) for n in imported(name)) and not any(inside(name, door) for door in doors)
    ]


def test_rooms_of_the_report_import_downwards() -> None:
    assert not {name: used for name in modules_of("finops_report") if (used := upwards(name))}


def upwards(name: str) -> set[str]:
    place = {room: depth for depth, rooms in enumerate(ORDER) for room in rooms}
    own, found = room_of(name), {used: room_of(used) for used in imported(name) if inside(used, "finops_report")}
    return {used for used, room in found.items() if place.get(room, len(ORDER)) <= place.get(own, -1) and room != own}


def room_of(name: str) -> str:
    return f"{name}.".split(".")[1]


def test_telemetry_and_the_router_meet_in_the_records_alone() -> None:
    used = {name: {n for n in imported(name) if inside(n, "finops_router")} for name in modules_of("finops_router")}
    telemetry = {name for name in used if inside(name, TELEMETRY)}
    allowed = (TELEMETRY, RECORDS, "finops_router.object_stores")
    assert not {name for name in telemetry if any(not any(inside(n, room) for room in allowed) for n in used[name])}
    others = used.keys() - telemetry - set(PROGRAMS)
    assert not {name for name in others if any(inside(n, TELEMETRY) for n in used[name])}
    assert not used[RECORDS]


def test_whoever_loads_knows_the_contract_of_sinks_and_none_of_them() -> None:
    sinks, seam = f"{TELEMETRY}.sinks", (f"{TELEMETRY}.sinks.sink_at", f"{TELEMETRY}.sinks.contract")
    assert not [
        (name, used)
        for name in modules_of(TELEMETRY)
        for used in imported(name)
        if not inside(name, sinks) and used.startswith(f"{sinks}.") and not any(inside(used, door) for door in seam)
    ]


def test_sql_is_free_of_python() -> None:
    assert not list((ROOT / "sql").rglob("*.py"))
