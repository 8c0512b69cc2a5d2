"""Print the page to PDF with an installed Chromium."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from finops_report.delivery.mail.chromium import FLAGS, find_chromium
from finops_report.errors import MailError

LIMIT_S = 120


def printed_pdf(page: Path) -> bytes:
    """Return `page` as PDF. Raises MailError if no Chromium is installed or it does not print."""
    browser = find_chromium()
    if browser is None:
        raise MailError("No Chromium to print the PDF with", "install one (apt install chromium), or --attach html")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.pdf"
        flags = ["--headless", *FLAGS, "--no-pdf-header-footer", f"--user-data-dir={folder}"]
        command = [browser, *flags, f"--print-to-pdf={out}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
            return out.read_bytes()
        except (OSError, subprocess.SubprocessError) as err:
            raise MailError(f"Chromium did not print the page: {err}", "try --attach html") from err
