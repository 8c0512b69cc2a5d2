"""Every command on every odd input ends with 0, 1, 2 or 3 and its lines, never with a traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run, call, write_table
from tests.finops_report.commands.traffic import COMMAND, ENVIRONMENT

LONG = "x" * 300
DIGITS = "9" * 5000
USAGE = {  # called wrongly: exit code 2
    "no path for the page": ("build", "--out", ""),
    "a folder for the page": ("build", "--out", "."),
    "the folder above": ("build", "--out", ".."),
    "the root": ("build", "--out", "/"),
    "a path with a NUL": ("build", "--out", "a\0b"),
    "no database": ("build", "--db", ""),
    "a database with a NUL": ("build", "--db", "a\0b"),
    "no database to load": ("drain", "--db", ""),
    "no settings": ("build", "--config", ""),
    "no site": ("publish", "--site", ""),
    "no day": ("build", "--since", "yesterday"),
    "patience that is no number": ("build", "--patience", "nan"),
    "patience without an end": ("build", "--patience", "inf"),
    "time without an end": ("build", "--time-limit", "inf"),
    "no time": ("build", "--time-limit", "0"),
    "a seed of 5,000 digits": ("demo", "--seed", DIGITS),
    "no view": ("query",),
}
REFUSED = {  # could not: exit code 1, one error line, one hint line
    "the first day of all": ("build", "--since", "0001-01-01"),
    "the last day of all": ("build", "--until", "9999-12-31"),
    "a month of 5,000 digits": ("build", "--month", DIGITS),
    "a year in other digits": ("build", "--year", "٢٠٢٦"),
    "a zone of the machine": ("build", "--timezone", "localtime"),
    "a zone that leads elsewhere": ("build", "--timezone", "../../etc/passwd"),
    "a long page": ("build", "--out", f"{LONG}.html"),
    "a long database": ("build", "--db", LONG),
    "a long database to ask": ("query", "totals", "--db", LONG),
    "a long database to load": ("drain", "--db", LONG),
    "a long database to follow": ("tail", "--db", LONG),
    "a long database for the demo": ("demo", "--db", LONG),
    "a folder for the demo": ("demo", "--db", "."),
    "long settings": ("build", "--config", LONG),
    "a folder as settings": ("build", "--config", "."),
    "a folder as figures": ("summary", "--json", "."),
    "long figures": ("summary", "--json", LONG),
    "a long report to publish": ("publish", "--report", LONG),
    "a site that is a file": ("publish", "--site", "telemetry.duckdb"),
    "no file at all": ("build", "--db", "/dev/null"),
    "the root as a database": ("build", "--db", "/proc/self/fdinfo"),
    "page and figures printed": ("build", "--out", "-", "--json", "-"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_table(tmp_path / "telemetry.duckdb", [call()])
    return tmp_path


@pytest.mark.parametrize("odd", USAGE)
def test_what_cannot_be_meant_is_a_usage_error(run: Run, folder: Path, odd: str) -> None:
    result = run(*USAGE[odd])
    assert (result.exit_code, "Error: " in result.stderr) == (2, True), result.output
    assert not (folder / "output").exists()


@pytest.mark.parametrize("odd", REFUSED)
def test_what_cannot_be_done_ends_with_an_error_and_a_hint(run: Run, folder: Path, odd: str) -> None:
    result = run(*REFUSED[odd])
    error, hint = result.stderr.splitlines()
    assert (result.exit_code, error[:7], hint[:6]) == (1, "error: ", "hint: "), result.output
    assert max(len(error), len(hint)) < 1100
    assert not (folder / "output").exists()


@pytest.mark.parametrize("epoch", ["1794000000000", DIGITS, "-1", "1e9", "", "١٧٩٤"])
def test_a_moment_that_is_no_number_of_seconds_is_refused(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    result = run("build")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: SOURCE_DATE_EPOCH is not a number of seconds")


def test_what_steers_a_terminal_is_shown_as_its_code_in_errors(run: Run, folder: Path) -> None:
    assert "\\x1b[2J" in run("build", "--table", "\x1b[2J").stderr
    assert "\x1b" not in run("build", "--table", "\x1b[2J").stderr


SHELL = {  # what a shell may do to standard output: the exit code, and how the lines on standard error begin
    "it is closed": ("query totals >&-", 1, ["error: ", "hint: "]),
    "it is closed for a page": ("build --out - >&-", 1, ["error: ", "hint: "]),
    "it is closed for a summary": ("build >&-", 0, []),
    "its reader has left": ("query totals | true", 0, []),
    "its reader leaves": ("build --out - | head -c 20 >/dev/null", 0, ["spend", "routing", "resilience", "report"]),
    "it is full": ("query totals >/dev/full", 1, ["error: ", "hint: "]),
    "it is full of help": ("--help >/dev/full", 1, ["error: ", "hint: "]),
    "it is full of the help of a command": ("build --help >/dev/full", 1, ["error: ", "hint: "]),
    "it is full of lines": ("build >/dev/full", 1, ["error: ", "hint: "]),
    "another file is full": ("query totals --out /dev/full", 1, ["error: ", "hint: "]),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("what", SHELL)
def test_standard_output_may_be_closed_full_or_left(folder: Path, what: str) -> None:
    arguments, code, lines = SHELL[what]
    shell = ["bash", "-o", "pipefail", "-c", f"{' '.join(COMMAND)} {arguments}"]
    done = subprocess.run(shell, check=False, capture_output=True, text=True, env=ENVIRONMENT, cwd=folder)
    found = done.stderr.splitlines()
    assert (done.returncode, len(found)) == (code, len(lines)), done.stderr
    assert all(line.startswith(start) for line, start in zip(found, lines, strict=True)), done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_an_encoding_without_our_letters_loses_no_line(folder: Path, encoding: str) -> None:
    with_name = write_table(folder / "names.duckdb", [call(model="模型 🚀", provider="größe")])
    environment = ENVIRONMENT | {"PYTHONIOENCODING": encoding}
    for arguments in (["build", "--db", str(with_name)], ["summary"]):
        done = subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, env=environment, cwd=folder)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "$" in done.stdout.decode("utf-8" if encoding == "ascii" else encoding)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_stopped_says_so_and_leaves_nothing(tmp_path: Path, sign: signal.Signals) -> None:
    db = tmp_path / "telemetry.duckdb"
    with duckdb.connect(str(db)) as con:
        con.execute(
            """create view telemetry as select timestamp '2026-10-01' + to_seconds(a.range % 86400) as timestamp,
            'r' || a.range || b.range as request_id, 's' as strategy, 'p' as provider, 'm' as model, 1 as input_tokens,
            1 as output_tokens, 1.0 as cost_estimated, 1.0 as latency_ms from range(1000000) a, range(1000000) b"""
        )
    with subprocess.Popen(
        [*COMMAND, "build"], stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=tmp_path
    ) as build:
        time.sleep(4)  # it is at the endless sums by then
        build.send_signal(sign)
        _, said = build.communicate(timeout=60)
    assert (build.returncode, said) == (
        1,
        "error: Stopped before it was done\nhint: what was there before is unchanged\n",
    )
    assert list(tmp_path.iterdir()) == [db]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [("build", "--watch"), ("tail",)])
def test_what_runs_until_it_is_stopped_is_done_then(
    folder: Path, arguments: tuple[str, ...], sign: signal.Signals
) -> None:
    (folder / "telemetry.duckdb.journal").mkdir()
    environment = ENVIRONMENT | {"PYTHONFAULTHANDLER": ""}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
    ) as running:
        if arguments == ("tail",):
            time.sleep(4)
        else:
            assert running.stderr is not None
            assert running.stderr.readline().startswith("watching")
        running.send_signal(sign)
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (0, "")


def without_root(command: list[str]) -> list[str]:
    """A command that may not do what only root may, if the tests run as root."""
    if os.geteuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("no setpriv to take root's rights away")
    return ["setpriv", "--inh-caps=-all", "--bounding-set=-all", *command]


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--db", "closed/telemetry.duckdb"),
        ("build", "--db", "closed"),
        ("build", "--out", "closed/report.html"),
        ("query", "totals", "--db", "closed/telemetry.duckdb"),
        ("drain", "--db", "closed/telemetry.duckdb"),
        ("tail", "--db", "closed/telemetry.duckdb"),
        ("demo", "--db", "closed/telemetry.duckdb"),
        ("doctor", "--db", "closed/telemetry.duckdb"),
        ("summary", "--json", "closed/report.json"),
        ("publish", "--report", "closed/report.html"),
        ("build", "--config", "closed/finops.toml"),
    ],
)
def test_a_folder_that_may_not_be_searched_is_named(folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "closed").mkdir(mode=0o000)
    if os.geteuid() == 0:
        os.chown(folder / "closed", 65534, 65534)
    command = without_root([*COMMAND, *arguments])
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=ENVIRONMENT, cwd=folder)
    error, hint = done.stderr.splitlines()
    assert (done.returncode, error[:7], hint[:6]) == (1, "error: ", "hint: ")
    assert "closed" in error
    (folder / "closed").chmod(0o700)


def test_the_first_process_of_a_container_ends_with_sigterm(folder: Path) -> None:
    (folder / "telemetry.duckdb.journal").mkdir()
    unshare = ["unshare", "--pid", "--fork", "--kill-child"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("no process may be the first of its own here")
    code = "import os, runpy; print(os.getpid(), flush=True); runpy.run_module('finops_report', run_name='__main__')"
    command = [*unshare, COMMAND[0], "-c", code, "tail"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "1\n"
        time.sleep(4)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text(encoding="ascii").split()
        os.kill(int(children[0]), signal.SIGTERM)
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (0, "")
