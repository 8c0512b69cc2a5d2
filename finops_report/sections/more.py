"""Put what comes after the five core views into its order."""

from __future__ import annotations

from finops_report.analysis.totals import Facts
from finops_report.model import Section
from finops_report.sections.attribution import attribution_sections
from finops_report.sections.change import bridge_section, movers_section
from finops_report.sections.failure import failure_sections
from finops_report.sections.regret import regret_section


def more_sections(facts: Facts) -> tuple[Section, ...]:
    """The further views; each says 'not recorded' where it is so."""
    return (
        bridge_section(facts),
        movers_section(facts),
        *attribution_sections(facts),
        regret_section(facts),
        *failure_sections(facts),
    )
