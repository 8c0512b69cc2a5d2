"""Make the guardrails that finops.toml describes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from finops_router.calls import Target
from finops_router.guardrails.contract import Answered, Asked, Exemption, Guardrail
from finops_router.guardrails.personal import personal_finder, unfinished_personal
from finops_router.guardrails.policy import target_policy, token_policy, tool_policy
from finops_router.guardrails.secrets import secret_finder, unfinished_secret
from finops_router.settings.guardrails import GuardrailConfig


def guardrails_of(configs: Sequence[GuardrailConfig]) -> tuple[Guardrail, ...]:
    """Return the guardrails of `configs` in their order. Raises ConfigError if one needs what is not installed."""
    return tuple(rule for config in configs for rule in _guardrails(config))


def _guardrails(config: GuardrailConfig) -> Iterator[Guardrail]:
    """Yield the guardrail of one table, or two: the length of an answer is only flagged, for it is paid."""
    rule = Guardrail(
        name=config.name,
        action=config.action,
        severity=config.severity,
        teams=config.teams,
        is_open_on_failure=config.is_open_on_failure,
        exemptions=tuple(Exemption(team=one.team, until=one.until, reason=one.reason) for one in config.exceptions),
        where=config.where,
    )
    if config.kind == "targets":
        outside = target_policy(config.models, config.providers, config.regions)
        if config.action == "block":
            yield replace(rule, forbids=lambda asked, target: outside(target))
        else:
            yield replace(rule, after=_after_target(outside))
    elif config.kind == "tools":
        before, after = tool_policy(config.tools or ())
        yield replace(rule, before=before, after=after)
    elif config.kind == "tokens":
        before, after = token_policy(config.max_input_tokens, config.max_output_tokens)
        yield replace(rule, before=before)
        if config.max_output_tokens is not None:
            yield replace(rule, action="flag", after=after)
    elif config.kind == "secrets":
        yield replace(rule, find=secret_finder(), unfinished=unfinished_secret)
    else:
        find = personal_finder(config.finds)
        yield replace(rule, find=find, unfinished=unfinished_personal)


def _after_target(outside: Callable[[Target], str]) -> Callable[[Asked, Answered], str]:
    return lambda asked, answered: "" if answered.target is None else outside(answered.target)
