"""Turn LiteLLM's model_list into groups: its names, deployments, load balancing and fallbacks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from finops_report.migrate.litellm_providers import Named, Providers
from finops_report.migrate.toml_text import Plain, table
from finops_report.migrate.yaml_lines import Value

STRATEGIES = {  # LiteLLM's routing_strategy -> ours
    "simple-shuffle": "weighted",
    "latency-based-routing": "performance-first",
    "cost-based-routing": "cost-first",
}
LIMITS = {  # of a deployment -> of a target
    "rpm": "requests_per_minute",
    "tpm": "tokens_per_minute",
    "max_parallel_requests": "max_concurrency",
}
TIMES = {"timeout": "attempt_timeout_s", "stream_timeout": "first_token_timeout_s"}
SHOWN_BY = {  # of model_info -> a capability of a target
    "supports_function_calling": "tools",
    "supports_vision": "vision",
    "supports_response_schema": "json",
}
VECTORS: Plain = ["embeddings"]  # the capabilities of a target that makes them
PRICES = {
    "input_cost_per_token": "input_usd_per_mtok",
    "output_cost_per_token": "output_usd_per_mtok",
    "cache_read_input_token_cost": "cache_read_usd_per_mtok",
    "cache_creation_input_token_cost": "cache_write_usd_per_mtok",
}


class Target(NamedTuple):
    """A target of a group: what identifies it, its further settings, and its price if it has one of its own."""

    provider: str
    model: str
    settings: dict[str, Plain]
    price: dict[str, Plain]


class Group(NamedTuple):
    """A group with its strategy; `spare` are the targets of its fallbacks, asked when all others fail."""

    name: str
    strategy: str
    targets: list[Target]
    spare: list[Target]


def groups_of(root: Value, providers: Providers, left: list[Named]) -> dict[str, Group]:
    """Return the groups by name; what has no place in them is put into `left`."""
    router, litellm = root.get("router_settings"), root.get("litellm_settings")
    groups: dict[str, Group] = {}
    strategy = _strategy(router, left)
    listed = root.get("model_list")
    for deployment in listed.items() if listed is not None else []:
        name, params = deployment.get("model_name"), deployment.get("litellm_params")
        if name is None or params is None or not name.text():
            deployment.is_used = True
            left.append(Named(deployment.line, deployment.path, "it has no model_name or no litellm_params"))
            continue
        target = _target(deployment, params, providers)
        if target is None:
            continue
        group = groups.setdefault(name.text(), Group(name.text(), strategy, [], []))
        if any((one.provider, one.model) == target[:2] for one in group.targets):
            why = f"{target.model} of {target.provider} is in the group {group.name} already: its limits add up there"
            left.append(Named(deployment.line, deployment.path, why))
            continue
        if target.settings.get("capabilities") == VECTORS and any(one.model != target.model for one in group.targets):
            why = f"vectors of {target.model} and {group.targets[0].model} cannot be compared: give it another group"
            left.append(Named(deployment.line, deployment.path, why))
            continue
        group.targets.append(target)
    _same_names(router, groups, left)
    for section in (litellm, router):
        _fallbacks(section, groups, left)
    return groups


def _strategy(router: Value | None, left: list[Named]) -> str:
    found = router.get("routing_strategy") if router is not None else None
    if found is None:
        return "weighted"
    named = found.text()
    if named not in STRATEGIES:
        left.append(Named(found.line, found.path, f"{named} is not known here: groups are 'weighted'"))
    return STRATEGIES.get(named, "weighted")


def _target(deployment: Value, params: Value, providers: Providers) -> Target | None:
    place = providers.place(deployment, params)
    if place is None:
        for section in (params, deployment.get("model_info")):
            if section is not None:
                section.content = None  # the line about the whole deployment says it
        return None
    settings: dict[str, Plain] = {}
    for holder in (deployment, params):
        for theirs, ours in LIMITS.items():
            if (found := holder.get(theirs)) is not None and (most := found.number()) is not None:
                settings[ours] = max(int(most), 1)
    for theirs, ours in TIMES.items():
        if (found := params.get(theirs)) is not None and (seconds := found.number()) is not None:
            settings[ours] = seconds
    settings |= _weight(params, settings)
    if (found := params.get("region_name")) is not None and (region := found.text()):
        settings["region"] = region
    info = deployment.get("model_info")
    settings |= _capabilities(info)
    return Target(*place, settings, _price(info, params))


def _weight(params: Value, settings: dict[str, Plain]) -> dict[str, Plain]:
    """Return the share of a target: as given, else by its limits, as LiteLLM's simple-shuffle has it."""
    given = params.get("weight")
    weight = given.number() if given is not None else None
    by_limit = settings.get("requests_per_minute") or settings.get("tokens_per_minute")
    return {"weight": weight or by_limit or 1} if weight or by_limit else {}


