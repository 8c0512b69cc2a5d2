"""Leave out the targets that cannot or may not take a request, and give the reason for each."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from types import MappingProxyType

import msgspec

from finops_router.calls import AnyRequest, EmbeddingRequest, Target
from finops_router.choice.expectations import Outlook

CAPABILITIES = ("tools", "vision", "json", "embeddings")
NOTHING, EMBEDDINGS = frozenset[str](), frozenset({"embeddings"})
NO_WIRES: Mapping[str, frozenset[str]] = MappingProxyType({})


class Eligibility(msgspec.Struct, frozen=True):
    """The targets that may be asked, in their order; the others by name with the reason."""

    targets: tuple[Target, ...]
    left_out: Mapping[str, str]


def eligible(
    request: AnyRequest,
    targets: Sequence[Target],
    allowed: frozenset[str] | None,
    outlook: Outlook,
    embedders: Container[str] = (),
    wires: Mapping[str, frozenset[str]] = NO_WIRES,
) -> Eligibility:
    """Return which of `targets` can take `request`.

    `allowed` are the providers its team may use, None for all; `embedders` those whose wire makes embeddings; `wires`
    are those that each provider takes native requests of.
    """
    left_out, needed, tokens = {}, _needed(request), _window_tokens(request)
    is_over_any_wire = not isinstance(request, EmbeddingRequest)
    native, bound = ("", "") if request.native is None else (request.native.wire, request.native.bound_by)
    for target in targets:
        reason = _cannot(request, needed, tokens, target, allowed) or _over_bound(request, target, outlook)
        if not reason and not is_over_any_wire and target.provider not in embedders:
            reason = "cannot do embeddings: its wire has none"
        if not reason and bound and native not in wires.get(target.provider, NOTHING):
            reason = f"its wire cannot carry {bound}"
        if reason:
            left_out[target.name] = reason
    if not left_out:
        return Eligibility(tuple(targets), left_out)
    return Eligibility(tuple(target for target in targets if target.name not in left_out), left_out)


def _cannot(
    request: AnyRequest, needed: frozenset[str], tokens: int, target: Target, allowed: frozenset[str] | None
) -> str:
    """Return why `target` cannot or may not take a request of `tokens`; empty if it can."""
    if allowed is not None and target.provider not in allowed:
        return f"not allowed to team {request.team}"
    if request.region is not None and target.region != request.region:
        return f"not in {request.region}"
    if target.capabilities is not None and (missing := needed - target.capabilities):
        return f"cannot do {', '.join(sorted(missing))}"
    if target.context_tokens is not None and tokens > target.context_tokens:
        return f"{tokens} tokens do not fit into {target.context_tokens}"
    return ""


def _over_bound(request: AnyRequest, target: Target, outlook: Outlook) -> str:
    """Return which bound of the request `target` is expected to break; empty if none. No price keeps no bound."""
    if request.max_cost_usd is not None:
        cost_usd = outlook.cost_usd(request, target)
        if cost_usd is None:
            return "has no known price"
        if cost_usd > request.max_cost_usd:
            return f"expected to cost ${cost_usd.normalize():f}"
    if request.max_latency_ms is not None:
        latency_ms = outlook.ms(request, target)
        if latency_ms > request.max_latency_ms:
            return f"expected to take {latency_ms:.0f} ms"
    return ""


def _window_tokens(request: AnyRequest) -> int:
    """Return how many tokens a model must take at once: of inputs to embed the longest whose tokens are known."""
    if isinstance(request, EmbeddingRequest):
        return max(0 if isinstance(one, str) else len(one) for one in request.inputs)
    return request.estimated_input_tokens + (request.max_output_tokens or 0)


def _needed(request: AnyRequest) -> frozenset[str]:
    if request.native is not None:
        return request.native.needs
    if isinstance(request, EmbeddingRequest):
        return EMBEDDINGS
    has_images = any([one.image_urls for one in request.messages])  # noqa: C419 -- a generator takes twice as long
    if not (request.tools or has_images or request.json_schema is not None):
        return NOTHING
    needs = (("tools", bool(request.tools)), ("vision", has_images), ("json", request.json_schema is not None))
    return frozenset(name for name, is_needed in needs if is_needed)
