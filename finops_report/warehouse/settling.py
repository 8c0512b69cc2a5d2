"""Leave out the newest rows of a database in which no two statements see the same moment: they are still coming in."""

from __future__ import annotations

import re
from dataclasses import replace

from finops_report.database_address import SPARK, DatabaseAddress, SourcePlace
from finops_report.errors import DatabaseError
from finops_report.warehouse.cubes import FUTURE_SLACK_US, Bounds

SECOND_US = 1_000_000
ENDS = ("until_us", "history_until_us")  # of cubes; the extent has a moment instead
WORD = "settled="  # of an address; the same for every server
SPARKS = re.compile("[;?]")  # begins the parameters of a Spark, and parts them, as & does
HINT = "write ?settled=120 to leave out the rows of the last two minutes"


def without_settled(address: DatabaseAddress) -> DatabaseAddress:
    """Return an address without its `settled=`, which no driver knows."""
    place, own, _ = _parted(address)
    begin, between = (";", ";") if address.scheme in SPARK else ("?", "&")
    return replace(address, written=f"{place}{begin if own else ''}{between.join(own)}")


def settled_s_of(db: SourcePlace) -> int:
    """Return of how many seconds before the build an address leaves out the rows; 0 if it does not say, or is a file.

    Raises DatabaseError, without any part of the address that may be one of a secret, if it is no number.
    """
    if not isinstance(db, DatabaseAddress):
        return 0
    said = _parted(db)[2]
    if not (said.isascii() and said.isdecimal()):
        raise DatabaseError(f"settled= in the address of {db} is no number of seconds", HINT)
    return int(said)


def settled(bounds: Bounds, settled_s: int) -> Bounds:
    """Return `bounds` without the last `settled_s` seconds before the moment of the build (0: just as they are)."""
    if not settled_s:
        return bounds
    if "moment_us" in bounds:
        last_us = bounds["moment_us"] - settled_s * SECOND_US
        return {**bounds, "moment_us": last_us, "now_us": last_us}
    last_us = bounds["now_us"] - FUTURE_SLACK_US - settled_s * SECOND_US
    return {**bounds, **{end: min(bounds[end], last_us) for end in ENDS if end in bounds}}


def _parted(address: DatabaseAddress) -> tuple[str, list[str], str]:
    """Return what is before the parameters, those that are not ours, and the number of seconds as it is written."""
    written = address.written
    if address.scheme in SPARK:
        place, *rest = SPARKS.split(written, maxsplit=1)
        parameters = SPARKS.sub("&", "&".join(rest))
    else:
        place, _, parameters = written.partition("?")
        if "@" in parameters:  # a question mark in a password: nobody knows where it ends
            parameters = ""
    if WORD not in parameters:
        return written, [], "0"
    said = parameters.split("&")
    ours = [one for one in said if one.startswith(WORD)]
    return place, [one for one in said if one not in ours], ours[-1].removeprefix(WORD) if ours else "0"
