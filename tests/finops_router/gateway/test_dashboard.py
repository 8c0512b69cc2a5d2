"""The Grafana dashboard asks for metrics that are there, by labels that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from finops_router.gateway.families import FAMILIES, GAUGE, HISTOGRAM, cells_of
from finops_router.gateway.metrics import Metrics, Sample
from prometheus_client.parser import text_string_to_metric_families

DASHBOARD: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "examples" / "grafana-gateway.json").read_text(encoding="utf-8")
)
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ASKED = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]
SELECTOR = re.compile(r"(finops_\w+)(?:\{([^}]*)\})?")
BY = re.compile(r"\bby \(([^)]*)\)")
VARIABLES = {variable["name"] for variable in DASHBOARD["templating"]["list"]}


def rendered() -> dict[str, set[str]]:
    """The labels of every sample, by its name, as they are rendered with one series of each metric."""
    metrics = Metrics()
    for family in FAMILIES:
        if family.kind == HISTOGRAM:
            metrics.observe(family, *family.labels, value=1)
        elif family.kind != GAUGE:
            metrics.add(family, *family.labels)
    text = metrics.text(Sample(family, family.labels, 1) for family in FAMILIES if family.kind == GAUGE)
    samples = [sample for family in text_string_to_metric_families(text.decode()) for sample in family.samples]
    assert len(samples) >= sum(map(cells_of, FAMILIES))
    return {sample.name: set(sample.labels) for sample in samples}


LABELS = rendered()


def matched(selector: str | None) -> Iterator[tuple[str, str]]:
    """The labels that a selector asks for, each with the value."""
    for matcher in filter(None, (selector or "").split(", ")):
        found = re.fullmatch(r'(\w+)(?:=|=~|!=|!~)"([^"]*)"', matcher)
        assert found is not None, matcher
        yield found[1], found[2]


@pytest.mark.parametrize(("title", "target"), ASKED, ids=[f"{title} {target['refId']}" for title, target in ASKED])
def test_an_expression_asks_for_what_is_there(title: str, target: dict[str, str]) -> None:
    expression = target["expr"]
    selectors = SELECTOR.findall(expression)
    assert selectors
    for name, selector in selectors:
        assert name in LABELS, f"{title}: {name}"
        for label, value in matched(selector):
            assert label in LABELS[name], f"{title}: {name} has no {label}"
            assert not value.startswith("$") or value[1:] == label
    kept = {label for names in BY.findall(expression) for label in names.split(", ")}
    for name, _ in selectors:
        assert kept <= LABELS[name], f"{title}: {name} has not all of {kept}"
    assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) == kept - {"le"}
    assert all(expression.count(one) == expression.count(other) for one, other in ("()", "{}", "[]"))
    asked_variables = set(re.findall(r"\$(?!__)(\w+)", expression))
    assert asked_variables <= VARIABLES


def test_counters_are_asked_for_as_rates_and_buckets_as_quantiles() -> None:
    for _, target in ASKED:
        for name in re.findall(r"finops_\w+_(?:total|bucket)", target["expr"]):
            assert re.search(rf"(?:rate|increase)\({name}\b[^[]*\[\$__\w+\]\)", target["expr"]), target["expr"]
            assert not name.endswith("_bucket") or "histogram_quantile(" in target["expr"]


def test_variables_ask_for_labels_that_are_there() -> None:
    for variable in DASHBOARD["templating"]["list"][1:]:
        found = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
        assert found is not None
        assert found[2] == variable["name"]
        assert found[2] in LABELS[found[1]]


def test_every_metric_but_the_version_is_shown() -> None:
    shown = {name for _, target in ASKED for name, _ in SELECTOR.findall(target["expr"])}
    names = {f.name + "_bucket" if f.kind == HISTOGRAM else f.name for f in FAMILIES}
    assert names - shown == {"finops_gateway_info"}


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for at in [panel["gridPos"]]
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
