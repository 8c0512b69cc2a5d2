"""Guardrails over what is asked, not over its texts: which targets, which tools, how many tokens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatchcase

from finops_router.calls import Target
from finops_router.guardrails.contract import Answered, Asked


def target_policy(
    models: Collection[str] | None, providers: Collection[str] | None, regions: Collection[str] | None
) -> Callable[[Target], str]:
    """Return what says why a target is outside the allowed names, '' if it is not; None allows all.

    Models may be patterns, as 'claude-*'. A target without a region is in none of the allowed ones.
    """

    def outside(target: Target) -> str:
        if providers is not None and target.provider not in providers:
            return f"provider {target.provider}"
        if models is not None and not _is_one_of(target.model, models):
            return f"model {target.model}"
        if regions is not None and target.region not in regions:
            return f"region {target.region or 'unknown'}"
        return ""

    return outside


def tool_policy(tools: Collection[str]) -> tuple[Callable[[Asked], str], Callable[[Asked, Answered], str]]:
    """Return what says which tools of a request, and which that an answer calls, are outside the allowed names."""

    def wrong(names: Collection[str]) -> str:
        others = sorted({name for name in names if not _is_one_of(name, tools)})
        return f"tool {', '.join(others)}" if others else ""

    return lambda asked: wrong(asked.tools), lambda asked, answered: wrong(answered.tools)


def token_policy(
    max_input_tokens: int | None, max_output_tokens: int | None
) -> tuple[Callable[[Asked], str], Callable[[Asked, Answered], str]]:
    """Return what says which limit of tokens a request breaks, and which an answer has broken.

    A request that sets no bound to its answer cannot be judged by it; its answer is.
    """

    def before(asked: Asked) -> str:
        return "; ".join(_over(asked.input_tokens, max_input_tokens, "in")) or "; ".join(
            _over(asked.max_output_tokens or 0, max_output_tokens, "out")
        )

    def after(asked: Asked, answered: Answered) -> str:
        return "; ".join(_over(answered.output_tokens, max_output_tokens, "out"))

    return before, after


def _over(tokens: int, most: int | None, way: str) -> Iterator[str]:
    if most is not None and tokens > most:
        yield f"more than {most} tokens {way}"


def _is_one_of(name: str, patterns: Collection[str]) -> bool:
    return name in patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
