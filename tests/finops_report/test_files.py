"""Files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from finops_report.errors import OutputError
from finops_report.files import write_whole


def test_both_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole({tmp_path / "a" / "page.html": "new", tmp_path / "a" / "page.json": "{}"})
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == ["page.html", "page.json"]


def test_when_the_second_cannot_be_written_the_first_stays_as_it_was(tmp_path: Path) -> None:
    page, figures = tmp_path / "page.html", tmp_path / "figures.json"
    page.write_text("old")
    figures.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole({page: "new", figures: "{}"})
    assert page.read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["figures.json", "page.html"]


def test_a_full_disk_leaves_the_old_report_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_whole({page: "new"})
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_a_real_full_device_is_named(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(OutputError):
        write_whole({full / "page.html": "new"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission"):
        write_whole({closed / "page.html": "new"})


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.parametrize(("mask", "new"), [(0o022, "0o644"), (0o077, "0o600"), (0o002, "0o664")])
def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path, umask: Callable[[int], int], mask: int, new: str) -> None:
    umask(mask)
    write_whole({tmp_path / "page.html": "new"})
    assert mode(tmp_path / "page.html") == new


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    for known in (0o600, 0o640, 0o664, 0o444):
        page = tmp_path / f"{known}.html"
        page.write_text("old")
        page.chmod(known)
        write_whole({page: "new"})
        assert (mode(page), page.read_text()) == (oct(known), "new")


def test_of_a_link_the_file_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "page.html").write_text("old")
    for name, target in (("page.html", "kept/page.html"), ("new.html", "kept/new.html")):
        (tmp_path / name).symlink_to(target)
        write_whole({tmp_path / name: "new"})
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / target).read_text() == "new"
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["new.html", "page.html"]


def test_a_link_in_a_circle_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole({tmp_path / "a": "new"})


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_whole({tmp_path / "pipe": "all of it", tmp_path / "page.html": "new"})
    reader.join(60)
    assert read == [b"all of it"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "nothing").symlink_to("/dev/null")
    write_whole({tmp_path / "nothing": "gone", Path("/dev/null"): "gone"})
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_stream_that_cannot_be_written_leaves_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old")
    with pytest.raises(OutputError, match="/dev/full: No space left"):
        write_whole({tmp_path / "page.html": "new", Path("/dev/full"): "x" * 100_000})
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("page.html", "old")]


@pytest.mark.parametrize(("letters", "fits"), [(255, True), (256, False)])
def test_a_name_may_be_as_long_as_the_file_system_takes(tmp_path: Path, letters: int, fits: bool) -> None:
    page = tmp_path / ("x" * letters)
    if fits:
        write_whole({page: "new"})
        assert list(tmp_path.iterdir()) == [page]
    else:
        with pytest.raises(OutputError, match="File name too long"):
            write_whole({page: "new"})
        assert list(tmp_path.iterdir()) == []


def test_what_killed_runs_left_is_swept_by_the_next_after_an_hour(tmp_path: Path) -> None:
    left, fresh, other = (tmp_path / name for name in (".a.html.0123abcd", ".a.html.0123abce", ".a.html.somebody"))
    for path in (left, fresh, other, tmp_path / ".b.html.0123abcd"):
        path.write_text("half")
        os.utime(path, (1, 1))
    os.utime(fresh)  # perhaps of a run that is writing now
    (tmp_path / ".a.html.0123abcf").mkdir()
    (tmp_path / ".a.html.01234567").symlink_to(other)
    write_whole({tmp_path / "a.html": "whole"})
    assert not left.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".a.html.01234567",
        ".a.html.0123abce",
        ".a.html.0123abcf",
        ".a.html.somebody",
        ".b.html.0123abcd",
        "a.html",
    ]


def test_what_a_killed_run_left_has_the_name_that_is_swept(tmp_path: Path) -> None:
    name = "report" * 42  # of which a temporary name takes a part
    code = (
        "import os, signal; from pathlib import Path; from finops_report.files import write_whole\n"
        "Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_whole({{Path({name!r}): 'whole'}})"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    os.utime(left, (1, 1))
    write_whole({tmp_path / name: "whole"})
    assert [path.name for path in tmp_path.iterdir()] == [name]
