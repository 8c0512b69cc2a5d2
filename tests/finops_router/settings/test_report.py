"""The [report] part of finops.toml."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from finops_router.errors import ConfigError
from finops_router.settings.reader import read
from finops_router.settings.report import ReportConfig

ROOT = Path(__file__).parents[3]


def write(folder: Path, content: str) -> Path:
    path = folder / "finops.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_no_file_gives_the_defaults() -> None:
    assert read(None).report == ReportConfig(title="LLM spend report", timezone="UTC")


def test_settings_are_read_beside_the_router_part(tmp_path: Path) -> None:
    path = write(tmp_path, '[report]\ntitle = "Acme"\ntimezone = "Europe/Berlin"\n[router]\ndeadline_s = 9\n')
    assert read(path).report == ReportConfig("Acme", "Europe/Berlin")


def test_a_currency_comes_with_its_rate_to_the_last_digit(tmp_path: Path) -> None:
    path = write(tmp_path, '[report]\ncurrency = "EUR"\ncurrency_rate = 0.8612\ncurrency_rate_source = "ECB"\n')
    found = read(path).report
    assert (found.currency, found.currency_rate, found.currency_rate_source) == ("EUR", Decimal("0.8612"), "ECB")


@pytest.mark.parametrize(
    ("content", "said", "hint"),
    [
        ('[report]\ntimezon = "UTC"\n', "line 2: report.timezon", "did you mean timezone?"),
        ('[report]\nTimezone = "UTC"\n', "line 2: report.Timezone", "did you mean timezone?"),
        ('report.timezon = "UTC"\n', "line 1: report.timezon", "did you mean timezone?"),
        ('report = {title = "A",\ttimezon = "UTC"}\n', "line 1: report.timezon", "did you mean timezone?"),
        ("[report]\ntitle = 3\n", "line 2: report.title = 3", "quotes"),
        ("[report\n", "Not valid TOML", "finops.example.toml"),
        ('[report]\ncurrency = "EUR"\n', "No rate", "currency_rate"),
        ("[report]\ncurrency_rate = 0.92\n", "without its currency", "currency"),
        ('[report]\ncurrency = "euro"\ncurrency_rate = 0.92\n', "Not a currency", "EUR"),
        ('[report]\ncurrency = "EUR"\ncurrency_rate = -1\n', "currency_rate = -1", "make one US dollar"),
        ('[report]\ncurrency = "EUR"\ncurrency_rate = nan\n', "Not a rate", "make one US dollar"),
        ('[report]\ncurrency = "EUR"\ncurrency_rate = "0.9"\n', "Not a rate", "make one US dollar"),
        (f"[report]\ncurrency_rate = 0x{'f' * 5000}\n", "currency_rate", "make one US dollar"),
        (f"[report]\ncurrency_rate = 1{'0' * 5000}\n", "Not valid TOML", "finops.example.toml"),
        ("[report]\nfiscal_year_start = 13\n", "Not a month", "1 for January"),
        ("[report]\nfiscal_year_start = true\n", "Not a month", "1 for January"),
        ("report = 1\n", "Not a table", "[report]"),
        ("[[report]]\n", "Not a table", "[report]"),
        ("report = " + "[" * 100_000, "Not valid TOML", "finops.example.toml"),
    ],
)
def test_what_cannot_be_used_is_named_with_file_and_key(tmp_path: Path, content: str, said: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(write(tmp_path, content))
    assert said in caught.value.message
    assert "finops.toml" in caught.value.message
    assert hint in caught.value.hint


def test_a_missing_file_is_an_error_when_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_the_example_file_can_be_used() -> None:
    read(ROOT / "finops.example.toml")


@pytest.mark.parametrize("name", ["en", "de", "en-GB", "pt-BR", "de-CH", "zh-Hant-TW", "sr-Latn", "ar"])
def test_a_locale_is_one_of_cldr(tmp_path: Path, name: str) -> None:
    assert read(write(tmp_path, f'[report]\nlocale = "{name}"\n')).report.locale == name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("de-XX", "did you mean de-"),
        ("en_GB", "did you mean en-GB?"),
        ("pt-BRA", "did you mean pt-BR?"),
        ("xx", 'write it as "de"'),
        ("", 'write it as "de"'),
        ("und", "did you mean"),
        ("English (United States)", 'write it as "de"'),
        ("../../etc/passwd", 'write it as "de"'),
    ],
)
def test_an_unknown_locale_is_named_with_its_line_and_the_nearest(tmp_path: Path, name: str, hint: str) -> None:
    path = write(tmp_path, f'[report]\ntitle = "A"\nlocale = "{name}"\n')
    with pytest.raises(ConfigError) as refused:
        read(path)
    assert f"Not a locale in {path}, line 3: report.locale = {name!r}" in refused.value.message
    assert hint in (refused.value.hint or "")


def test_paper_is_one_that_the_page_is_made_for(tmp_path: Path) -> None:
    assert read(None).report.paper is None
    assert read(write(tmp_path, '[report]\npaper = "Letter"\n')).report.paper == "Letter"
    with pytest.raises(ConfigError) as refused:
        read(write(tmp_path, '[report]\npaper = "letter"\n'))
    assert "line 2: report.paper = 'letter'" in refused.value.message
    assert refused.value.hint == "did you mean Letter?"
