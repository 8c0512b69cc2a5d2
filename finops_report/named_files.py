"""Read a file that somebody named on the command line: whatever it is, reading comes to an end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_STREAM_BYTES = 256 * 2**20  # of a pipe or a device, which do not say how long they are; /dev/zero has no end


def content_of(path: Path) -> bytes:
    """Return what a file holds, or a pipe of at most MOST_STREAM_BYTES. Raises OSError."""
    with path.open("rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file.read()
        content = file.read(MOST_STREAM_BYTES + 1)
    if len(content) > MOST_STREAM_BYTES:
        raise OSError(errno.EFBIG, "it has no end", str(path))
    return content
