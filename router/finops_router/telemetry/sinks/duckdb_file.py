"""Open the database, and have it born whole: a process killed while it is first made leaves nothing in its place."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from finops_router.telemetry.folders import make_in
from finops_router.telemetry.sinks.contract import SinkBusyError, SinkError
from finops_router.telemetry.sinks.sql_files import statement
from finops_router.telemetry.waiting import Waiting

BUSY = ("Could not set lock", "already attached")  # how DuckDB says that another process, or this one, has the file
OTHERWISE = "different configuration"  # how it says that this process has the file open with other settings
FIRST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.25
HEADERS_BYTES = 3 * 4096  # a file shorter than its three headers has never held a table
MAGIC = slice(8, 12)
SETTLED_S = 0.05  # DuckDB locks a file at once that it makes: one that is unlocked for so long is not being made
MADE = ".new"
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)
LEAST_MEMORY_BYTES = 64 * 10**6
Settings = Mapping[str, str]
NO_DOWNLOADS: Settings = {"autoinstall_known_extensions": "false"}  # whatever a file asks for


def beside_application(longest_line_bytes: int) -> Settings:
    """Return settings for loading in an application's process: one thread, little memory, room for lines so long."""
    memory_bytes = LEAST_MEMORY_BYTES + 4 * longest_line_bytes
    return {"threads": "1", "preserve_insertion_order": "false", "memory_limit": f"{memory_bytes}B"}


def connect(db: Path, waiting: Waiting, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the database, made if need be, waiting for others to let go of it.

    Raises SinkBusyError, SinkError, duckdb.Error and OSError.
    """
    if "?" in str(db.absolute()):  # DuckDB takes what follows for parameters, and writes its log elsewhere
        raise SinkError(f"DuckDB cannot use a path with a question mark: {db}", "give the database another path")
    refusal = ""
    for _ in waiting.looks(FIRST_WAIT_S, LONGEST_WAIT_S):
        try:
            _have_made(db, waiting)
            con = _open(db, settings)
            con.execute(statement("quiet"))
            return con
        except BlockingIOError:
            refusal = f"another process has {db.name} open"
        except duckdb.Error as err:
            refusal = str(err).splitlines()[0]
            if not any(sign in refusal for sign in BUSY):
                raise
    raise SinkBusyError(refusal, f"close the program that holds {db} open; records wait in the journal until then")


def _open(db: Path, settings: Settings) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(db), config={**NO_DOWNLOADS, **settings})
    except duckdb.ConnectionException as err:
        if OTHERWISE not in str(err):
            raise
        return duckdb.connect(str(db))  # the application has it open itself, as it likes


def _have_made(db: Path, waiting: Waiting) -> None:
    """Make the file if it is not there, or replace what a process left that died while making it."""
    place = Path(os.path.realpath(db))  # a link may lead to a file that is yet to be made
    try:
        found = place.stat()
    except FileNotFoundError:
        make_in(place.parent, lambda: _make(place))
        return
    if found.st_nlink > 1:
        _sweep(place)
    if found.st_size < HEADERS_BYTES and _is_torn(place):
        _replace(place, waiting)


def _make(place: Path) -> None:
    _sweep(place)
    with _new_database(place) as made:
        _put(made, place)


def _is_torn(place: Path) -> bool:
    """Return whether a short file is what DuckDB begins with: nothing, zeros, or a part of its headers."""
    if not place.is_file() or place.with_name(place.name + ".wal").exists():
        return False
    content = place.read_bytes()
    return len(content) < HEADERS_BYTES and (content[MAGIC] == b"DUCK" or not content.strip(b"\0"))


def _replace(place: Path, waiting: Waiting) -> None:
    """Put a new database in the place of a torn file, if nobody is writing to it. Raises BlockingIOError if so."""
    _take_lock(place)
    waiting.sleep(SETTLED_S)
    with place.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as DuckDB does
        if os.path.samestat(os.fstat(file.fileno()), place.stat()) and _is_torn(place):
            _sweep(place)
            with _new_database(place) as made:
                made.rename(place)


def _take_lock(place: Path) -> None:
    with place.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _new_database(place: Path) -> Iterator[Path]:
    """Give a whole, empty database beside the place where it belongs; what is not put there is removed."""
    made = place.with_name(f"{place.name}.{os.getpid()}-{secrets.token_hex(4)}{MADE}")
    try:
        duckdb.connect(str(made)).close()
        yield made
    finally:
        made.unlink(missing_ok=True)
        made.with_name(made.name + ".wal").unlink(missing_ok=True)


def _put(made: Path, place: Path) -> None:
    """Give a file its place, unless another process was faster."""
    try:
        place.hardlink_to(made)
    except FileExistsError:
        return
    except OSError as err:
        if err.errno not in NO_LINKS:
            raise
        if not place.exists():
            made.rename(place)


def _sweep(place: Path) -> None:
    """Remove what processes left that died while they made this database."""
    with os.scandir(place.parent) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(place.name + ".")]
    for name in names:
        pid, dash, _ = name.removeprefix(place.name + ".").partition("-")
        if dash and pid.isdecimal() and (name.endswith((MADE, MADE + ".wal"))) and not _is_alive(int(pid)):
            place.with_name(name).unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
