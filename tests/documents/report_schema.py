"""Say the JSON Schema of report.json: the views from their typed rows, whatever stands around them here."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from finops_report.analysis.billed_kinds import KindOutcome
from finops_report.analysis.reconciliation import CAUSES
from finops_report.analysis.verdict import Verdict
from finops_report.document.reading import SCHEMA
from finops_report.warehouse import meaning
from finops_report.warehouse.reconciled import Gap, Variance
from finops_report.warehouse.views import View

Schema = dict[str, Any]
TYPES: Mapping[type, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"},
    date: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
}
TEXT, COUNT, NUMBER, DAY, FLAG = (TYPES[one] for one in (str, int, float, date, bool))
VERDICT: Schema = {"enum": list(typing.get_args(Verdict))}


def or_null(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]}


def of_object(description: str, **properties: Schema) -> Schema:
    """Return the schema of an object that has these names, and may come to have more."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": [name for name, schema in properties.items() if not schema.get("$comment")],
    }


def of_list(description: str, items: Schema) -> Schema:
    return {"description": description, "type": "array", "items": items}


def sometimes(schema: Schema) -> Schema:
    """Return the schema of a name that is there only in some cases."""
    return schema | {"$comment": "not always there"}


def of_row(view: View[Any]) -> Schema:
    """Return the schema of a view's rows: a name for each field of their class."""
    return of_rows(meaning(view.name), typing.cast("type[Any]", view.row))


def of_rows(description: str, row: type[Any]) -> Schema:
    """Return the schema of a list of rows: a name for each field of their class."""
    hints = typing.get_type_hints(row)
    return of_list(description, of_object("One row.", **{one.name: _of_hint(hints[one.name]) for one in fields(row)}))


def _of_hint(hint: Any) -> Schema:
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    (kind,) = (one for one in kinds if one is not types.NoneType)
    kind = type(typing.get_args(kind)[0]) if typing.get_origin(kind) is typing.Literal else kind
    return or_null(TYPES[kind]) if types.NoneType in kinds else TYPES[kind]


def report_schema(views: Mapping[str, View[Any]]) -> Schema:
    """Return the schema of report.json with these views, in their order."""
    parts: dict[str, Schema] = {
        "schema": {"description": "Raised if a figure goes or changes its meaning.", "const": SCHEMA},
        "title": TEXT,
        "headline": of_object("The top of the page, in words.", **dict.fromkeys(_HEADLINE, TEXT)),
        "period": _period(),
        "currency": of_object(
            "What the page's money is in: `rate` of it make one US dollar.", code=TEXT, rate=TEXT, source=TEXT
        ),
        "locale": TEXT | {"description": "The one that all sentences are written by."},
        "totals": _totals(),
        "coverage": of_object("How much of the period is recorded.", **dict.fromkeys(_COVERAGE, NUMBER)),
        "answers": of_list("The five questions.", _answer()),
        "budgets": of_list("How each budget stands; its figures are a row of the view `budgets`.", _budget()),
        "views": of_object("The rows of every view.", **{name: of_row(view) for name, view in views.items()}),
        "forecast": {"anyOf": [{"type": "null"}, _forecast()]},
        "reconciliation": {"anyOf": [{"type": "null"}, _reconciliation()]},
        "confidence": {
            "description": "What the figures rest on: a label, and a sentence.",
            "type": "object",
            "additionalProperties": TEXT,
        },
    }
    whole = of_object("Every figure of a report. Names may be added; none goes and none changes its meaning.", **parts)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "report.json", **whole}


_HEADLINE = ("period", "data_until", "total", "change", "unknown_part", "coverage", "requests", "tokens", "cost_note")
_COVERAGE = (
    *("days", "days_with_data", "hours", "recorded_hours", "hours_with_data", "missing_hours", "missing_share"),
)


