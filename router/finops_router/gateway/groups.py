"""Know what a client may name as a model: a group, a target as provider/model, or the model of targets alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from finops_router.calls import Target
from finops_router.providers.contract import Native, Provider
from finops_router.settings.router import DEFAULT_STRATEGY, Group, RouterConfig


def with_direct_names(config: RouterConfig) -> RouterConfig:
    """Return `config` with a group more for each target, and for each model, that no group is called after."""
    targets = list({target.name: target for group in config.groups.values() for target in group.targets}.values())
    by_model: dict[str, tuple[Target, ...]] = {}
    for target in targets:
        by_model[target.model] = (*by_model.get(target.model, ()), target)
    named = by_model | {target.name: (target,) for target in targets}
    direct = {name: Group(name=name, strategy=DEFAULT_STRATEGY, targets=found) for name, found in named.items()}
    return replace(config, groups=direct | dict(config.groups))


class Groups:
    """The groups of `config`, and which wires their targets speak, as `providers` have it."""

    def __init__(self, config: RouterConfig, providers: Mapping[str, Provider]) -> None:
        self._groups = config.groups
        self._wires = {name: one.wires for name, one in providers.items() if isinstance(one, Native)}
        self._native: dict[tuple[str, str], bool] = {}

    def names(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(self._groups)

    def targets(self, name: str) -> tuple[Target, ...]:
        """Return the targets of a group; none if there is no such group."""
        group = self._groups.get(name)
        return () if group is None else group.targets

    def is_native(self, name: str, wire: str) -> bool:
        """Return whether all targets of a group speak `wire` themselves; so it is for a group that is not there."""
        key = (name, wire)
        known = self._native.get(key)
        if known is None:
            if name not in self._groups:
                return True
            targets = self._groups[name].targets
            known = self._native[key] = all(wire in self._wires.get(target.provider, ()) for target in targets)
        return known
