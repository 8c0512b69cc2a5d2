"""A run that is killed at any moment leaves an archive that readers can use and the next run finishes."""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from finops_report.delivery.archive import Site, publish
from finops_report.delivery.encryption import Seal
from finops_report.errors import OutputError
from tests.finops_report.delivery.archive.conftest import NOW, Press, files

DAYS = [("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30")]
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir"}
KILLED = 99


def check_whole(site: Site) -> None:
    """Check that every file a reader can reach is whole, and that the index leads to reports that are there."""
    for path in site.folder.rglob("*"):
        if any(part.startswith(".") for part in path.relative_to(site.folder).parts) or path.is_dir():
            continue
        content = path.read_bytes()
        if path.suffix == ".html":
            assert content.rstrip().endswith(b"</html>"), path
        elif path.suffix == ".json":
            assert json.loads(content)["schema"] == 1, path
    index = site.folder / "index.html"
    if index.exists() and site.seal is None:
        for link in re.findall(r'href="(reports/[^"]+)"', index.read_text(encoding="utf-8")):
            assert (site.folder / link).is_file(), link


def in_a_child(run: Callable[[], object]) -> int:
    """Run something in a child process and return its process id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other tests' threads are of no interest to the child
        child = os.fork()
    if child:
        return child
    try:
        run()
        os._exit(0)
    except BaseException:
        os._exit(1)


def killed_at(number: int, run: Callable[[], object]) -> bool:
    """Run something in a child that ends at its change of a file with that number; return whether it came so far."""
    left = number

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or writes:
            left -= 1
            if not left:
                os._exit(KILLED)

    def counted() -> None:
        sys.addaudithook(count)
        run()

    code = os.waitstatus_to_exitcode(os.waitpid(in_a_child(counted), 0)[1])
    assert code in {0, KILLED}
    return code == KILLED


def made(press: Press, folder: Path, days: list[tuple[str, str]], keep: int | None = None) -> Site:
    site = Site(folder, "LLM spend reports", "https://example.com", keep=keep)
    for one in days:
        press.publish(site, *one)
    return site


@pytest.mark.parametrize("case", ["the first", "another", "the same", "the oldest goes"])
def test_killed_at_any_change_of_a_file_it_is_whole_and_the_next_run_finishes(
    case: str, press: Press, tmp_path: Path
) -> None:
    before = {"the first": [], "another": DAYS[:2], "the same": DAYS, "the oldest goes": DAYS[:2]}[case]
    keep = 2 if case == "the oldest goes" else None
    start = made(press, tmp_path / "start", before, keep)
    expected = made(press, tmp_path / "expected", before, keep)
    page, figures = press.report(*DAYS[2], lambda document: document["headline"].update(total="$7.00"))
    publish(expected, page, figures, NOW)
    number = 0
    while True:
        number += 1
        site = replace(start, folder=tmp_path / f"site-{number}")
        if start.folder.exists():
            shutil.copytree(start.folder, site.folder)
        if not killed_at(number, partial(publish, site, page, figures, NOW)):
            break
        check_whole(site)
        publish(site, page, figures, NOW)
        assert files(site.folder) == files(expected.folder), number
        shutil.rmtree(site.folder)
    assert number > 10


def test_killed_while_it_replaces_a_report_the_next_run_of_another_leaves_no_mixture(
    press: Press, tmp_path: Path
) -> None:
    start = made(press, tmp_path / "start", DAYS[1:])
    own = Path("reports") / "_".join(DAYS[2])
    old = files(start.folder / own)
    page, figures = press.report(*DAYS[2], lambda document: document["headline"].update(total="$7.00"))
    page.write_bytes(page.read_bytes().replace(b"</body>", b"<!-- again --></body>"))
    new = {"report.html": page.read_bytes(), "report.json": figures.read_bytes()}
    number, seen = 0, []
    while True:
        number += 1
        site = replace(start, folder=tmp_path / f"site-{number}")
        shutil.copytree(start.folder, site.folder)
        if not killed_at(number, partial(publish, site, page, figures, NOW)):
            break
        (other := replace(press, folder=tmp_path / "other")).folder.mkdir(exist_ok=True)
        other.publish(site, *DAYS[0])
        seen.append(files(site.folder / own))
        assert seen[-1] in (old, new), number
        check_whole(site)
    assert old in seen
    assert new in seen


@pytest.mark.skipif(not os.environ.get("FINOPS_SOAK"), reason="a thousand kills: make soak")
@pytest.mark.parametrize("sealed", [False, True])
def test_soak_an_archive_is_whole_after_a_thousand_kills(sealed: bool, press: Press, tmp_path: Path) -> None:
    seal = Seal("correct horse battery staple", os.urandom) if sealed else None
    site = replace(made(press, tmp_path / "site", []), keep=3, seal=seal)
    chance, kills = random.Random(7), 0
    longest_s = 0.05
    while kills < (100 if sealed else 1000):
        page, figures = press.report(*chance.choice(DAYS), lambda document: document["headline"].update(total="$1"))
        begun = time.monotonic()
        child = in_a_child(partial(publish, site, page, figures, NOW))
        time.sleep(chance.uniform(0, longest_s))
        os.kill(child, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended in {0, -signal.SIGKILL}
        kills += ended != 0
        longest_s = max(0.01, longest_s + (0.002 if ended else -0.002))
        check_whole(site)
        assert time.monotonic() - begun < 60
    publish(site, *press.report(*DAYS[2]), NOW)
    check_whole(site)
    assert not list(site.folder.rglob(".*"))


def test_what_killed_runs_of_other_files_left_is_swept_and_nothing_else(press: Press, site: Site) -> None:
    press.publish(site, *DAYS[0])
    before = files(site.folder)
    key = "_".join(DAYS[0])
    for name in (".index.html.a1b2c3d4", ".feed.xml.abcd_123", f"reports/{key}/.report.html.a1b2c3d4"):
        (site.folder / name).write_text("half")
    (site.folder / f"reports/.new-{'_'.join(DAYS[1])}").mkdir()
    (site.folder / f"reports/.new-{'_'.join(DAYS[1])}" / "report.html").write_text("half")
    (site.folder / ".index.html.bak").write_text("somebody's")
    press.publish(site, *DAYS[0])
    assert files(site.folder) == before | {".index.html.bak": b"somebody's"}


def test_one_run_at_a_time(press: Press, site: Site) -> None:
    press.publish(site, *DAYS[0])
    before = files(site.folder)
    handle = os.open(site.folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(OutputError, match="Another run publishes to it"):
        press.publish(site, *DAYS[1])
    os.close(handle)
    assert files(site.folder) == before
    assert len(press.publish(site, *DAYS[1])) == 2
