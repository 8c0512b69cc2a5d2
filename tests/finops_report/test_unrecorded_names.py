"""What nobody recorded is no provider, model or strategy: it is not counted, and no sentence takes it for one."""

from __future__ import annotations

from pathlib import Path

from finops_report.model import Answer, Report, Section
from tests.finops_report.conftest import reported
from tests.finops_report.sections.conftest import section_of, written

# Two requests of three name nothing, and cost twice as much.
NAMELESS = {
    "requests": 90,
    "strategy": "if(i % 3 = 0, 'cost-first', null)",
    "provider": "if(i % 3 = 0, 'openai', ' ')",
    "model": "if(i % 3 = 0, 'a', null)",
    "cost_estimated": "if(i % 3 = 0, 1.0, 2.0)",
}


def made(tmp_path: Path) -> Report:
    return reported(written(tmp_path / "t.duckdb", **NAMELESS))  # type: ignore[arg-type] # numbers and texts


def answer(report: Report, key: str) -> Answer:
    (found,) = (one for one in report.answers if one.key == key)
    return found


def first_cells(section: Section) -> list[str]:
    return [row[0] for row in section.table.rows]


def test_they_are_not_counted_as_providers_and_models(tmp_path: Path) -> None:
    report = made(tmp_path)
    assert (report.totals.providers, report.totals.models) == (1, 1)
    mix = answer(report, "mix")
    assert mix.answer.startswith("1 provider and 1 model. 80 % of spend has no provider")
    assert "The most expensive model is a with 20 %. The provider of 67 % of requests is not recorded." in mix.answer
    assert (mix.brief, mix.verdict) == ("no provider 80 %", "bad")


def test_sentences_say_that_the_name_lacks(tmp_path: Path) -> None:
    report = made(tmp_path)
    findings = {section.view: section.finding for section in report.sections}
    assert findings["spend_by_provider"].startswith("80 % of spend has no provider")
    assert findings["requests_by_strategy"] == "67 % of requests have no strategy"
    assert findings["spend_by_model"] == "requests without a model and a make up 100 % of spend"
    assert findings["strategy_regret"].startswith("requests without a strategy spent $60.00 above")
    assert "requests without a strategy 100 ms and cost-first 100 ms" in answer(report, "latency").answer


def test_tables_name_them_and_data_stay_as_recorded(tmp_path: Path) -> None:
    report = made(tmp_path)
    assert first_cells(section_of(report, "spend_by_provider")) == ["no provider", "OpenAI"]
    assert first_cells(section_of(report, "requests_by_strategy")) == ["no strategy", "cost-first"]
    assert [row[1] for row in section_of(report, "spend_by_model").table.rows] == ["no model", "a"]
    assert [row["provider"] for row in report.views["spend_by_provider"]] == ["not recorded", "openai"]


def test_if_no_name_is_recorded_at_all_none_is_counted(tmp_path: Path) -> None:
    nothing = reported(written(tmp_path / "t.duckdb", provider="null::varchar", model="null::varchar"))
    assert answer(nothing, "mix").answer == (
        "Neither providers nor models are recorded. 100 % of spend has no provider, unchanged from the day before. "
        "The provider of 100 % of requests is not recorded."
    )
