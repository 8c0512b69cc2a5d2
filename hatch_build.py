"""Pack plotly.js into the wheel: its basic bundle when the machine that builds it has npm, else the whole of it.

The bundle (bars, scatter and pies) makes the page a third of the weight; either is packed here once, to the same bytes
on every machine. An editable install packs the whole plotly.js of the plotly package into the checkout, with the zlib
it finds: zopfli takes half a minute for it.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "plotly.js-basic-dist-min"
PACKED = "plotly.min.js.gz"


class PackPlotly(BuildHookInterface):  # type: ignore[type-arg] # hatchling is no dependency of the type check
    """Take exactly the plotly.js version that the plotly package carries, and check what came."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        whole = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
        if version == "editable":
            (Path(self.root) / "finops_report" / PACKED).write_bytes(gzip.compress(whole, compresslevel=9, mtime=0))
            return
        wanted = whole[:200].decode("ascii").partition("plotly.js v")[2].split()[0]
        folder = Path(tempfile.mkdtemp())
        packed = folder / PACKED
        packed.write_bytes(self._bundle(wanted, folder) or pack(whole, wanted))
        build_data["force_include"][str(packed)] = f"finops_report/{PACKED}"

    def _bundle(self, wanted: str, folder: Path) -> bytes | None:
        """The packed basic bundle; None where it cannot be had, unless FINOPS_NEED_BUNDLE is set."""
        npm = shutil.which("npm")
        try:
            if npm is None:
                raise FileNotFoundError("no npm found")
            return pack(fetch(npm, wanted, folder), wanted)
        except (OSError, subprocess.SubprocessError, ValueError) as err:
            if os.environ.get("FINOPS_NEED_BUNDLE"):
                raise
            self.app.display_warning(f"the wheel gets the whole plotly.js, not {PACKAGE} {wanted}: {err}")
            return None


def fetch(npm: str, version: str, folder: Path) -> bytes:
    """Download the bundle with npm; raises SubprocessError or OSError."""
    subprocess.run(
        [npm, "pack", f"{PACKAGE}@{version}", "--silent"], cwd=folder, check=True, capture_output=True, timeout=120
    )
    with tarfile.open(folder / f"{PACKAGE}-{version}.tgz") as archive:
        member = archive.extractfile("package/plotly-basic.min.js")
        if member is None:
            raise ValueError("the package holds no bundle")
        return member.read()


def pack(script: bytes, version: str) -> bytes:
    """Compress plotly.js; raises ValueError when it is not this version or has lost its licence notice."""
    notice = script[:300].decode("utf-8", "replace")
    if f"v{version}" not in notice or "MIT license" not in notice:
        raise ValueError(f"not plotly.js {version} with its licence notice")
    import zopfli.gzip  # noqa: PLC0415 -- only who packs needs it

    packed: bytes = zopfli.gzip.compress(script, numiterations=5)
    return packed
