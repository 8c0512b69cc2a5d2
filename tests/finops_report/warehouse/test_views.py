"""Every view has a class of rows, and DuckDB describes the view as the class does."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import typing
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops_report import analysis, answers, sections
from finops_report.calendar.period import PeriodAsk
from finops_report.warehouse import Budget, ReadRequest, Waiting, open_cubes, read, view_names
from finops_report.warehouse.views import View
from tests.conftest import NINE, call, write_table

NOW_US = 1_794_000_000_000_000
PYTHON = {
    "BIGINT": int,
    "BOOLEAN": bool,
    "DATE": date,
    "DECIMAL(38,12)": Decimal,
    "DECIMAL(38,6)": Decimal,
    "DOUBLE": float,
    "HUGEINT": int,
    "INTEGER": int,
    "TIMESTAMP": datetime,
    "VARCHAR": str,
}
# Attempts of which some failed and one provider's were all skipped; requests of which nothing is known but their time.
SPARSE = f"""
create table telemetry ({NINE}, team varchar);
insert into telemetry by name
select timestamp '2026-10-01' + to_hours(i) as timestamp, 'r' || i as request_id
from range(48) t (i);
create table attempts as
select timestamp '2026-10-01' + to_minutes(i) as timestamp, 'r' || i as request_id, a as attempt,
    (['resting', 'p'])[a] as provider, 'm' as model, (['skipped', 'ok'])[a] as outcome
from range(48) r (i), range(1, 3) t (a);
"""


def typed_views() -> Iterator[View[Any]]:
    """Every View that a module of the report's rooms holds."""
    for room in (analysis, answers, sections):
        for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            yield from (held for held in vars(importlib.import_module(found.name)).values() if isinstance(held, View))


TYPED = {view.name: view for view in typed_views()}


BUDGETS = (
    Budget(budget="all", amount=Decimal(1), period="month"),
    Budget(budget="one", amount=Decimal("0.001"), period="day", provider="openai"),
    Budget(budget="other", amount=Decimal(5), period="week", end_user="nobody"),
)


def asked(path: Path) -> ReadRequest:
    return ReadRequest(path, None, PeriodAsk(), NOW_US, Waiting(0, lambda: 0.0, lambda _: None), budgets=BUDGETS)


def fields_of(view: View[Any]) -> dict[str, set[type]]:
    """The fields of the view's row class, each with the types its values may have."""
    assert isinstance(view.row, type)
    hints = typing.get_type_hints(view.row)
    return {field.name: set(typing.get_args(hints[field.name]) or [hints[field.name]]) for field in _fields(view.row)}


def _fields(row: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(row)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, type]]]:
    """The columns of every view with their types, as DuckDB describes them."""
    path = write_table(tmp_path_factory.mktemp("views") / "t.duckdb", [call()])
    with open_cubes(asked(path)) as opened:
        tables = {name: opened.con.table(name) for name in view_names()}
        return {
            name: [(column, PYTHON[str(kind)]) for column, kind in zip(table.columns, table.types, strict=True)]
            for name, table in tables.items()
        }


def test_every_view_that_answers_something_has_a_class_and_every_class_a_view() -> None:
    assert sorted(TYPED) == sorted(view_names())


@pytest.mark.parametrize("view", TYPED.values(), ids=list(TYPED))
def test_duckdb_describes_the_view_as_its_class_does(
    view: View[Any], described: dict[str, list[tuple[str, type]]]
) -> None:
    fields = [(name, kinds - {type(None)}) for name, kinds in fields_of(view).items()]
    assert [(name, {kind}) for name, kind in described[view.name]] == fields


def test_a_value_is_none_only_if_its_type_admits_it(tmp_path: Path, month: Path) -> None:
    sparse, empty = tmp_path / "sparse.duckdb", tmp_path / "empty.duckdb"
    with duckdb.connect(str(sparse)) as con:
        con.execute(SPARSE)
    write_table(empty, [])
    for path in (sparse, empty, month):
        views = read(asked(path)).views
        for view in TYPED.values():
            for row in view.rows(views[view.name]):
                for name, kinds in fields_of(view).items():
                    assert type(getattr(row, name)) in kinds, f"{view.name}.{name} of {path.stem}"


def test_rows_of_other_columns_are_refused() -> None:
    with pytest.raises(TypeError):
        TYPED["repeated_request_ids"].rows([{"repeated": 1}])
