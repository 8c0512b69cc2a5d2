"""Turn the config.yaml of LiteLLM's proxy into finops.toml, and name line by line what cannot be carried over.

https://docs.litellm.ai/docs/proxy/config_settings. Keys are named by their environment variable; a value of one that
stands in the file is never written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from finops_report.errors import ConfigError
from finops_report.migrate.litellm_groups import group_lines, groups_of, price_lines
from finops_report.migrate.litellm_providers import Named, Providers
from finops_report.migrate.litellm_reasons import reason
from finops_report.migrate.toml_text import Plain, table
from finops_report.migrate.yaml_lines import Value, read_yaml

HEAD = """# Written from {name} by `finops-report migrate litellm`. Every setting: finops.example.toml; how the router
# decides: docs/router.md. Keys are read from the environment variables that are named here.
"""


class Migrated(NamedTuple):
    """The text of finops.toml, how much is in it, and what is not, in the order of the lines it stood on."""

    text: str
    groups: int
    targets: int
    left: list[Named]


def migrated(text: str, name: str) -> Migrated:
    """Return what `text`, the content of a config.yaml called `name`, is as finops.toml.

    Raises ConfigError if it is no YAML, or has no model that can be carried over.
    """
    root = read_yaml(text, name)
    left: list[Named] = []
    providers = Providers(root, left)
    groups = groups_of(root, providers, left)
    if not groups:
        raise ConfigError(
            f"No model of {name} can be carried over{f': {left[0].why}' if left else ''}",
            "give the config.yaml of LiteLLM's proxy, with a model_list",
        )
    lines = [HEAD.format(name=" ".join(name.split())), *_router(root, left)]
    for group in groups.values():
        lines += group_lines(group)
    lines += price_lines(groups)
    lines += providers.lines()
    left += [Named(one.line, one.path, reason(one.path)) for one in root.unused()]
    targets = sum(len(group.targets) for group in groups.values())
    return Migrated("\n".join(lines), len(groups), targets, sorted(left))


def _router(root: Value, left: list[Named]) -> Iterator[str]:
    """Yield the table [router]: the time limits that hold for all targets."""
    router, litellm = root.get("router_settings"), root.get("litellm_settings")
    values: dict[str, Plain] = {}
    for section, theirs, ours in (
        (litellm, "request_timeout", "attempt_timeout_s"),
        (router, "timeout", "attempt_timeout_s"),
        (router, "stream_timeout", "first_token_timeout_s"),
    ):
        if section is not None and (found := section.get(theirs)) is not None:
            seconds = found.number()
            if seconds is None:
                found.is_used = True
                left.append(Named(found.line, found.path, "it is no number of seconds"))
            else:
                values[ours] = seconds
    if values:
        yield from table(("router",), values)
