"""Call providers and models alike, however a bill, a cloud or a request names them."""

from __future__ import annotations

import re

from finops_report.wording.providers import provider_names

DATE = re.compile(r"[-@_ ](20\d\d-?[01]\d-?[0-3]\d|[01]\d[0-3]\d)\b")  # -2024-08-06, @20250514, -0613
VERSION = re.compile(r"(-v\d+)?:\d+\w*$|-latest$|@latest$")  # of Bedrock: -v1:0
MAKER = re.compile(r"^(?:(?:us|eu|apac|jp|au|global)\.)?[a-z0-9]+\.(?=[a-z])|^.*/")
PIECES = re.compile(r"[a-z]+|\d+")
NO_PART_OF_A_NAME = frozenset({"anthropic", "amazon", "meta", "google", "openai", "edition", "bedrock", "model", "v"})


def same_names(provider: str, model: str) -> tuple[str, str]:
    """Return what both sides call a provider and a model.

    A model is known by the pieces of its name in any order: 'Claude Sonnet 4.5', 'claude-sonnet-4-5-20250929' and
    'anthropic.claude-sonnet-4-5-20250929-v1:0' are '4 5 claude sonnet'.
    """
    plain = MAKER.sub("", VERSION.sub("", model.lower()))
    pieces = [piece for piece in PIECES.findall(DATE.sub("", plain)) if piece not in NO_PART_OF_A_NAME]
    return provider_names([provider])[provider], " ".join(sorted(pieces)) or model
