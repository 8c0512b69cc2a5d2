"""Read one tag of telemetry, its key and its value, from an inline table: { feature = "checkout" }."""

from __future__ import annotations

from finops_router.settings.toml import Table


def one_tag(table: Table) -> tuple[str, str] | None:
    """Return the key and the value of the one tag that `table` names; None if it names none, or several."""
    keys = table.keys()
    if len(keys) != 1 or not keys[0].strip():
        return None
    return keys[0], table.text(keys[0])
