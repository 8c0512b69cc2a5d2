"""Publish reports to a folder that keeps all of them: an index, the latest at a stable address, a feed."""

from finops_report.delivery.archive.publishing import publish
from finops_report.delivery.archive.site import Site

__all__ = ["Site", "publish"]
