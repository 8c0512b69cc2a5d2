"""Read YAML so that each value knows its line and whether anybody asked for it: nothing is dropped in silence.

The only door to PyYAML (extra `gateway`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from finops_report.errors import ConfigError

MOST = 10**9  # of a number
MOST_VALUES = 100_000  # with aliases followed; ten lines of them can stand for a billion


class Value:
    """A value of the file: its content, its line from 1, and its path from the top, as model_list[0].model_name.

    `content` is a mapping or a list of further Values, or a plain value. `is_used` says whether it was asked for.
    """

    __slots__ = ("content", "is_used", "line", "path")

    def __init__(self, content: Any, line: int, path: str) -> None:
        self.content, self.line, self.path = content, line, path
        self.is_used = False

    def get(self, name: str) -> Value | None:
        """Return what a mapping has under `name`, as used; None if it has nothing, or is no mapping."""
        found = self.content.get(name) if isinstance(self.content, dict) else None
        if found is None or found.content is None:
            return None
        self.is_used = True
        return found if isinstance(found, Value) else None

    def items(self) -> list[Value]:
        """Return the values of a list, as used; empty if it is none."""
        if not isinstance(self.content, list):
            return []
        self.is_used = True
        return self.content

    def entries(self) -> dict[str, Value]:
        """Return what a mapping has, by name, as used; empty if it is none."""
        if not isinstance(self.content, dict):
            return {}
        self.is_used = True
        return self.content

    def text(self) -> str:
        """Return a plain value as text, as used; empty if it is none."""
        if isinstance(self.content, dict | list) or self.content is None:
            return ""
        self.is_used = True
        return str(self.content)

    def number(self) -> float | None:
        """Return a number above 0, as used; None if it is none."""
        if isinstance(self.content, int | float) and not isinstance(self.content, bool) and 0 < self.content < MOST:
            self.is_used = True
            return self.content
        return None

    def unused(self) -> Iterator[Value]:
        """Yield the outermost values that nobody asked for; those that say nothing (null) are passed over."""
        if not self.is_used:
            if self.content is not None:
                yield self
        elif isinstance(self.content, dict | list):
            inner = self.content.values() if isinstance(self.content, dict) else self.content
            for one in inner:
                yield from one.unused()


def read_yaml(text: str, name: str) -> Value:
    """Return the content of a YAML file. Raises ConfigError if it is none, or is larger than any settings are."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            return Value({}, 1, "")
        return _value(node, "", yaml.constructor.SafeConstructor(), [MOST_VALUES])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(
            f"This is no YAML: {name}{where}: {getattr(error, 'problem', None) or 'it cannot be read'}",
            "give the config.yaml that LiteLLM's proxy is started with",
        ) from None
    except (RecursionError, OverflowError):
        raise ConfigError(
            f"This YAML holds more than {MOST_VALUES} values: {name}", "look for aliases (*) that hold each other"
        ) from None


def _value(node: yaml.Node, path: str, plain: Any, left: list[int]) -> Value:
    left[0] -= 1
    if left[0] < 0:
        raise OverflowError
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Value([_value(one, f"{path}[{at}]", plain, left) for at, one in enumerate(node.value)], line, path)
    if not isinstance(node, yaml.MappingNode):
        return Value(plain.construct_object(node), line, path)
    found: dict[str, Value] = {}
    plain.flatten_mapping(node)  # what `<<` takes over
    for key, of in node.value:
        name = str(key.value)
        found[name] = _value(of, f"{path}.{name}" if path else name, plain, left)
        found[name].line = key.start_mark.line + 1
    return Value(found, line, path)
