"""finops.toml is read whole, whoever reads it: nothing in it is passed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.gateway import GatewayConfig
from finops_router.settings.reader import TABLES, Settings, load, parse, read, read_whole
from finops_router.settings.report import ReportConfig
from finops_router.settings.verdicts import VerdictConfig

ROOT = Path(__file__).parents[3]
WHOLE = """[report]
title = "Acme"

[router.groups.chat]
strategy = "fixed"

[[router.groups.chat.targets]]
provider = "openai"
model = "gpt-4o-mini"
"""
KNOWN = (
    "known tables: alerts, budgets, gateway, guardrails, prices, reconcile, report, router, savings, statement, units"
)
MISTAKES = [  # what is written over which line of WHOLE, what is refused, and what was meant
    (1, "[reprot]", "Unknown table in {file}, line 1: reprot", "did you mean report?"),
    (1, "[REPORT]", "Unknown table in {file}, line 1: REPORT", "did you mean report?"),
    (1, "[[budget]]", "Unknown table in {file}, line 1: budget", "did you mean budgets?"),
    (1, "[reprot.page]", "Unknown table in {file}, line 1: reprot", "did you mean report?"),
    (1, "", "Unknown table in {file}, line 2: title", KNOWN),
    (2, "titel = 'Acme'", "Unknown key in {file}, line 2: report.titel", "did you mean title?"),
    (4, "[routr.groups.chat]", "Unknown table in {file}, line 4: routr", "did you mean router?"),
    (4, "[router.group.chat]", "Unknown key in {file}, line 4: router.group", "did you mean groups?"),
    (5, "strategie = 'fixed'", "Unknown key in {file}, line 5: router.groups.chat.strategie", "did you mean strategy?"),
    (8, "providr = 'openai'", "{file}, line 8: router.groups.chat.targets[0].providr", "did you mean provider?"),
]


def write(folder: Path, content: bytes) -> Path:
    path = folder / "finops.toml"
    path.write_bytes(content)
    return path


def mistaken(line: int, text: str) -> str:
    lines = WHOLE.split("\n")
    lines[line - 1] = text
    return "\n".join(lines)


@pytest.mark.parametrize("reader", [read, load])
@pytest.mark.parametrize(("line", "text", "message", "hint"), MISTAKES)
def test_what_is_not_known_is_refused_whichever_half_reads_it(
    tmp_path: Path, reader: Callable[[Path], object], line: int, text: str, message: str, hint: str
) -> None:
    path = write(tmp_path, mistaken(line, text).encode())
    with pytest.raises(ConfigError) as caught:
        reader(path)
    assert message.format(file=path) in caught.value.message
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + WHOLE.encode(), id="BOM"),
        pytest.param(WHOLE.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode(), id="BOM and CRLF"),
    ],
)
def test_files_of_windows_editors_are_read_to_the_line(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    assert read(path) == Settings(ReportConfig(title="Acme"), load(path))
    with pytest.raises(ConfigError, match="line 8: router"):
        read(write(tmp_path, content.replace(b"provider", b"providr")))


def test_a_text_with_a_byte_order_mark_is_parsed() -> None:
    assert set(parse("\ufeff" + WHOLE, "finops.toml").groups) == {"chat"}


def test_a_report_needs_no_groups_and_no_router(tmp_path: Path) -> None:
    assert read(write(tmp_path, b"[report]\n")).router is None
    path = write(tmp_path, b"[router]\ndeadline_s = 5\n")
    router = read(path).router
    assert router is not None
    assert router.deadline_s == 5
    with pytest.raises(ConfigError, match=r"Missing key in .*, line 1: router\.groups"):
        load(path)


def test_every_table_of_the_example_is_known() -> None:
    settings = read(ROOT / "finops.example.toml")
    assert settings.router == load(ROOT / "finops.example.toml")
    assert replace(settings.report, verdicts=VerdictConfig()) == ReportConfig()  # test_verdicts.py compares the rest
    assert settings.gateway == GatewayConfig()
    assert set(TABLES) == set(KNOWN.removeprefix("known tables: ").split(", "))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read(write(tmp_path, b"\xff\xfe[report]"))


def test_a_name_of_a_thousand_parts_is_not_printed_whole() -> None:
    name = ".".join("a" * 1_000)
    with pytest.raises(ConfigError, match=r"^Not valid TOML: f.toml: Cannot declare .* \.\.\. .*line 3") as caught:
        parse(f"[{name}]\nx = 1\n[{name}]\n", "f.toml")
    assert len(caught.value.message) < 400


def test_a_number_beyond_all_measure_is_refused_and_not_printed_whole(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(write(tmp_path, b"[router]\ndeadline_s = 0x" + b"f" * 5000))
    assert "router.deadline_s = a number of more than twenty digits" in caught.value.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a = " + "9" * 5000, "a number of thousands of digits"), ("a = " + "[" * 5000, "too many tables")],
)
def test_what_python_gives_up_on_is_named_in_our_words(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"Not valid TOML: f.toml: {reason}"):
        read_whole(text, "f.toml")