def _capabilities(info: Value | None) -> dict[str, Plain]:
    if info is None:
        return {}
    mode = info.get("mode")
    kind = mode.text() if mode is not None else ""
    found: dict[str, Plain] = {}
    if (context := info.get("max_input_tokens")) is not None and (tokens := context.number()) is not None:
        found["context_tokens"] = int(tokens)
    if kind == "embedding":
        return {**found, "capabilities": VECTORS}
    said = {ours: flag.content for theirs, ours in SHOWN_BY.items() if (flag := info.get(theirs)) is not None}
    for theirs in SHOWN_BY:
        if (flag := info.get(theirs)) is not None:
            flag.text()
    if any(value is False for value in said.values()):
        found["capabilities"] = [one for one in SHOWN_BY.values() if said.get(one) is not False]
    return found


def _price(info: Value | None, params: Value) -> dict[str, Plain]:
    price: dict[str, Plain] = {}
    for holder in (info, params):
        for theirs, ours in PRICES.items():
            found = holder.get(theirs) if holder is not None else None
            if found is not None and isinstance(found.content, int | float) and found.content >= 0:
                found.text()
                price[ours] = float(Decimal(repr(found.content)) * 1_000_000)
    return price


def _same_names(router: Value | None, groups: dict[str, Group], left: list[Named]) -> None:
    """Give the groups of model_group_alias the targets of those that they stand for."""
    aliases = router.get("model_group_alias") if router is not None else None
    for alias, value in (aliases.entries() if aliases is not None else {}).items():
        inner = value.get("model")
        name = inner.text() if inner is not None else value.text()
        if isinstance(value.content, dict) and (hidden := value.get("hidden")) is not None:
            hidden.text()
        if name in groups and alias not in groups:
            groups[alias] = groups[name]._replace(name=alias)  # with the fallbacks to come
        else:
            left.append(Named(value.line, value.path, f"there is no group {name}, or one called {alias} already"))


def _fallbacks(section: Value | None, groups: dict[str, Group], left: list[Named]) -> None:
    """Put the targets of fallbacks behind the group's own."""
    if section is None:
        return
    default = section.get("default_fallbacks")
    names = [one.text() for one in default.items()] if default is not None else []
    pairs = [(group, name, default) for group in groups for name in names if default is not None]
    for kind in ("fallbacks", "context_window_fallbacks"):
        found = section.get(kind)
        for one in found.items() if found is not None else []:
            for group, listed in one.entries().items():
                every = groups if group == "*" else [group]
                pairs += [(named, name.text(), listed) for name in listed.items() for named in every]
        if found is not None and kind == "context_window_fallbacks":
            why = "they come after the group's own targets; give context_tokens, so that long requests go to them"
            left.append(Named(found.line, found.path, why))
    strategies = {groups[group].strategy for group, _, _ in pairs if group in groups} - {"weighted"}
    if strategies and pairs:
        at = pairs[0][2]
        left.append(Named(at.line, at.path, f"under {strategies.pop()} fallbacks compete with the group's own targets"))
    for group, name, at in pairs:
        if group not in groups or name not in groups:
            left.append(Named(at.line, at.path, f"there is no group {name if group in groups else group}"))
            continue
        if _is_of_vectors(groups[group]) or _is_of_vectors(groups[name]):
            left.append(Named(at.line, at.path, "vectors of different models cannot be compared: no fallbacks"))
            continue
        known = {one[:2] for one in (*groups[group].targets, *groups[group].spare)}
        groups[group].spare.extend(one for one in groups[name].targets if one[:2] not in known)


def _is_of_vectors(group: Group) -> bool:
    return any(target.settings.get("capabilities") == VECTORS for target in group.targets)


def price_lines(groups: dict[str, Group]) -> Iterator[str]:
    """Yield the tables of the prices that targets have of their own, the first of each."""
    prices = {one[:2]: one.price for group in reversed(groups.values()) for one in group.targets if one.price}
    for (provider, model), price in reversed(prices.items()):
        yield from table(("router", "prices"), {"provider": provider, "model": model, **price}, is_one_of_many=True)


def group_lines(group: Group) -> Iterator[str]:
    """Yield the tables of a group and its targets."""
    yield from table(("router", "groups", group.name), {"strategy": group.strategy})
    is_weighted = group.strategy == "weighted"
    for target in group.targets:
        settings = target.settings if is_weighted else {k: v for k, v in target.settings.items() if k != "weight"}
        yield from _target_lines(group, target, settings)
    for target in group.spare:
        yield from _target_lines(group, target, target.settings | {"weight": 0} if is_weighted else target.settings)


def _target_lines(group: Group, target: Target, settings: dict[str, Plain]) -> Iterator[str]:
    values: dict[str, Plain] = {"provider": target.provider, "model": target.model, **settings}
    yield from table(("router", "groups", group.name, "targets"), values, is_one_of_many=True)
