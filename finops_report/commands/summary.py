"""`finops-report summary`: the answers in few lines, for a job's page and the steps after it."""

from __future__ import annotations

from pathlib import Path

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import FILE


@click.command(cls=OrderedCommand)
@click.option(
    "--json", "figures", type=FILE, default=Path("output/report.json"), show_default=True, help="The figures."
)
@click.option("--format", "form", type=click.Choice(["markdown", "outputs"]), default="markdown", show_default=True)
def summary(figures: Path, form: str) -> None:
    """Print the total and the five answers: Markdown, or name=value lines for a workflow."""
    from finops_report.delivery.summary import markdown, outputs
    from finops_report.document import read_digest

    click.echo({"markdown": markdown, "outputs": outputs}[form](read_digest(figures)), nl=False)
