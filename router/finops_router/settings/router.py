"""The [router] part of finops.toml: groups and their targets, prices, providers, teams, health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from finops_router.calls import Target
from finops_router.choice.eligibility import CAPABILITIES
from finops_router.choice.health_rules import HealthRules
from finops_router.choice.strategies import OTHER, STRATEGIES, StrategySettings
from finops_router.errors import ConfigError
from finops_router.pricing.contract import NO_CONTRACT, Contract
from finops_router.pricing.prices import PriceOverride
from finops_router.providers.settings import CONNECT_TIMEOUT_S, ProviderSettings
from finops_router.settings.guardrails import GuardrailConfig
from finops_router.settings.prices import PriceConfig, own_price
from finops_router.settings.toml import Table
from finops_router.settings.vector_spaces import mixed_models

DEFAULT_STRATEGY = "cost-first"
DEADLINE_S = 600.0  # as long as the SDKs of OpenAI and Anthropic wait: a model that thinks takes minutes
LIMIT_KEYS = (  # of [router] for all targets, and of each target
    "attempt_timeout_s",
    "first_token_timeout_s",
    "stall_timeout_s",
    "total_timeout_s",
)
ROUTER_KEYS = (
    *("deadline_s", "connect_timeout_s", *LIMIT_KEYS, "retry_wait_s", "opentelemetry"),
    *("health", "groups", "prices", "providers", "teams"),
)
TARGET_KEYS = (
    "provider",
    "model",
    "expected_ttft_ms",
    "expected_ms_per_output_token",
    *LIMIT_KEYS,
    "context_tokens",
    "capabilities",
    "prefill",
    "region",
    "weight",
    "max_concurrency",
    "requests_per_minute",
    "tokens_per_minute",
)
HEALTH_KEYS = (
    "failed_share_to_shed",
    "window_requests",
    "window_s",
    "min_requests",
    "min_outage_s",
    "cooldown_s",
    "cooldown_max_s",
    "rate_limit_cooldown_s",
    "retry_after_max_s",
    "half_life_s",
)
GROUP_KEYS = (
    "strategy",
    "expected_output_tokens",
    "usd_per_second",
    "explore_share",
    "retry_after_wait_s",
    "compare",
    "hedge",
    "targets",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A name callers ask for, the strategy it has if a call names none, and who can answer.

    `hedge`: under performance-first a second target is asked beside a first one that is late.
    """

    name: str
    strategy: str
    targets: tuple[Target, ...]
    strategy_settings: StrategySettings = field(default_factory=StrategySettings)
    hedge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The time limits of targets, as `finops_router.calls.Target` has them; None follows what was observed."""

    attempt_timeout_s: float | None = None
    first_token_timeout_s: float | None = None
    stall_timeout_s: float | None = None
    total_timeout_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterConfig:
    """Everything finops.toml says about routing.

    `deadline_s` bounds a call with all its tries until its answer is there, or flows if it is streamed;
    `connect_timeout_s` bounds the wait for a connection to any provider; `retry_wait_s` is the wait before a target
    that failed with a 500 is tried once more (drawn from half of it to the whole). `opentelemetry`: each call is
    said to OpenTelemetry's API, too. `teams` are the providers a team may
    use; a team that is not named may use all. `prices` are own ones and those of the contract, as is `contract`;
    `guardrails` are those of the whole file, in its order.
    """

    groups: Mapping[str, Group]
    deadline_s: float = DEADLINE_S
    connect_timeout_s: float = CONNECT_TIMEOUT_S
    retry_wait_s: float = 0.2
    opentelemetry: bool = False
    health: HealthRules = field(default_factory=HealthRules)
    prices: tuple[PriceOverride, ...] = ()
    contract: Contract = NO_CONTRACT
    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    guardrails: tuple[GuardrailConfig, ...] = ()


def router_settings(section: Table, agreed: PriceConfig | None = None) -> RouterConfig:
    """Return the settings of [router], which may have no groups yet; `agreed` is what [prices] says.

    Raises ConfigError for a key or value that cannot be used.
    """
    section.only(ROUTER_KEYS)
    agreed = agreed or PriceConfig()
    groups, providers, teams = (section.inner(key) for key in ("groups", "providers", "teams"))
    limits, connect_s = _limits(section, Limits()), section.number("connect_timeout_s", CONNECT_TIMEOUT_S)
    return RouterConfig(
        groups={name: _group(groups.inner(name), name, limits) for name in groups.keys()},  # noqa: SIM118 -- no dict
        deadline_s=section.number("deadline_s", DEADLINE_S),
        connect_timeout_s=connect_s,
        retry_wait_s=section.number("retry_wait_s", 0.2),
        opentelemetry=section.flag("opentelemetry"),
        health=_health(section.inner("health")),
        prices=(*(own_price(price) for price in section.tables("prices")), *agreed.models),
        contract=agreed.contract,
        providers={name: _provider(providers.inner(name), name, connect_s) for name in providers.keys()},  # noqa: SIM118 -- no dict
        teams={name: _team(teams.inner(name)) for name in teams.keys()},  # noqa: SIM118 -- no dict
    )


def _provider(section: Table, name: str, connect_timeout_s: float) -> ProviderSettings:
    section.only(("wire", "base_url", "api_key_env", "api_key_file", "region", "api_version", "connect_timeout_s"))
    key_file = section.optional("api_key_file")
    return ProviderSettings(
        provider=name,
        wire=section.optional("wire") or "",
        base_url=section.optional("base_url"),
        api_key_env=section.optional("api_key_env"),
        api_key_file=Path(key_file) if key_file else None,
        region=section.optional("region"),
        api_version=section.optional("api_version"),
        connect_timeout_s=section.number("connect_timeout_s", connect_timeout_s),
    )


def _team(section: Table) -> frozenset[str]:
    section.only(("providers",))
    return section.words("providers")


def _health(section: Table) -> HealthRules:
    usual = HealthRules()
    section.only(HEALTH_KEYS)
    rules = HealthRules(
        failed_share_to_shed=section.share("failed_share_to_shed", usual.failed_share_to_shed),
        window_requests=section.count("window_requests", usual.window_requests),
        window_s=section.number("window_s", usual.window_s),
        min_requests=section.count("min_requests", usual.min_requests),
        min_outage_s=section.number("min_outage_s", usual.min_outage_s),
        cooldown_s=section.number("cooldown_s", usual.cooldown_s),
        cooldown_max_s=section.number("cooldown_max_s", usual.cooldown_max_s),
        rate_limit_cooldown_s=section.number("rate_limit_cooldown_s", usual.rate_limit_cooldown_s),
        retry_after_max_s=section.number("retry_after_max_s", usual.retry_after_max_s),
        half_life_s=section.number("half_life_s", usual.half_life_s),
    )
    if rules.min_requests > rules.window_requests:
        raise section.wrong("min_requests", f"give at most window_requests ({rules.window_requests})")
    return rules


def _limits(section: Table, usual: Limits) -> Limits:
    """Return the time limits in `section`, those of `usual` for what it does not name."""
    return Limits(
        attempt_timeout_s=_seconds(section, "attempt_timeout_s", usual.attempt_timeout_s),
        first_token_timeout_s=_seconds(section, "first_token_timeout_s", usual.first_token_timeout_s),
        stall_timeout_s=_seconds(section, "stall_timeout_s", usual.stall_timeout_s),
        total_timeout_s=_seconds(section, "total_timeout_s", usual.total_timeout_s),
    )


def _seconds(section: Table, key: str, usual: float | None) -> float | None:
    return section.number(key, 1.0) if section.has(key) else usual


def _group(section: Table, name: str, limits: Limits) -> Group:
    section.only(GROUP_KEYS)
    strategy = section.optional("strategy") or DEFAULT_STRATEGY
    if strategy not in STRATEGIES:
        raise section.wrong("strategy", f"known strategies: {', '.join(STRATEGIES)}")
    output_tokens = section.count("expected_output_tokens", 256)
    targets = tuple(_target(table, output_tokens, limits) for table in section.tables("targets"))
    if not targets:
        raise section.wrong("targets", f"add one with [[{section.name}.targets]]")
    names = [target.name for target in targets]
    if len(set(names)) < len(names):
        raise ConfigError(
            f"A target twice in {section.where(f'{section.name}.targets')}: {section.name}.targets",
            f"keep one of: {', '.join(names)}",
        )
    if mixed := mixed_models(targets):
        raise ConfigError(
            f"Different embedding models in {section.where(f'{section.name}.targets')}: {', '.join(mixed)}",
            "give each a group of its own: vectors of different models cannot be compared",
        )
    settings = _strategy_settings(section, strategy)
    return Group(name=name, strategy=strategy, targets=targets, strategy_settings=settings, hedge=section.flag("hedge"))


def _strategy_settings(section: Table, strategy: str) -> StrategySettings:
    usual = StrategySettings()
    compare_share = section.share("compare", usual.compare_share)
    if compare_share and strategy not in OTHER:
        raise section.wrong("compare", f"it compares {' with '.join(OTHER)}: let strategy be one of them")
    return StrategySettings(
        usd_per_second=section.number("usd_per_second", usual.usd_per_second),
        explore_share=section.share("explore_share", usual.explore_share),
        retry_after_wait_s=section.share("retry_after_wait_s", usual.retry_after_wait_s, most=3600.0),
        compare_share=compare_share,
    )


def _target(section: Table, output_tokens: int, usual: Limits) -> Target:
    section.only(TARGET_KEYS)
    limits = _limits(section, usual)
    return Target(
        provider=section.text("provider"),
        model=section.text("model"),
        expected_ttft_ms=section.number("expected_ttft_ms", 800.0),
        expected_ms_per_output_token=section.number("expected_ms_per_output_token", 15.0),
        expected_output_tokens=output_tokens,
        attempt_timeout_s=limits.attempt_timeout_s,
        first_token_timeout_s=limits.first_token_timeout_s,
        stall_timeout_s=limits.stall_timeout_s,
        total_timeout_s=limits.total_timeout_s,
        context_tokens=section.bound("context_tokens"),
        capabilities=section.words("capabilities", CAPABILITIES) if section.has("capabilities") else None,
        prefill=section.flag("prefill"),
        region=section.optional("region"),
        weight=section.share("weight", 1.0, most=1e9),
        max_concurrency=section.bound("max_concurrency"),
        requests_per_minute=section.bound("requests_per_minute"),
        tokens_per_minute=section.bound("tokens_per_minute"),
    )
