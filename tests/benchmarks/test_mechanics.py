"""Each part of `make bench` runs, tiny, for its mechanics: no figure is asserted, only that each is measured.

Parts whose own tests are beside this file are in none of these.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks import __main__ as bench
from benchmarks import building, collector, instruments, loading, pricing, routing, scale, wires
from finops_report.delivery.mail.chromium import find_chromium

Capture = pytest.CaptureFixture[str]


def test_a_build_is_measured_beside_one_scan(capsys: Capture) -> None:
    building.run(sizes=(500, 1000))
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["rows", "500", "1,000"]


def test_growth_is_measured_in_full_and_with_kept_cubes(capsys: Capture) -> None:
    scale.run(sizes=(400,), days=10)
    shown = capsys.readouterr().out
    for way in (
        "bare",
        "all cubes",
        "build",
        "with a cache, first",
        "the same again",
        "a day more",
        "build, a day more",
    ):
        assert shown.count(f" 400 {way}  ") == 1, way
    assert " 400 telemetry and kept cubes: " in shown


def test_loading_is_measured_beside_one_insert_of_the_same_bytes(capsys: Capture) -> None:
    loading.run(rows=300, rounds=1)
    rows = capsys.readouterr().out.splitlines()
    assert [line.rsplit(maxsplit=2)[2][-1] for line in rows[1:]] == ["x", "x"]


def test_a_record_is_measured_in_every_condition_and_a_missing_peer_is_one_line(capsys: Capture) -> None:
    ours, without = "finops-report record()", "Langfuse SDK"  # the latter is in [bench] alone
    collector.run(calls=40, rounds=1, peers=(ours, without))
    shown = capsys.readouterr().out.splitlines()
    for condition in collector.CONDITIONS:
        assert sum(line.startswith(f"{ours:34}{condition:16} ") and line.endswith("x") for line in shown) == 1
        assert sum(line.startswith(f"{without:34}{condition:16} ") for line in shown) == 1


def test_routing_is_measured_and_a_missing_peer_is_one_line(capsys: Capture) -> None:
    routing.run(calls=20, crowd=5, peer=lambda: None)
    shown = capsys.readouterr().out
    assert "litellm==" in shown
    assert " cannot be installed or cannot run: skipped\n" in shown
    assert "\nours, cost-first " in shown
    assert "\nimport finops_router " in shown


def test_routing_is_measured_beside_its_peer(capsys: Capture) -> None:
    routing.run(calls=20, crowd=5, peer=lambda: ([1e6] * 20, 1e6))
    shown = capsys.readouterr().out
    assert "\nLiteLLM Router, mock " in shown
    assert "\nLiteLLM over ours (p50): " in shown


def test_wires_are_measured_beside_the_sdk_and_clients_beside_each_other(capsys: Capture) -> None:
    wires.run(wires.Effort(pairs=2, streams=1, calls=4))
    shown = capsys.readouterr().out
    for way in ("bare SDK", "our wire", "the router over it"):
        assert shown.count(f"\n{way} ") == 2, way
    for client in ("aiohttp", "httpx2", "httpx", "niquests"):
        assert shown.count(f"\n{client:<22}") == 1, client


@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium found")
def test_the_page_is_measured_beside_a_page_of_one_sentence() -> None:
    command = "from benchmarks import page; page.run(visits=1)"  # Playwright leaves its event loop running in a process
    shown = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout
    assert "\nfirst contentful paint, page: " in shown
    assert "\nfrom touch to live chart: " in shown


def test_parts_run_without_the_libraries_of_the_others() -> None:
    missing = "import sys; sys.modules.update(playwright=None, openai=None, httpx=None); sys.argv[0] = ''\n"
    command = missing + "from benchmarks import wires, building, routing, pricing, loading, collector"
    subprocess.run([sys.executable, "-c", command], check=True)


def test_a_part_without_its_library_is_one_line_and_the_rest_runs(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    monkeypatch.delitem(sys.modules, "benchmarks.page", raising=False)
    monkeypatch.setattr(pricing, "run", lambda: sys.stdout.write("all prices\n"))
    bench.run(["page", "pricing"])
    shown = capsys.readouterr().out
    assert "page needs playwright.sync_api, which is not installed: skipped" in shown
    assert "all prices\n" in shown


def test_an_unknown_part_is_an_error_that_names_all() -> None:
    with pytest.raises(SystemExit, match=r"No such benchmark: pge\nhint: there are collector, loading"):
        bench.run(["pge"])


def test_watched_clients_are_measured_beside_the_sdk_alone(capsys: Capture) -> None:
    instruments.run(calls=2, rounds=1, chunks=3)
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0].split(" for ")[0] for line in shown if line][1:3] == ["OpenAI's SDK"] * 2
    assert any(line.startswith("said to its SDK") for line in shown)
