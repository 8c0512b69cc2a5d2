"""Say in one sentence what Spark says in many, without any secret, and what the reader can do about it."""

from __future__ import annotations

import re

from finops_report.errors import DatabaseError
from finops_report.spark_address import SparkAddress
from finops_report.warehouse.refusals import masked
from finops_report.wording import formats

REACH = "check that it runs, and host and port of the address (15002, unless Spark Connect was told another)"
CONDITION = re.compile(r"^\[([A-Z_.0-9]+)\]\s*")
END = re.compile(r"\s*(== SQL|JVM stacktrace|SQLSTATE|;\n|\n).*", re.DOTALL)
TOLD = (  # what is in the words of an error, and what is to be done
    (("UNAVAILABLE", "Connection refused", "failed to connect"), "{} cannot be reached", REACH),
    (
        ("UNAUTHENTICATED", "PERMISSION_DENIED", "Invalid authentication token"),
        "{} does not let the user in",
        "check the token: SPARK_CONNECT_AUTHENTICATE_TOKEN, or token= in the address",
    ),
    (
        ("INSUFFICIENT_PERMISSIONS", "does not have privilege", "AccessControlException"),
        "{} cannot be read",
        "grant select on its tables to the user that reads them",
    ),
    (
        ("CANNOT_MODIFY_CONFIG", "CANNOT_MODIFY_STATIC_CONFIG", "CONFIG_NOT_AVAILABLE"),
        "{} lets a session choose no settings",
        "let the user set spark.sql settings of its own session",
    ),
    (("SCHEMA_NOT_FOUND",), "{} has no such schema", "check what stands after the host: sc://HOST:15002/DATABASE"),
    (
        ("FILE_NOT_EXIST", "FILE_NOT_FOUND", "FAILED_READ_FILE", "CANNOT_READ_FILE"),
        "A file of {} cannot be read",
        "see that all files are there: sums of those that are would be too small, so there are none; or build again",
    ),
    (
        ("JOB_CANCELLED", "OPERATION_CANCELED", "SparkException: Job aborted", "Job aborted due to stage failure"),
        "{} gave up",
        "see that its workers run, and build again: no sum is ever of a part",
    ),
)


def explained(err: Exception, address: SparkAddress) -> DatabaseError:
    """Return what the reader can do about what Spark says."""
    whole = str(err)
    message, hint = next(
        ((message, hint) for signs, message, hint in TOLD if any(sign in whole for sign in signs)),
        ("{} cannot be read", REACH),
    )
    return DatabaseError(f"{message.format(address.shown)}: {_said(whole, address)}", hint)


def _said(whole: str, address: SparkAddress) -> str:
    details = re.search(r'details = "([^"]*)"', whole)
    text = END.sub("", details[1] if details else whole.strip())
    return formats.shortened(" ".join(masked(text, address.token).split()), 200)
