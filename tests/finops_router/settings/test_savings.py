"""[savings] names the work that may be answered later."""

from __future__ import annotations

from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read, read_whole

ROOT = Path(__file__).parents[3]


def test_work_is_named_by_tags_each_once() -> None:
    text = '[savings]\nnot_urgent = [{ urgency = "batch" }, { "a.b" = "c" }, { urgency = "batch" }]\n'
    assert read_whole(text, "f.toml").savings.not_urgent == (("urgency", "batch"), ("a.b", "c"))


def test_all_work_is_urgent_by_default() -> None:
    assert read_whole("", "f.toml").savings.not_urgent == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[savings]\nurgent = []\n", "f.toml, line 2: savings.urgent", "not_urgent"),
        (
            '[savings]\nnot_urgent = "batch"\n',
            "f.toml, line 2: savings.not_urgent",
            "write it as [[savings.not_urgent]]",
        ),
        ('[savings]\nnot_urgent = ["batch"]\n', "Not a table in f.toml, line 2: savings.not_urgent[0]", "write it as"),
        ("[savings]\nnot_urgent = [{}]\n", "Not tags in f.toml, line 2: savings.not_urgent", "name one key"),
        ('[savings]\nnot_urgent = [{ a = "b", c = "d" }]\n', "Not tags in f.toml, line 2", "name one key"),
        ("[savings]\nnot_urgent = [{ a = 1 }]\n", "f.toml, line 2: savings.not_urgent[0].a", "give a text in quotes"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_whole(text, "f.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_the_example_names_two() -> None:
    assert read(ROOT / "finops.example.toml").savings.not_urgent == (("urgency", "batch"), ("job", "nightly"))
