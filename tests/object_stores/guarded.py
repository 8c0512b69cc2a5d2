"""Run a server's program until nobody of the run is left: python -m tests.object_stores.guarded LOCK PROGRAM...

The lock file is held, shared, by every process that uses the server; who holds it alone is the last one.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import threading
from pathlib import Path


def main(lock: Path, command: list[str]) -> None:
    """Start the program, and end it when no other process holds `lock`."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as server:
        threading.Thread(target=end_with_the_last, args=(lock, server), daemon=True).start()


def end_with_the_last(lock: Path, server: subprocess.Popen[bytes]) -> None:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        server.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
