"""Mark what `make test` has tried by another example: `make extended` tries it as well, every week."""

from __future__ import annotations

import pytest
from _pytest.mark import ParameterSet

EXTENDED = pytest.mark.extended


def extended(*values: object) -> ParameterSet:
    """One set of parameters that `make extended` adds to those of `make test`."""
    return pytest.param(*values, marks=EXTENDED)
