"""`finops-report encrypt`: a page that opens with a passphrase only."""

from __future__ import annotations

from pathlib import Path

import click

from finops_report.commands.environment import seal
from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import OUTPUT, PAGE
from finops_report.commands.values import STANDARD_OUTPUT


@click.command(cls=OrderedCommand)
@PAGE
@click.option(
    "--out", type=OUTPUT, required=True, help="The sealed page, which opens under this name only; - prints it."
)
def encrypt(page: Path, out: Path) -> None:
    """Seal the report with the passphrase in FINOPS_PASSPHRASE (or in the file FINOPS_PASSPHRASE_FILE)."""
    from finops_report.delivery.built_page import read_page
    from finops_report.files import write_whole
    from finops_report.replaceable import check_replaceable, is_page

    check_replaceable(out, is_page)
    place = "" if out == STANDARD_OUTPUT else out.name
    write_whole({out: seal().page(read_page(page), place)})
    if out != STANDARD_OUTPUT:
        click.echo(f"sealed: {out}")
