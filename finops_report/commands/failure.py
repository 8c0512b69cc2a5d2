"""Show an error as every command shows it: one `error:` line, one `hint:` line, exit code 1."""

from __future__ import annotations

from typing import IO, Any

import click

from finops_report.errors import Explained

MOST_LETTERS = 1000  # of a line: whoever gives a name of thousands knows it


class Failure(click.ClickException):
    """An error that explains itself, as the reader sees it."""

    def __init__(self, error: Explained) -> None:
        super().__init__(error.message)
        self.hint = error.hint

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"error: {_one_line(self.message)}", err=True)
        click.echo(f"hint: {_one_line(self.hint)}", err=True)


def _one_line(text: str) -> str:
    from finops_report.wording.formats import shortened
    from finops_report.wording.plain import printable

    return printable(shortened(" ".join(text.split()), MOST_LETTERS))
