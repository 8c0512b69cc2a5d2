"""Pack the cartesian part of plotly.js into the wheel, when the machine that builds it has npm.

A third of the page's weight. Without npm, and in an editable install, the report embeds the whole
plotly.js of the plotly package instead: larger, and otherwise the same.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "plotly.js-cartesian-dist-min"
PACKED = "plotly-cartesian.min.js.gz"


class PackPlotly(BuildHookInterface):  # type: ignore[type-arg] # hatchling is no dependency of the type check
    """Fetch the bundle of exactly the plotly.js version that the plotly package carries, and check what came."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        npm = shutil.which("npm")
        if version == "editable" or npm is None:
            return
        wanted = carried_version()
        folder = Path(tempfile.mkdtemp())
        packed = folder / PACKED
        try:
            packed.write_bytes(pack(fetch(npm, wanted, folder), wanted))
        except (OSError, subprocess.SubprocessError, ValueError) as err:
            if os.environ.get("FINOPS_NEED_BUNDLE"):
                raise
            self.app.display_warning(f"the wheel gets no {PACKAGE} {wanted}: {err}")
            return
        build_data["force_include"][str(packed)] = f"finops_report/{PACKED}"


def carried_version() -> str:
    """The version of plotly.js in the installed plotly package, from the first lines of the file."""
    with (files("plotly") / "package_data" / "plotly.min.js").open("rb") as file:
        return file.read(200).decode("ascii").partition("plotly.js v")[2].split()[0]


def fetch(npm: str, version: str, folder: Path) -> bytes:
    """Download the bundle with npm; raises SubprocessError or OSError."""
    subprocess.run(
        [npm, "pack", f"{PACKAGE}@{version}", "--silent"], cwd=folder, check=True, capture_output=True, timeout=120
    )
    with tarfile.open(folder / f"{PACKAGE}-{version}.tgz") as archive:
        member = archive.extractfile("package/plotly-cartesian.min.js")
        if member is None:
            raise ValueError("the package holds no bundle")
        return member.read()


def pack(script: bytes, version: str) -> bytes:
    """Compress the bundle; raises ValueError when it is not this version or has lost its licence notice."""
    notice = script[:300].decode("utf-8", "replace")
    if f"v{version}" not in notice or "MIT license" not in notice:
        raise ValueError(f"not plotly.js {version} with its licence notice")
    import zopfli.gzip  # noqa: PLC0415 -- only who packs needs it

    packed: bytes = zopfli.gzip.compress(script, numiterations=5)
    return packed
