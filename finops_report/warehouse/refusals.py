"""Turn what is said of a source that cannot be read into what the reader can do about it, without any secret."""

from __future__ import annotations

import duckdb

from finops_report.database_address import SourcePlace
from finops_report.errors import DatabaseError
from finops_report.warehouse.connection import Limits
from finops_report.warehouse.recorded import reason
from finops_report.wording import formats

MASKED = 4  # characters of a secret: a shorter one is a part of words


def unreadable(db: SourcePlace, limits: Limits, err: duckdb.Error) -> DatabaseError:
    """Return the error for a source that was opened and then could not be read within its limits."""
    if isinstance(err, duckdb.InterruptException):
        return taken_too_long(str(db), limits.time_s)
    if isinstance(err, duckdb.OutOfMemoryException):
        return DatabaseError(
            f"The telemetry needs more memory than {limits.memory or '80 % of this machine'}: {db}",
            "allow more with --memory, free space in TMPDIR, or ask for fewer days",
        )
    if isinstance(err, duckdb.PermissionException):
        return DatabaseError(
            f"The telemetry reads what lies outside of it, which is refused: {db}",
            "a view in it opens files, addresses or settings: keep the rows in a table, or name another with --table",
        )
    return DatabaseError(
        f"The telemetry cannot be read: {formats.shortened(reason(err), 200)}",
        f"open it in duckdb to see what is wrong: {db}",
    )


def taken_too_long(shown: str, limit_s: float) -> DatabaseError:
    """Return the error of a source that was not read in time."""
    message = f"The telemetry could not be read within {formats.duration(limit_s * 1000)}: {shown}"
    return DatabaseError(message, "give it more time with --time-limit, or ask for fewer days")


def masked(text: str, *secrets: str | None) -> str:
    """Return `text` with stars in place of each secret."""
    for secret in secrets:
        if secret is not None and len(secret) >= MASKED:
            text = text.replace(secret, "***")
    return text
