"""Draw the live page of the gateway: today's spend, budgets, providers' health and failovers, while somebody looks.

It is done in the process that loads the journals, never in a worker: no request waits for it. Workers serve the files
that are drawn here (`folder.py`).
"""

from finops_report.live.painter import Painter
from finops_report.live.plan import Plan

__all__ = ["Painter", "Plan"]
