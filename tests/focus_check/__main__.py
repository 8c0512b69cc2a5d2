"""Write exports of every kind of cost, and have both validators read them; exits with 1 if one finds anything."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.finops_report.exports.traffic import records, write
from tests.focus_check.verdicts import verdict

CRITERIA = (
    *("ACCOUNT_NAMING_SUPPORTED", "PUBLIC_PRICE_LIST_SUPPORTED", "UNIT_PRICING_SUPPORTED"),
    *("USAGE_MEASUREMENT_SUPPORTED", "NEGOTIATED_PRICING_SUPPORTED", "MULTIPLE_PRICING_CATEGORIES_SUPPORTED"),
    *("SUB_ACCOUNT_SUPPORTED", "TAGGING_SUPPORTED"),
)
EXPORTS = (("1.4", "focus-1.4.csv"), ("1.2", "focus-1.2.csv"), ("1.2", "focus-1.2.parquet"))


def main(environment: Path) -> int:
    """Return how many exports are not as they should be; `environment` has both validators."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        db = write(Path(folder) / "telemetry.duckdb", records())
        for version, name in EXPORTS:
            file = Path(folder) / name
            command = [sys.executable, "-m", "finops_report", "export", "--db", str(db), "--out", str(file)]
            subprocess.run([*command, "--focus-version", version], check=True)
            said = _linted(environment, file) if version == "1.4" else _validated(environment, file)
            wrong += bool(said)
            print(f"{name}: {said or 'as it should be'}")  # noqa: T201 -- for who runs it
    return wrong


def _linted(environment: Path, file: Path) -> str:
    command = [str(environment / "bin/focus-toolkit"), "validate", "--dataset", "cost-and-usage", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _validated(environment: Path, file: Path) -> str:
    """Return what the Foundation's validator finds; it reads a file of its own by a path from its installation."""
    (packages,) = environment.glob("lib/python3*/site-packages")
    command = [
        *(str(environment / "bin/focus-validator"), "--block-download", "--validate-version", "1.2"),
        *("--data-file", str(file), "--applicability-criteria", ",".join(CRITERIA), "--show-violations"),
    ]
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    return verdict(done.stdout + done.stderr).wrong


if __name__ == "__main__":
    raise SystemExit(min(main(Path(sys.argv[1]).absolute()), 1))
