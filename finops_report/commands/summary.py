"""`finops-report summary`: the answers in few lines, for a job's page and the steps after it."""

from __future__ import annotations

from pathlib import Path

import click

from finops_report.commands.option_groups import OrderedCommand
from finops_report.commands.options import FILE

BREACHED = 3  # done, and a threshold is breached


@click.command(cls=OrderedCommand)
@click.option(
    "--json", "figures", type=FILE, default=Path("output/report.json"), show_default=True, help="The figures."
)
@click.option("--format", "form", type=click.Choice(["markdown", "outputs"]), default="markdown", show_default=True)
@click.option("--fail-on-breach", is_flag=True, help="End with exit code 3 if a verdict is bad or a budget breached.")
@click.pass_context
def summary(ctx: click.Context, figures: Path, form: str, fail_on_breach: bool) -> None:
    """Print the total and the five answers: Markdown, or name=value lines for a workflow."""
    from finops_report.delivery.summary import breaches, markdown, outputs
    from finops_report.document import read_digest

    digest = read_digest(figures)
    click.echo({"markdown": markdown, "outputs": outputs}[form](digest), nl=False)
    if fail_on_breach and (found := breaches(digest)):
        click.echo(f"breached: {'; '.join(found)}", err=True)
        ctx.exit(BREACHED)