def _period() -> Schema:
    return of_object(
        "The days asked for, first and last included, and the two sides of the comparison.",
        start=DAY,
        end=DAY,
        timezone=TEXT,
        days=COUNT,
        bucket={"description": "What one bar stands for.", **TEXT},
        fiscal=TEXT,
        data_until=or_null(TEXT),
        comparison=of_object(
            "What is compared with what; null for a side that is not there.",
            basis=TEXT,
            **dict.fromkeys(("old_start", "old_end", "new_start", "new_end"), or_null(DAY)),
        ),
    )


def _totals() -> Schema:
    counts = ("requests", "unpriced_requests", "unpriced_tokens", "failed_requests", "input_tokens", "output_tokens")
    return of_object(
        "Sums over the period; changes are null if nothing is compared.",
        cost_usd=NUMBER,
        **dict.fromkeys((*counts, "providers", "models"), COUNT),
        **dict.fromkeys(("cost_change", "requests_change"), or_null(NUMBER)),
    )


def _answer() -> Schema:
    return of_object(
        "One question; `key` is for programs, `evidence` names the views that the answer rests on.",
        **dict.fromkeys(("key", "topic", "question", "answer", "brief", "rule"), TEXT),
        verdict=VERDICT,
        evidence=of_list("Names of views.", TEXT),
    )


def _budget() -> Schema:
    return of_object(
        "One budget.",
        budget=TEXT,
        state=TEXT,
        verdict=VERDICT,
        unknown=TEXT,
        **dict.fromkeys(("at_pace_usd", "expected_usd", "low_usd", "high_usd"), or_null(NUMBER)),
        **dict.fromkeys(("kept_periods", "breached_periods", "unknown_periods"), COUNT),
    )


def _reconciliation() -> Schema:
    amounts = dict.fromkeys(("billed_usd", "estimated_usd", "variance_usd", *CAUSES), NUMBER)
    shares = dict.fromkeys(("captured_share", "rest_share"), or_null(NUMBER))
    compared = of_object(
        "The days of the report, as days of UTC. `rest_usd` and the causes before it add up to `variance_usd`.",
        start=DAY,
        end=DAY,
        most_rest_share={"description": "The share of a provider's bill that may stay unexplained.", **NUMBER},
        whole=of_object("All bills.", **amounts, **shares),
        providers=of_list("By provider.", of_object("One provider.", provider=TEXT, **amounts, **shares)),
        token_classes=of_rows("By provider and kind of tokens.", KindOutcome),
        lines=of_rows("By day, provider and model.", Variance),
        to_explain=of_list(
            "Days and models of providers of whose bill too much has no cause.",
            of_object("One of them.", day=DAY, provider=TEXT, model=TEXT, rest_usd=NUMBER),
        ),
        gaps=of_rows("What could not be compared.", Gap),
        unusable_lines=COUNT,
        lines_outside=COUNT,
    )
    return of_object(
        "What was billed beside what was estimated; null if the source has no bills.",
        first_billed_day=DAY,
        last_billed_day=DAY,
        finding=TEXT,
        compared={"anyOf": [{"type": "null"}, compared]},
    )


def _forecast() -> Schema:
    made = ("expected_usd", "low_usd", "high_usd", "missing_days", "missing_usd")
    past = ("past_error", "past_forecasts", "past_ranges", "past_inside")
    too_few, fared = ("known_days", "needed_days"), ("made_after_days", "error")
    part = of_object(
        "All spend, a provider's or a team's.",
        divided_by=TEXT,
        name=or_null(TEXT),
        spent_usd=or_null(NUMBER),
        unpriced_requests=COUNT,
        **dict.fromkeys((*made, *past, *too_few, *fared), sometimes(or_null(NUMBER))),
    )
    return of_object(
        "Where the month in which the report ends will end.",
        start=DAY,
        end=DAY,
        until=DAY,
        under_way=FLAG,
        parts=of_list("All, then providers and teams.", part),
    )
