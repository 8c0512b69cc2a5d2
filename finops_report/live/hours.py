"""Draw what was spent in each hour of today, by provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from finops_report.charts import Chart
from finops_report.charts.columns import Part, by_name
from finops_report.charts.figure import money_axis
from finops_report.live.plan import Plan
from finops_report.warehouse.live import HourRow, LiveMoments
from finops_report.wording import formats

HOUR_US = 3_600_000_000
HEIGHT_PX = 250


def hours_chart(
    plan: Plan, moments: LiveMoments, rows: Sequence[HourRow], names: Mapping[str, str], colours: Mapping[str, str]
) -> Chart:
    """Return a column for each hour of today, a colour for each provider; days of 23 and 25 hours have as many.

    `names` are those of providers for readers, `colours` by these.
    """
    starts = [plan.local(us) for us in range(moments.today_us, moments.tomorrow_us, HOUR_US)]
    hours = formats.distinct([_hour(start) for start in starts], 12)
    parts = [
        Part(hours[row.hour], names[row.provider], plan.currency.amount(row.cost_usd))
        for row in rows
        if 0 <= row.hour < len(hours)
    ]
    return Chart("hours", "Spend today by hour", by_name(hours, parts, colours, money_axis(plan.currency)))


def _hour(start: datetime) -> str:
    return f"{start:%H:%M}"
