"""The day of a price table is that of its publication, for the versions this release knows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from finops_report.analysis.price_tables import dated


def test_a_known_table_has_its_day() -> None:
    assert dated("genai-prices 0.2.3") == "genai-prices 0.2.3 of 10 Nov 2026"


def test_a_corrected_table_has_the_day_of_its_corrections_too() -> None:
    assert dated("genai-prices 0.2.3, corrected 2026-11-27") == (
        "genai-prices 0.2.3 of 10 Nov 2026 with corrections of 27 Nov 2026"
    )
    assert dated("genai-prices 99.0.0, corrected 2026-11-27") == "genai-prices 99.0.0 with corrections of 27 Nov 2026"
    assert dated("genai-prices 0.2.3, corrected 2026-99-99").endswith(" with corrections of 2026-99-99")


def test_another_table_has_none() -> None:
    assert dated("genai-prices 99.0.0") == "genai-prices 99.0.0"
    assert dated("finops.toml") == "finops.toml"
    assert dated("0.2.3") == "0.2.3"
    assert dated("charged by the provider") == "charged by the provider"


def test_the_version_we_ask_for_is_known() -> None:
    """Who raises it adds its line: version, day of `upload-time` in the package index's JSON (PEP 700)."""
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = (asked for asked in project["dependencies"] if asked.startswith("genai-prices"))
    lowest = re.search(r">=([0-9.]+)", wanted)
    assert lowest
    assert " of " in dated(f"genai-prices {lowest[1]}")
