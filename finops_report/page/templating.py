"""Render the packaged templates: everything that came from data is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

from finops_report.wording.formats import day, unbroken


def render_template(name: str, values: Mapping[str, Any]) -> str:
    """Return finops_report/templates/<name> rendered with `values`; raises UndefinedError for a name without a value.

    HTML and XML are escaped; a template that ends in .txt is plain text and is not. The filter `unbroken` keeps a
    number and its unit on one line, `day` writes a date.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("finops_report", "templates"),
        autoescape=jinja2.select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    environment.filters["day"] = day
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return environment.get_template(name).render(values)
