"""Run ClickHouse in this process until nobody holds its standard input any more; its folder goes with it.

`python -m tests.clickhouse.listening LIBRARY FOLDER`, with config.xml in the folder.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

UNTIL_THE_END = "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT count() FROM file('stdin', LineAsString)"


def listen(library: str, folder: str) -> None:
    """Listen until standard input ends: this is the library's way to run the program clickhouse-local."""
    Path(folder, "pid").write_text(str(os.getpid()), encoding="utf-8")
    words = ("clickhouse", f"--path={folder}/data", f"--config-file={folder}/config.xml", "--query", UNTIL_THE_END)
    run = ctypes.CDLL(library).query_stable_v2
    run.restype = ctypes.c_void_p
    run(len(words), (ctypes.c_char_p * (len(words) + 1))(*map(str.encode, words), None))


def main() -> None:
    """Listen in a process of its own that nobody waits for, and remove the folder whatever became of it."""
    library, folder, *inner = sys.argv[1:]
    if inner:
        listen(library, folder)
        return
    if os.fork():
        os._exit(0)
    try:
        subprocess.run([sys.executable, "-m", "tests.clickhouse.listening", library, folder, "inner"], check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
