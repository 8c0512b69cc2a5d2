"""Print the page to PDF with an installed Chromium."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from finops_report.delivery.mail.chromium import FLAGS, find_chromiums
from finops_report.errors import MailError

LIMIT_S = 120
PDF = b"%PDF-"


def printed_pdf(page: Path) -> bytes:
    """Return `page` as PDF, by the first Chromium that prints it.

    Raises MailError if no Chromium is installed or none prints it.
    """
    browsers = find_chromiums()
    if not browsers:
        raise MailError("No Chromium to print the PDF with", "install one (apt install chromium), or --attach html")
    failed: Exception | None = None
    for browser in browsers:
        for place in _places():
            try:
                return _printed(page, browser, place)
            except (OSError, subprocess.SubprocessError) as err:
                failed = failed or err
    raise MailError(f"Chromium did not print the page: {failed}", "try --attach html") from failed


def _places() -> Iterator[str | None]:
    """Yield where to work: the usual folder, then the home: a Chromium from a snap sees a /tmp of its own."""
    yield None
    yield str(Path.home())


def _printed(page: Path, browser: str, place: str | None) -> bytes:
    """Return the page as this browser prints it; raises OSError or SubprocessError if it does not."""
    with tempfile.TemporaryDirectory(prefix="finops-report-", dir=place, ignore_cleanup_errors=True) as folder:
        copy, out = Path(folder) / "report.html", Path(folder) / "report.pdf"
        shutil.copyfile(page, copy)
        flags = ["--headless", *FLAGS, "--no-pdf-header-footer", f"--user-data-dir={folder}/profile"]
        command = [browser, *flags, f"--print-to-pdf={out}", copy.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
        content = out.read_bytes()
    if not content.startswith(PDF):
        raise OSError(f"{browser} printed something else")
    return content
