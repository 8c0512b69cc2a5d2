"""Fill the packaged templates: everything that came from data is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jinja2


def printed(template: str, values: Mapping[str, Any]) -> str:
    """Return finops_report/templates/<template> filled with `values`; a name that is missing is an error.

    HTML and XML are escaped; a template that ends in .txt is plain text and is not.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("finops_report", "templates"),
        autoescape=jinja2.select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return environment.get_template(template).render(values)


def asset(name: str) -> str:
    """Return the text of a packaged style sheet or script."""
    return (files("finops_report") / "templates" / name).read_text(encoding="utf-8")
