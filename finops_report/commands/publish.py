"""`finops-report publish`: the built report into the archive of all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.environment import seal
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import FILE, BuiltReport, report_options

if TYPE_CHECKING:
    from finops_report.delivery.archive import Site


class SiteOptions(NamedTuple):
    """The archive as the options describe it."""

    folder: Path
    title: str
    base_url: str
    keep: int | None
    sealed: bool

    def site(self) -> Site:
        """Return the archive. Raises ConfigError if it is to be sealed and there is no passphrase."""
        from finops_report.delivery.archive import Site

        return Site(self.folder, self.title, self.base_url, self.keep, seal() if self.sealed else None)


site_options = as_one_value(
    "site",
    SiteOptions,
    click.option(
        "--site", "folder", type=FILE, default=Path("output/site"), show_default=True, help="The folder to publish."
    ),
    click.option("--title", default="LLM spend reports", show_default=True, help="What stands on its index."),
    click.option("--base-url", default="", help="Its address, for the feed."),
    click.option("--keep", type=click.IntRange(1), help="Keep this many reports, the newest.  [default: all]"),
    click.option("--encrypt", "sealed", is_flag=True, help="Seal everything with the passphrase in FINOPS_PASSPHRASE."),
)


@click.command(cls=OrderedCommand)
@report_options
@site_options
def publish(report: BuiltReport, site: SiteOptions) -> None:
    """Add the built report to a folder of all reports, ready for Pages or any web server."""
    from finops_report.delivery.archive import publish as add

    kept = add(site.site(), report.page, report.json)
    click.echo(
        f"{len(kept)} report{'s' if len(kept) > 1 else ''} in {site.folder}/index.html; latest: {kept[0].period}"
    )
    if not site.sealed:
        click.echo("note: whoever can open the site can read these figures; a Pages site may be public", err=True)
