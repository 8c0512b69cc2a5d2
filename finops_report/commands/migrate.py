"""`finops-report migrate`: our settings from those of another router."""

from __future__ import annotations

from pathlib import Path

import click

from finops_report.commands.option_groups import OrderedCommand, OrderedGroup
from finops_report.errors import ConfigError, OutputError


@click.group(cls=OrderedGroup)
def migrate() -> None:
    """Write finops.toml from the settings of another router."""


@migrate.command(cls=OrderedCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("finops.toml"),
    show_default=True,
    help="Where it is written; a file that is there is never replaced.",
)
def litellm(file: Path, out: Path) -> None:
    """Write FILE, the config.yaml of LiteLLM's proxy, as finops.toml; what cannot be carried over is named by line.

    Keys are named by their environment variables, never written.
    """
    from finops_report.migrate.litellm import migrated

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"This cannot be read: {file}: {error}", "give a YAML file in UTF-8") from error
    made = migrated(text, file.name)
    try:
        with out.open("x", encoding="utf-8") as written:
            written.write(made.text)
    except FileExistsError:
        raise OutputError(f"There is a file already: {out}", "give another place with --out") from None
    except OSError as error:
        raise OutputError(
            f"This cannot be written: {out}: {error.strerror}", "give another place with --out"
        ) from error
    click.echo(f"{out}: {_many(made.groups, 'group')} with {_many(made.targets, 'target')}")
    if made.left:
        click.echo("not carried over, or not as it was:")
    for one in made.left:
        click.echo(f"  {file}:{one.line}: {one.path}: {one.why}")
    click.echo(f"next: finops-report serve --config {out}")


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
