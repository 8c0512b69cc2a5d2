"""Where everything of an archive lies, and how its files are stored: open or sealed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finops_report.delivery.encryption import Seal

INDEX, LATEST, LATEST_FIGURES, FEED = "index.html", "latest.html", "latest.json", "feed.xml"
PAGE, OPEN_FIGURES, SEALED_FIGURES = "report.html", "report.json", "report.sealed"
REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Site:
    """An archive: its folder, its title, its address (for the feed), and how many reports it keeps (None for all).

    With a `seal`, only the days of its reports can be read without the passphrase. `logo` is a data: URI.
    """

    folder: Path
    title: str
    base_url: str = ""
    keep: int | None = None
    seal: Seal | None = None
    logo: str | None = None

    @property
    def reports(self) -> Path:
        """The folder of all reports, each in one of its own."""
        return self.folder / REPORTS

    @property
    def figures(self) -> str:
        """The file name of the figures beside each report."""
        return OPEN_FIGURES if self.seal is None else SEALED_FIGURES

    def opened(self, path: Path) -> bytes:
        """Return the figures in a file of this archive. Raises OSError, and ConfigError if it is sealed otherwise."""
        content = path.read_bytes()
        return content if self.seal is None else self.seal.opened(content, self._place(path))

    def opened_page(self, path: Path) -> bytes:
        """Return a page of this archive as it was built. Raises as `opened` does."""
        content = path.read_bytes()
        return content if self.seal is None else self.seal.opened_page(content, self._place(path))

    def closed(self, content: bytes, path: Path) -> bytes:
        """Return figures as this archive stores them at `path`."""
        return content if self.seal is None else self.seal.closed(content, self._place(path))

    def page(self, page: str | bytes, path: Path) -> str | bytes:
        """Return a page as this archive stores it at `path`."""
        return page if self.seal is None else self.seal.page(page, self._place(path))

    def _place(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
