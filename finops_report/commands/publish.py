"""`finops-report publish`: the built report into the archive of all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from finops_report.commands.environment import seal
from finops_report.commands.option_groups import OrderedCommand, as_one_value
from finops_report.commands.options import CONFIG, KEPT, BuiltReport, report_options

if TYPE_CHECKING:
    from finops_report.commands.settings import CommandSettings
    from finops_report.delivery.archive import Site

TITLE = "LLM spend reports"


class SiteOptions(NamedTuple):
    """The archive as the options describe it."""

    folder: Path
    title: str | None
    base_url: str
    keep: int | None
    sealed: bool

    def site(self, settings: CommandSettings) -> Site:
        """Return the archive, with title and logo of the settings.

        Raises ConfigError if it is to be sealed and there is no strong passphrase, or if the logo cannot be used.
        """
        from finops_report.delivery.archive import Site
        from finops_report.page.logo import logo_uri

        return Site(
            folder=self.folder,
            title=self.title or settings.own_title or TITLE,
            base_url=self.base_url,
            keep=self.keep,
            seal=seal() if self.sealed else None,
            logo=None if settings.logo is None else logo_uri(settings.logo),
        )


site_options = as_one_value(
    "site",
    SiteOptions,
    click.option(
        "--site", "folder", type=KEPT, default=Path("output/site"), show_default=True, help="The folder to publish."
    ),
    click.option("--title", help=f"What stands on its index.  [default: the title in the settings, else {TITLE}]"),
    click.option("--base-url", default="", help="Its address, for the feed; the feed remembers it."),
    click.option("--keep", type=click.IntRange(1), help="Keep this many reports, the newest.  [default: all]"),
    click.option("--encrypt", "sealed", is_flag=True, help="Seal everything with the passphrase in FINOPS_PASSPHRASE."),
)


@click.command(cls=OrderedCommand)
@report_options
@site_options
@CONFIG
def publish(report: BuiltReport, site: SiteOptions, config: Path | None) -> None:
    """Add the built report to a folder of all reports, ready for Pages or any web server."""
    from finops_report.clock import build_moment_us
    from finops_report.commands.settings import read_settings
    from finops_report.delivery.archive import publish as add

    now = datetime.fromtimestamp(build_moment_us() // 1_000_000, UTC)
    kept = add(site.site(read_settings(config)), report.page, report.json, now)
    click.echo(
        f"{len(kept)} report{'s' if len(kept) > 1 else ''} in {site.folder}/index.html; latest: {kept[0].period}"
    )
    if site.sealed:
        return
    click.echo("note: whoever can open the site can read these figures; a Pages site may be public", err=True)
    if not (site.folder / "feed.xml").exists():
        click.echo("note: no feed: it needs the site's address, --base-url", err=True)
