"""Work out what an attempt that failed has used: as its provider counted it, else estimated, else unknown."""

from __future__ import annotations

from msgspec.structs import replace

from finops_router.call.outcomes import GAVE_UP
from finops_router.calls import UNKNOWN_USAGE, AnyRequest, Partial, Usage
from finops_router.errors import NoAnswer, ProviderError, Refused, StreamCut
from finops_router.pricing.estimate import estimated_usage, tokens_of

WAS_WORKING = (NoAnswer, StreamCut, *GAVE_UP)  # the provider had taken the request when the attempt ended


def failed_usage(
    error: BaseException, request: AnyRequest, partial: Partial, characters: int, unseen_tokens: int
) -> Usage | None:
    """Return what an attempt at `request` used that ended in `error`; None if the provider turned it away unread.

    `partial` is what came of the answer beside `characters` of its text. If nothing came of it, `unseen_tokens` is how
    many tokens the model has probably made. Counts of a whole answer pass as they are; counts of a part are completed
    by estimates, and marked so.
    """
    counted, length = partial.usage, characters + partial.unseen_characters
    if counted is not None and partial.is_final:
        return counted
    if counted is None and not length and not isinstance(error, WAS_WORKING):
        return None if _was_turned_away(error) else UNKNOWN_USAGE
    estimated = estimated_usage(request, tokens_of(length) if length else unseen_tokens)
    return estimated if counted is None else _completed(counted, estimated)


def _was_turned_away(error: BaseException) -> bool:
    """Return whether `error` came before any work; some providers charge for reading what their filter refuses."""
    return isinstance(error, ProviderError) and not isinstance(error, Refused)


def _completed(counted: Usage, estimated: Usage) -> Usage:
    return replace(
        counted,
        input_tokens=counted.input_tokens or estimated.input_tokens,
        output_tokens=max(counted.output_tokens, estimated.output_tokens),
        charged_usd=None,
        source="estimated",
    )
