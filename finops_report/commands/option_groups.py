"""Hand options that belong together to a command as one value, and list them in one order in every help.

A decorator declares its options and hands the command one frozen value of them. These are named tuples: dataclasses
would load `inspect`, a fifth of the time that `--help` takes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import click

Body = Callable[..., None]
Decorator = Callable[[Body], Body]

OWN = "the options of one command alone"
ORDER = (
    *("page", "figures"),
    *("db", "form", "out", "json_out"),
    *("since", "until", "week", "month", "quarter", "year", "timezone", "table", "config"),
    *(OWN, "patience_s", "memory", "time_limit_s"),
)


class OrderedCommand(click.Command):
    """A command whose help lists its options in `ORDER`, and whose sentence is whole in the list of commands."""

    def get_short_help_str(self, limit: int = 45) -> str:
        return " ".join((self.help or "").partition("\n\n")[0].split())

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return sorted(super().get_params(ctx), key=self._place)

    def _place(self, option: click.Parameter) -> int:
        if option not in self.params:
            return len(ORDER)  # click's own --help
        return ORDER.index(option.name if option.name in ORDER else OWN)


class OrderedGroup(OrderedCommand, click.Group):
    """Commands that belong together under one name, each with its own options."""


def as_one_value(name: str, kind: type, *options: Decorator) -> Decorator:
    """Return a decorator that declares `options` and hands the command one `kind` of them as `name`.

    The fields of `kind` are called as the options are.
    """
    fields = tuple(kind.__annotations__)

    def decorate(body: Body) -> Body:
        @functools.wraps(body)
        def command(**given: Any) -> None:  # click hands over every option by its name
            body(**_gathered(given, name, kind, fields))

        declared: Body = command
        for option in reversed(options):
            declared = option(declared)
        return declared

    return decorate


def _gathered(given: Mapping[str, Any], name: str, kind: type, fields: tuple[str, ...]) -> dict[str, Any]:
    others = {option: value for option, value in given.items() if option not in fields}
    return others | {name: kind(**{field: given[field] for field in fields})}
