"""docs/settings.md says every setting that the reader of finops.toml knows, and no other."""

from __future__ import annotations

from pathlib import Path

from finops_router.settings.reader import TABLES

from tests.documents.golden_pages import check_reference
from tests.documents.settings_page import EXAMPLE, described, known_keys, page

PAGE = Path(__file__).parents[2] / "docs/settings.md"
TOLD = described(EXAMPLE.read_text(encoding="utf-8").splitlines())


def test_the_golden_page_says_what_the_reader_takes() -> None:
    check_reference(PAGE, page())


def test_every_setting_of_the_reader_is_told_and_every_told_one_is_known() -> None:
    known = known_keys()
    assert set(TABLES) == known.pop("")
    same_as_others = {"prices.contract.models": "router.prices"}  # says so in its words
    for name, keys in known.items():
        parent, _, last = name.rpartition(".")
        if name not in TOLD and parent in TOLD and last in TOLD[parent].keys:
            continue  # told in braces, as an example
        inner = {other.removeprefix(f"{name}.").partition(".")[0] for other in TOLD if other.startswith(f"{name}.")}
        told = TOLD[name].keys | inner if name in TOLD else inner
        told |= TOLD[same_as_others[name]].keys if name in same_as_others else set()
        assert told == keys, name


def test_every_table_and_setting_has_words() -> None:
    for table in TOLD.values():
        for number, group in enumerate(table.groups):
            assert group.meaning or table.introduction or number, table.header


def test_a_setting_that_the_example_does_not_have_is_missed() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if not line.startswith("timezone")]
    assert known_keys()["report"] - described(lines)["report"].keys - {"verdicts"} == {"timezone"}
