"""Kept cubes of Parquet whose files differ in their columns, and what is asked of all rows beside what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from finops_report.warehouse import ReadRequest
from finops_report.warehouse.cubes import Asked, cubes
from finops_report.warehouse.engines import parquet_ends
from finops_report.warehouse.later_tiers import NotUrgent
from finops_report.warehouse.parts import parts_of
from finops_report.warehouse.policies import Policy
from finops_report.warehouse.reading import open_cubes
from tests.finops_report.warehouse.engines.test_parquet_parts import SHAPES, lake_of, load
from tests.finops_report.warehouse.kept.test_kept_cubes import asked, assert_equal_to_full, batch, kept_parts

NINE_COLUMNS = SHAPES[1]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files that were written just now for settled ones."""
    monkeypatch.setattr(parquet_ends, "SETTLED_S", -60.0)


def test_numbers_are_as_exact_as_the_types_of_all_files_together(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a", "* replace (16777217::bigint as input_tokens)")
    assert_equal_to_full(asked(lake))
    load(lake, batch(300, 2), "b", "* replace (1::float as input_tokens)")  # by which a bigint is read as a float
    assert_equal_to_full(asked(lake))
    load(lake, batch(10, 3), "c", "* replace (1::float as input_tokens)")
    assert_equal_to_full(asked(lake))


def test_files_of_a_part_that_do_not_go_together_any_more_are_summed_anew(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "b", NINE_COLUMNS)
    load(lake, batch(300, 2), "c", f"{NINE_COLUMNS}, team, ttft_ms, 'text' as more")
    assert_equal_to_full(asked(lake))
    before = [part for part in kept_parts(asked(lake)) if part[1] == "telemetry"]
    load(lake, batch(300, 3), "a", f"{NINE_COLUMNS}, 1 as more")  # which is read with b, and not with c
    assert_equal_to_full(asked(lake, "Europe/Berlin"))
    assert not set(before) & set(kept_parts(asked(lake)))


def test_a_file_that_was_replaced_by_one_of_other_columns_is_read_by_its_own(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    for shape in (1, 0, 5, 3):
        load(lake, batch(300, shape), "a", SHAPES[shape])
        assert_equal_to_full(asked(lake))


def test_long_names_are_cut_alike(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(50, 1), "a")
    assert_equal_to_full(asked(lake))
    long = "update telemetry set team = repeat('é', 400) || rowid % 2, provider = repeat('p', 513) where rowid % 5 = 0"
    load(lake, f"{batch(50, 2)};{long}", "b")
    assert_equal_to_full(asked(lake))


def test_without_attempts_failovers_are_inferred_and_with_the_first_ones_no_more(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a")
    (lake / "attempts" / "a.parquet").rename(tmp_path / "attempts.parquet")
    full = replace(asked(lake), cache=None)
    assert has_attempts(asked(lake)) == has_attempts(full) is False
    (tmp_path / "attempts.parquet").rename(lake / "attempts" / "a.parquet")
    for _ in range(2):
        assert has_attempts(asked(lake)) == has_attempts(full) is True


def has_attempts(request: ReadRequest) -> bool:
    with open_cubes(request, parts=parts_of(("totals",))) as opened:
        return opened.source.has_attempts


SETTINGS = ("cubes.not_urgent", "cubes.outside_policy")


def test_what_settings_ask_of_all_rows_is_read_from_all_files(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    columns = "* replace ('{\"k\": \"a\"}'::json as tags), 'eu' as inference_region_of_others"
    load(lake, batch(300, 1), "a", columns)
    request = replace(
        asked(lake),
        not_urgent=NotUrgent(tags=(("k", "a"),)),
        policies=(Policy(guardrail="small", max_input_tokens=100),),
    )
    known = [cube.table for cube in cubes(Asked(tags=True, policies=True)) if cube.table in SETTINGS]
    for name in "bc":
        assert of_settings(request, known) == of_settings(replace(request, cache=None), known)
        load(lake, batch(300, ord(name)), name, columns)
        assert of_settings(request, known) == of_settings(replace(request, cache=None), known)


def of_settings(request: ReadRequest, tables: list[str]) -> list[list[tuple[object, ...]]]:
    with open_cubes(request, parts=parts_of((), (f"from {', '.join(tables)}",), binds_names=False)) as opened:
        found = [opened.con.execute(f"from {table} order by all").fetchall() for table in tables]
    assert all(found)
    return found


def test_one_file_is_a_part_under_its_own_path(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    load(lake, batch(300, 1), "a[b]*?")
    file = lake / "telemetry" / "a[b]*?.parquet"
    for _ in range(2):
        assert_equal_to_full(asked(file))
    assert len(kept_parts(asked(file))) == 1
