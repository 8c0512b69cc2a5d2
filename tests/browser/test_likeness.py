"""A live chart lies exactly over its picture: the picture keeps words and lines, Plotly draws the same marks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visits import OpenPage, enliven
from tests.conftest import Run, call, figures_in, write_table
from tests.extended import EXTENDED, extended

pytestmark = pytest.mark.browser
MARKS = ".bars .point path, .scatter .lines path, .scatter .points path"
# How far the edges of all live marks of each chart are from those of the picture that is shown. A browser tells the
# box of a path without its stroke: upright strokes are wider than it, level ones taller, round ends both.
DISTANCES = """(marks) => [...document.querySelectorAll("figure[data-chart]")].map((frame) => {
    const box = (e) => {
        const { left, top, right, bottom } = e.getBoundingClientRect();
        const scale = e.ownerSVGElement.getBoundingClientRect().width / (e.ownerSVGElement.viewBox.baseVal.width || 1);
        const half = e.closest(".pic-data") ? Number(e.getAttribute("stroke-width")) * scale / 2 : 0;
        const round = e.hasAttribute("stroke-linecap");
        const [x, y] = [/v/, /h/].map((way) => (round || way.test(e.getAttribute("d")) ? half : 0));
        return [left - x, top - y, right + x, bottom + y];
    };
    const around = (all) => all.map(box).filter((b) => b[2] > b[0] || b[3] > b[1]).reduce(
        (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
    const is_shown = (e) => e.ownerSVGElement.getBoundingClientRect().width;
    const shown = [...frame.querySelectorAll(".pic-data path")].filter(is_shown);
    const live = around([...frame.querySelectorAll(marks)]);
    return [frame.dataset.chart, Math.max(...around(shown).map((edge, i) => Math.abs(edge - live[i])))];
})"""


@pytest.mark.parametrize("width", [1440, extended(768), 390])
def test_live_marks_are_where_the_picture_has_them(
    visit: OpenPage, report: Path, charts: tuple[str, ...], width: int
) -> None:
    page = visit(report, width=width).page
    enliven(page)
    found = page.evaluate(DISTANCES, MARKS)
    assert {chart for chart, _ in found} == set(charts)
    assert [(chart, off_px) for chart, off_px in found if off_px is None or off_px > 3] == []


@EXTENDED
def test_words_and_lines_stay_those_of_the_picture(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    chart = page.locator("#chart-spend_over_time")
    before = chart.locator(".wide svg text").count()
    enliven(page)
    assert before > 10
    expect(chart.locator(".wide svg text").first).to_be_visible()
    expect(chart.locator(".wide .pic-data")).to_be_hidden()
    assert page.locator(".live .xtick, .live .ytick, .live .legend").count() == 0


@pytest.mark.parametrize("keys", [(), ("Enter", " ")], ids=["pointer", "keyboard"])
def test_a_series_is_hidden_and_shown_by_its_name(visit: OpenPage, report: Path, keys: tuple[str, ...]) -> None:
    page = visit(report).page
    enliven(page)
    chart = page.locator("#chart-latency_by_model")
    marks = chart.locator(".live .scatterlayer .point")
    third = marks.count() // 3
    name = chart.locator(".wide text[data-series]").first
    hide, show = (partial(name.press, key) for key in keys) if keys else (name.click, name.click)
    hide()
    expect(marks).to_have_count(2 * third)
    expect(name).to_have_attribute("aria-pressed", "false")
    show()
    expect(marks).to_have_count(3 * third)


@pytest.mark.parametrize(
    ("days", "name"),
    [extended(2, "2 Oct 2026"), (200, "week of 28 Sep 2026"), extended(700, "Oct 2026")],
    ids=["day", "week", "month"],
)
def test_the_label_of_a_column_names_its_day_week_or_month_and_all_that_is_in_it(
    visit: OpenPage, run: Run, tmp_path: Path, days: int, name: str
) -> None:
    first = datetime(2026, 10, 2, 12) - timedelta(days=days - 1)
    rows = [
        call(request_id="first", timestamp=f"{first:%Y-%m-%d %H:%M:%S}", provider="before"),
        call(request_id="second", timestamp="2026-10-02 12:00:00", provider="one"),
        call(request_id="third", timestamp="2026-10-02 12:00:00", provider="two"),
    ]
    assert run("build", "--db", write_table(tmp_path / "t.duckdb", rows), "--out", "out/report.html").exit_code == 0
    page = visit(Path("out/report.html")).page
    enliven(page)
    chart = page.locator("#chart-spend_over_time")
    chart.scroll_into_view_if_needed()
    column = chart.locator(".live .bars .point path").last.bounding_box()
    assert column
    for step in (0.4, 0.6):
        page.mouse.move(column["x"] + column["width"] * step, column["y"] + column["height"] / 2)
    label = chart.locator(".hoverlayer .legend")
    expect(label).to_contain_text(name)
    expect(label).to_contain_text("one: $")
    expect(label).to_contain_text("two: $")
    expect(label).not_to_contain_text("before")


def test_names_from_data_are_text_in_hover_labels(visit: OpenPage, run: Run, tmp_path: Path) -> None:
    named = '<a href="https://example.com/">p</a> & <b>q</b>'
    db = write_table(tmp_path / "t.duckdb", [call(provider=named), call(provider="plain", request_id="r2")])
    assert run("build", "--db", db, "--out", "out/report.html").exit_code == 0
    page = visit(Path("out/report.html")).page
    enliven(page)
    chart = page.locator("#chart-spend_by_provider")
    page.evaluate(
        "Plotly.Fx.hover(document.querySelector('#chart-spend_by_provider .live'), [{curveNumber: 0, pointNumber: 0}])"
    )
    label = chart.locator(".hoverlayer")
    expect(label).to_contain_text("<b>q</b>")
    assert label.locator("a").count() == 0


def test_the_label_of_a_bar_says_what_does_not_stand_at_it(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    enliven(page)
    bars = {
        name: figure["data"][0]
        for name, figure in figures_in(report.read_text(encoding="utf-8")).items()
        if figure["data"][0].get("orientation") == "h" and figure["layout"].get("barmode") != "overlay"
    }
    assert len(bars) > 5
    for name, trace in bars.items():
        page.evaluate(
            "(name) => Plotly.Fx.hover(document.querySelector(`#chart-${name} .live`), "
            "[{ curveNumber: 0, pointNumber: 0 }])",
            name,
        )
        label = page.locator(f"#chart-{name} .hoverlayer .hovertext").first.text_content()
        if name in ("budgets", "unit_costs"):  # all there is to say stands at the bar
            assert label == f"{trace['y'][0]}: {trace['text'][0]}"
            continue
        assert label == f"{trace['y'][0]}: {trace['customdata'][0]}"
        assert trace["text"][0] not in label


@EXTENDED
def test_labels_are_in_the_locale_of_the_settings(visit: OpenPage, run: Run, month: Path) -> None:
    Path("finops.toml").write_text('[report]\nlocale = "de"\n', encoding="utf-8")
    assert run("build", "--db", month, "--out", "out/report.html").exit_code == 0
    page = visit(Path("out/report.html")).page
    enliven(page)
    for name in ("spend_over_time", "strategy_over_time"):
        chart = page.locator(f"#chart-{name}")
        chart.scroll_into_view_if_needed()
        column = chart.locator(".live .bars .point path").first.bounding_box()
        assert column
        for step in (0.4, 0.6):
            page.mouse.move(column["x"] + column["width"] * step, column["y"] + column["height"] / 2)
        label = chart.locator(".hoverlayer .legend")
        expect(label).to_contain_text(re.compile(r"\d\.\sOkt\.\s2026: \d+(,\d+\s\$)?"))
        expect(label).not_to_contain_text("$0.")


# The numbers in the live cells of the matrix without such a number of the picture under them.
ASTRAY = """() => {
    const frame = document.querySelector("#chart-failover_matrix");
    const middle = (e) => {
        const { left, top, right, bottom } = e.getBoundingClientRect();
        return [(left + right) / 2, (top + bottom) / 2];
    };
    const texts = [".live .bartext", ".drawing :is(.wide, .middle, .narrow) text"];
    const [over, under] = texts.map((words) => [...frame.querySelectorAll(words)]);
    return [over.length, over.map((text) => text.textContent).filter((number, i) => !under.some((text) =>
        text.textContent === number && middle(text).every((at, axis) => Math.abs(at - middle(over[i])[axis]) < 3)))];
}"""


@pytest.mark.parametrize("width", [extended(1440), 390])
def test_the_numbers_of_live_cells_lie_over_those_of_the_picture(visit: OpenPage, report: Path, width: int) -> None:
    page = visit(report, width=width).page
    enliven(page)
    columns = figures_in(report.read_text(encoding="utf-8"))["failover_matrix"]["data"]
    assert page.evaluate(ASTRAY) == [sum(1 for column in columns for number in column["text"] if number), []]


def test_a_cell_of_the_matrix_names_its_column_and_its_row(visit: OpenPage, report: Path) -> None:
    page = visit(report).page
    enliven(page)
    chart = page.locator("#chart-failover_matrix")
    chart.scroll_into_view_if_needed()
    columns = figures_in(report.read_text(encoding="utf-8"))["failover_matrix"]["data"]
    column = columns[-1]
    row = max(i for i, number in enumerate(column["text"]) if number)
    cell = chart.locator(".live .trace").last.locator(".point path").nth(row).bounding_box()
    assert cell
    for step in (0.4, 0.6):
        page.mouse.move(cell["x"] + cell["width"] * step, cell["y"] + cell["height"] / 2)
    spoken = column["hovertemplate"].removesuffix("<extra></extra>").replace("%{fullData.name}", column["name"])
    spoken = spoken.replace("%{y}", column["y"][row]).replace("%{text}", column["text"][row])
    expect(chart.locator(".hoverlayer")).to_have_text(spoken)


def test_no_name_of_the_matrix_is_cut_on_a_telephone(visit: OpenPage, report: Path) -> None:
    words = visit(report, width=390).page.locator("#chart-failover_matrix .narrow text").all_text_contents()
    assert len(words) > 10
    assert [word for word in words if "…" in word] == []


# Words of the pictures that are shown which reach over their picture's edge, and pairs that lie over each other.
SPOILT = """() => [...document.querySelectorAll(".drawing svg")].flatMap((room) => {
    const edge = room.getBoundingClientRect();
    const words = [...room.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    const cut = words.filter(([, b]) => b.left < edge.left - 0.5 || b.right > edge.right + 0.5
        || b.top < edge.top - 2 || b.bottom > edge.bottom + 2);
    const over = words.filter(([, a], i) => words.slice(i + 1).some(([, b]) => a.left < b.right - 1
        && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4));
    return edge.width ? [...cut, ...over].map(([text]) => `${room.closest("figure").dataset.chart}: ${text}`) : [];
})"""


@pytest.mark.parametrize("width", [1440, 768, 390, 360])
def test_no_word_of_a_picture_is_cut_off_or_lies_over_another(visit: OpenPage, report: Path, width: int) -> None:
    assert visit(report, width=width).page.evaluate(SPOILT) == []


@pytest.mark.parametrize("width", [extended(1440), extended(768), 390])
def test_no_word_of_three_years_is_cut_off(visit: OpenPage, run: Run, tmp_path: Path, width: int) -> None:
    times = [datetime(2023, 11, 2) + timedelta(days=30 * i) for i in range(36)]
    rows = [call(request_id=f"r{i}", timestamp=f"{when:%Y-%m-%d %H:%M:%S}") for i, when in enumerate(times)]
    assert run("build", "--db", write_table(tmp_path / "t.duckdb", rows), "--out", "out/report.html").exit_code == 0
    assert visit(Path("out/report.html"), width=width).page.evaluate(SPOILT) == []
