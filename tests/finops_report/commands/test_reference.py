"""docs/commands.md says what the commands say of themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from click.testing import CliRunner

from finops_report.cli import main

PAGE = Path(__file__).parents[3] / "docs/commands.md"
WIDTH = 78  # what click takes of a terminal of eighty columns


def reference() -> str:
    """The part of the page that is made of the commands, in the order of their listing."""
    group = click.Context(main, info_name="finops-report", help_option_names=["-h", "--help"], terminal_width=WIDTH)
    return "".join(blocks(group, main.commands))


def blocks(parent: click.Context, commands: Mapping[str, click.Command]) -> Iterator[str]:
    """Yield the help of each command, and after that of a group those of its own."""
    for name, command in commands.items():
        context = click.Context(command, parent, name)
        yield f"\n## `{context.command_path}`\n\n```text\n{context.get_help()}\n```\n"
        yield from blocks(context, command.commands if isinstance(command, click.Group) else {})


def test_the_golden_reference_is_what_the_commands_print() -> None:
    introduction = re.split(r"\n## ", PAGE.read_text(encoding="utf-8"))[0].rstrip("\n") + "\n"
    if os.environ.get("FINOPS_UPDATE_GOLDEN"):
        PAGE.write_text(introduction + reference(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == introduction + reference()


def test_no_line_is_wider_than_a_terminal() -> None:
    assert max(map(len, reference().splitlines())) <= 80


def test_the_list_of_commands_has_whole_sentences() -> None:
    listed = " ".join(CliRunner().invoke(main, ["--help"], terminal_width=WIDTH).stdout.split())
    assert "..." not in listed.partition("Commands:")[2]
    for command in main.commands.values():
        assert " ".join((command.help or "").split()) in listed
