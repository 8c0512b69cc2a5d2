"""The command line: its commands, and how each of them ends."""

from __future__ import annotations

from typing import Any

import click

from finops_report import __version__
from finops_report.commands.alert import alert
from finops_report.commands.build import build
from finops_report.commands.check import check
from finops_report.commands.compact import compact
from finops_report.commands.demo import demo
from finops_report.commands.doctor import doctor
from finops_report.commands.drain import drain
from finops_report.commands.encrypt import encrypt
from finops_report.commands.ending import orderly
from finops_report.commands.export import export
from finops_report.commands.ingest import ingest
from finops_report.commands.keys import keys
from finops_report.commands.mail import mail
from finops_report.commands.migrate import migrate
from finops_report.commands.move import move
from finops_report.commands.prices import prices
from finops_report.commands.publish import publish
from finops_report.commands.query import query
from finops_report.commands.reconcile import reconcile
from finops_report.commands.reprice import reprice
from finops_report.commands.serve import serve
from finops_report.commands.statement import statement
from finops_report.commands.summary import summary
from finops_report.commands.tail import tail
from finops_report.commands.what_if import what_if


class Commands(click.Group):
    """A group whose commands end in one of the documented ways, whatever happens to them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with orderly():  # --help and --version are printed here
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with orderly():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="finops-report")
def main() -> None:
    """See, explain and defend what you spend on LLMs."""


READING = (build, query, check, reconcile, alert, prices, what_if, demo, doctor)
RECORDING = (ingest, reprice, drain, tail, move, compact)
SERVING = (serve, keys, migrate)
SENDING = (mail, statement, export, publish, encrypt, summary)

for command in (*READING, *RECORDING, *SERVING, *SENDING):
    main.add_command(command)
