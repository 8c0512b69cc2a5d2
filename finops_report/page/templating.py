"""Render the packaged templates: everything that came from data is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from finops_report.wording.conventions import current
from finops_report.wording.formats import day, localized, unbroken
from finops_report.wording.plain import one_line

NO_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_template(name: str, values: Mapping[str, Any]) -> str:
    """Return finops_report/templates/<name> rendered with `values`; raises UndefinedError for a name without a value.

    HTML and XML are escaped; a template that ends in .txt is plain text and is not, but no value brings a line break
    into it. Signs that XML cannot hold become '\N{REPLACEMENT CHARACTER}'. The filter `unbroken` keeps a number and its
    unit on one line, `day` writes a date, `localized` a text with a percentage.
    """
    return _environment(name.endswith(".txt"), current().locale).get_template(name).render(values)


@cache
def _environment(is_plain: bool, locale: str) -> jinja2.Environment:
    """Return what templates are compiled in, once for each locale: to compile a page takes as long as to fill it in.

    What is constant in a template is written when it is compiled, by the locale in force then.
    """
    environment = jinja2.Environment(
        finalize=_on_one_line if is_plain else _printable,
        loader=jinja2.PackageLoader("finops_report", "templates"),
        autoescape=jinja2.select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    environment.filters["day"] = day
    environment.filters["localized"] = localized
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    return environment


def _printable(value: Any) -> Any:
    """Return a text without control characters and halves of surrogate pairs, which names from data may have."""
    if isinstance(value, Markup) or not isinstance(value, str) or not NO_TEXT.search(value):
        return value
    return NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", value)


def _on_one_line(value: Any) -> Any:
    """Return a text without line breaks, so that a name from data cannot forge a line; markup is our own."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else one_line(_printable(value))
