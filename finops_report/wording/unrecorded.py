"""Name what nobody recorded: data have 'not recorded', a table 'no model', a sentence 'requests without a model'."""

from __future__ import annotations

from finops_report.wording.formats import NOT_RECORDED

NOBODY = "not attributed"  # as data have it
NO_TEAM = "no team"


def in_table(kind: str, recorded: str) -> str:
    """Return a recorded name of a `kind`: 'model', 'strategy'; 'no model' if there is none."""
    return f"no {kind}" if recorded == NOT_RECORDED else recorded


def in_sentence(kind: str, recorded: str) -> str:
    """Return a recorded name of a `kind`; 'requests without a model' if there is none."""
    return f"requests without a {kind}" if recorded == NOT_RECORDED else recorded
