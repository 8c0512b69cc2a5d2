"""Let `python -m finops_report` do what the `finops-report` command does."""

from finops_report.cli import main

main()
