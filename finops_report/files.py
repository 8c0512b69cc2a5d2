"""Replace files as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from finops_report.errors import OutputError


def write_whole(files: Mapping[Path, str | bytes]) -> None:
    """Replace all of `files` (path -> content) or none: each is written beside its place, then all are renamed.

    Missing folders are created. Raises OutputError if one cannot be written; the earlier files are unchanged then.
    """
    waiting: dict[Path, Path] = {}
    try:
        for target, content in files.items():
            waiting[target] = _beside(target, content)
        for target, temporary in waiting.items():
            temporary.replace(target)
    except OSError as err:
        place = err.filename or next(iter(files))
        raise OutputError(
            f"The report cannot be written: {place}: {err.strerror or err}",
            "check free space and permissions; the report that was there before is unchanged",
        ) from err
    finally:
        for temporary in waiting.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _beside(target: Path, content: str | bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        raise IsADirectoryError(21, "it is a folder", str(target))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
