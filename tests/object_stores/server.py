"""Serve S3 on loopback until nobody of the run is left: python -m tests.object_stores.server LOCK

The lock file is held, shared, by every process that uses the server; who holds it alone is the last one.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def main(lock: Path) -> None:
    """Print the port, then serve; ends when no other process holds `lock`."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    threading.Thread(target=end_with_the_last, args=(lock,), daemon=True).start()
    server.serve_forever()


def one_at_a_time(app: WSGI) -> WSGI:
    """Let each request be over before the next begins: moto looks at a condition first and writes afterwards."""
    turn = threading.Lock()

    def answered(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with turn:
            return list(app(environ, start))

    return answered


def end_with_the_last(lock: Path) -> None:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
