"""Run the tests that need a Spark in an environment that has one: `make spark`. Arguments are pytest's."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from benchmarks.environments import python_with

REQUIREMENTS = ("pyspark[connect]==4.3.0",)  # the server and its client: 490 MB, 900 with what they need
ENGINES = "tests/finops_report/warehouse/engines"  # where all of them are
LENDS = "import site; site.addsitedir({!r})\n"  # what the tests need besides is in the environment that runs this


def python_with_spark() -> Path:
    """Return the Python of an environment with Spark that has all of this one, too."""
    python = python_with("spark", REQUIREMENTS)
    if python is None:
        sys.exit("error: Spark cannot be installed\nhint: see above")
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    (packages / "of_the_tests.pth").write_text(LENDS.format(sysconfig.get_path("purelib")), encoding="utf-8")
    return python


if __name__ == "__main__":
    asked = sys.argv[1:] or [ENGINES]
    command = [str(python_with_spark()), "-m", "pytest", "-n", "0", "-m", "spark", *asked]
    sys.exit(subprocess.run(command, check=False, env={**os.environ, "FINOPS_SPARK": "1"}).returncode)
