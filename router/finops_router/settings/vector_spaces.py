"""Keep vectors of different embedding models out of one group: a search in a mixture of them fails without a word."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from finops_router.calls import Target

LOG = logging.getLogger("finops_router")
EMBEDS = re.compile(r"embed|\bbge-|\bvoyage-|\be5-|\bgte-|minilm")  # in the name of a model
CERTAIN = re.compile(  # names that mean the same model at whatever provider, also within a deployment's own name
    r"text-embedding-(?:3-small|3-large|ada-002|00\d)|text-multilingual-embedding-002|gemini-embedding-\d+"
    r"|titan-embed-text-v\d|titan-embed-image-v\d|(?:mistral|codestral)-embed|embed-(?:english|multilingual)-(?:light-)?v\d"
    r"|bge-(?:small|base|large)-(?:en|zh)|bge-m3|qwen3-embedding-[\d-]+b|nomic-embed-text|mxbai-embed-large"
)


def mixed_models(targets: Sequence[Target]) -> tuple[str, ...]:
    """Return the embedding models of `targets` that are certainly different ones; empty if they may all be one.

    Names that only may mean another model (a deployment's, a version's) are logged as a warning. Targets that are not
    asked for embeddings, by their capabilities, do not count.
    """
    names = dict.fromkeys(_bare(target.model) for target in targets if _embeds(target))
    certain = dict.fromkeys(match[0] for name in names if (match := CERTAIN.search(name)))
    if len(certain) > 1:
        return tuple(certain)
    others = [name for name in names if not CERTAIN.search(name)]
    if len(certain) + len(others) > 1:
        LOG.warning(
            "One group has the embedding models %s: only if all are one model can their vectors be compared",
            ", ".join(target.name for target in targets if _embeds(target)),
        )
    return ()


def _embeds(target: Target) -> bool:
    if target.capabilities is not None and "embeddings" not in target.capabilities:
        return False
    return EMBEDS.search(_bare(target.model)) is not None


def _bare(model: str) -> str:
    """Return the name of a model without its maker and tag, one spelling for all: 'bge-m3' of 'BAAI/bge-m3:latest'."""
    name = model.lower().rpartition("/")[2].removesuffix(":latest")
    return re.sub(r"[^a-z0-9]+", "-", name)
