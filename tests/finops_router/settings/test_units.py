"""[[units]] names what a company counts, and one place of its counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read
from finops_router.settings.units import UnitConfig

ROOT = Path(__file__).parents[3]


def write(folder: Path, text: str) -> Path:
    path = folder / "finops.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_are_in_a_file_or_in_the_table(tmp_path: Path) -> None:
    text = '[[units]]\nname = "ticket"\nfile = "t.csv"\n[[units]]\nname = "document"\ntable = "units"\n'
    assert read(write(tmp_path, text)).units == (UnitConfig("ticket", "t.csv"), UnitConfig("document"))


def test_there_are_none_by_default(tmp_path: Path) -> None:
    assert read(None).units == read(write(tmp_path, "")).units == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('[[units]]\nfile = "t.csv"\n', "Missing key in {file}, line 1: units[0].name", "give a text"),
        ('[[units]]\nname = "t"\n', "Not one place of counts in {file}, line 1: t", 'or table = "units"'),
        (
            '[[units]]\nname = "t"\nfile = "t.csv"\ntable = "units"\n',
            "Not one place of counts in {file}, line 1: t",
            "give either file",
        ),
        ('[[units]]\nname = "t"\ntable = "tickets"\n', "{file}, line 3: units[0].table", "the table is called units"),
        (
            '[[units]]\nname = "t"\nfiel = "t.csv"\n',
            "{file}, line 3: units[0].fiel",
            "did you mean file?",
        ),
        (
            '[[units]]\nname = "t"\nfile = "a"\n[[units]]\nname = "t"\nfile = "b"\n',
            "Not a new name in {file}, line 5: units[1].name",
            "count each outcome in one place",
        ),
        ('[units]\nname = "t"\n', "{file}, line 1: units", "write it as [[units]]"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert message.format(file=path) in caught.value.message
    assert hint in caught.value.hint


def test_the_example_shows_both() -> None:
    lines = (ROOT / "finops.example.toml").read_text(encoding="utf-8").splitlines()
    assert {"# [[units]]", '# file = "tickets.csv"', '# table = "units"'} <= set(lines)
