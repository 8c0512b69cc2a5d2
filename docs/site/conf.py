"""Make a site of docs/ with Sphinx: plain Markdown in, pages that load nothing from elsewhere out (`make docs`).

The navigation is here and in no page, so that the pages read well on a forge, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAVIGATION = {  # heading -> pages, in the order of the side bar
    "Start": ("start",),
    "Read the report": ("recipes/finance", "report"),
    "Get data in": (
        *("recipes/litellm", "recipes/langfuse", "recipes/opentelemetry", "recipes/sdk"),
        *("ingest", "instrument", "telemetry"),
    ),
    "Router and gateway": ("router", "gateway", "keys", "guardrails", "opentelemetry"),
    "Budgets, bills and prices": ("budgets", "prices", "reconcile", "export"),
    "On a schedule": ("publishing",),
    "Reference": ("commands", "settings", "report-json", "views", "figures", "notebook", "compatibility"),
    "Scaling": ("scaling", "cubes"),
    "Benchmarks": ("benchmarks",),
    "Development": (
        *("project/architecture", "decisions"),
        *("project/contributing", "project/changelog", "project/security"),
    ),
}

project = "finops-report"
extensions = ["myst_parser"]
exclude_patterns = ["site"]
myst_heading_anchors = 3  # headings are linked to by their words, as forges do

html_theme = "furo"
html_title = "finops-report"
html_static_path = ["style.css"]
html_css_files = ["style.css"]
html_copy_source = False
html_use_index = False  # of names of Python: there are none
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {  # the link colours of the report's own page
    "light_css_variables": {"color-brand-primary": "#1f5fa8", "color-brand-content": "#1f5fa8"},
    "dark_css_variables": {"color-brand-primary": "#86b7ee", "color-brand-content": "#86b7ee"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"


def setup(app: Sphinx) -> None:
    """Let the first page carry the navigation."""
    app.connect("source-read", _add_navigation)


def _add_navigation(_app: Sphinx, page: str, source: list[str]) -> None:
    """Append a hidden list of pages for each heading, if `page` is the first one."""
    if page == "index":
        source[0] += "".join(_list(heading, pages) for heading, pages in NAVIGATION.items())


def _list(heading: str, pages: tuple[str, ...]) -> str:
    return "\n```{toctree}\n:hidden:\n:caption: " + heading + "\n\n" + "\n".join(pages) + "\n```\n"
