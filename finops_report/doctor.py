"""Say what works here: versions, what a source holds, what is missing in it, and what the report would gain by that."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from finops_report import __version__
from finops_report.model import Report
from finops_report.page.plotly_js import plotly_js
from finops_report.warehouse import ViewRows
from finops_report.warehouse.tables import CONTRACT
from finops_report.wording import formats

PACKAGES = ("duckdb", "genai-prices", "tzdata", "click")
EXTRAS = {  # of pyproject.toml: the modules that each brings, and what for
    "encrypt": (("cryptography", "zxcvbn"), "sealed pages"),
    "notebook": (("pandas",), "data frames in your own notebooks"),
    "bedrock": (("aiobotocore",), "the router's calls to Bedrock"),
    "s3": (("s3fs",), "Parquet on s3://"),
    "gs": (("gcsfs",), "Parquet on gs://"),
    "az": (("adlfs",), "Parquet on az://"),
}
GAINS = {  # optional columns of sql/schema that the page reads, and what it has by them
    "team": "spend by team, and which teams moved most",
    "project": "spend by project within its team",
    "environment": "spend by environment: production beside staging",
    "end_user": "spend by customer",
    "status": "requests that got no answer, kept out of times and comparisons",
    "ttft_ms": "the time to the first token beside latency",
    "cache_read_input_tokens": "how much of the input came from a cache",
    "cache_write_input_tokens": "how much was written to a cache",
    "cache_savings_estimated": "what caching saved, as a step of its own in what changed",
    "requested_model": "strategies compared within the group that was asked for, not by model",
    "price_source": "which price list each amount is from",
    "usage_source": "who counted the tokens: the provider, or an estimate",
    "cost_source": "whose amounts these are: charged, by contract, from a list or estimated",
    "unpriced_reason": "why requests have no known price",
}
ATTEMPTS = "failures at providers, incidents, and what failed attempts and fallbacks cost"
HEALTH = "whether the collector lost records"


def versions() -> Iterator[str]:
    """Yield the versions of what makes a report, and the extras that are installed or not."""
    yield f"finops-report {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    library = plotly_js()
    yield f"plotly.js {library.version}, {formats.count(library.gzip_bytes)} bytes a page"
    for extra, (modules, use) in EXTRAS.items():
        known = "installed" if all(map(_is_there, modules)) else f"not installed: pip install 'finops-report[{extra}]'"
        yield f"for {use}: {known}"


def holdings(made: Report) -> Iterator[str]:
    """Yield what the source holds, and how far it can be trusted."""
    yield f"period: {made.headline.period}, data until {made.headline.data_until}"
    yield f"spend: {made.headline.total} for {formats.plural(made.totals.requests, 'request')}"
    for fact in made.confidence:
        yield f"{'' if fact.level == 'fine' else '! '}{fact.label}: {fact.text}"


def missing(answers: ViewRows) -> Iterator[str]:
    """Yield what the source does not have, and what the report would gain by it."""
    source = answers.source
    for column, gain in GAINS.items():
        if not source.has(column):
            yield f"{column}: {gain}"
    if not source.has_attempts:
        yield f"table attempts: {ATTEMPTS}"
    if not source.has_health:
        yield f"table collector_health: {HEALTH}"


def reached(answers: ViewRows) -> Iterator[str]:
    """Yield what sums the source and what of it is not read, if it is in the database of a server."""
    source = answers.source
    if source.server is not None:
        yield f"summed there by {source.server}"
        yield from (f"not read: {one.what}: {one.why}" for one in source.left_out)


def columns(answers: ViewRows) -> str:
    """Return which columns of the contract and which optional ones the source has."""
    optional = [column for column in GAINS if answers.source.has(column)]
    return (
        f"table {answers.source.table}: the {len(CONTRACT)} columns it needs, and {', '.join(optional) or 'no others'}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _is_there(module: str) -> bool:
    return find_spec(module) is not None
