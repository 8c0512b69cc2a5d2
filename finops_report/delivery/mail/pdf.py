"""Print the page to PDF with a Chromium that is already there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from finops_report.errors import MailError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIMIT_S = 120


def printed_pdf(page: Path) -> bytes:
    """Return `page` as PDF. Raises MailError when no Chromium is found or it does not print."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise MailError("No Chromium to print the PDF with", "install one (apt install chromium), or --attach html")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.pdf"
        flags = ["--headless", "--disable-gpu", "--no-sandbox", "--no-pdf-header-footer", f"--user-data-dir={folder}"]
        command = [browser, *flags, f"--print-to-pdf={out}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
            return out.read_bytes()
        except (OSError, subprocess.SubprocessError) as err:
            raise MailError(f"Chromium did not print the page: {err}", "try --attach html") from err
