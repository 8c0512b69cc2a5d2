"""`finops-report encrypt`: a page that opens with a passphrase only."""

from __future__ import annotations

from pathlib import Path

import click

from finops_report.commands.environment import seal
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import FILE, PAGE


@click.command(cls=OrderedCommand)
@PAGE
@click.option("--out", type=FILE, required=True, help="The sealed page; it opens under this name only.")
def encrypt(page: Path, out: Path) -> None:
    """Seal the report with the passphrase in FINOPS_PASSPHRASE (or in the file FINOPS_PASSPHRASE_FILE)."""
    from finops_report.delivery.built_page import read_page
    from finops_report.files import write_whole

    write_whole({out: seal().page(read_page(page), out.name)})
    click.echo(f"sealed: {out}")
