"""The archive is kept where nothing evicts it, before anything that may still fail."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.action.runner import ALL, INSTALLED, Job, stand_in
from tests.conftest import call, write_table
from tests.extended import EXTENDED, extended


def remote(job: Job) -> Path:
    """Make the repository of the job, empty, and return it."""
    path = job.place / "owner/reports"
    subprocess.run(["git", "init", "--quiet", "--bare", str(path)], check=True)
    return path


def test_the_archive_is_kept_in_a_branch_that_nothing_evicts(job: Job) -> None:
    repository = remote(job)
    job.inputs["archive"] = "branch:kept/reports"
    assert job.run(without=INSTALLED) == 0, job.log
    shutil.rmtree(job.place / "site")  # the next run is on another machine
    write_table(job.place / "next.duckdb", [call(timestamp="2026-11-01 12:00:00")])
    job.inputs |= {"db": "next.duckdb", "month": "2026-11"}
    assert job.run(without=INSTALLED) == 0, job.log
    assert {path.name for path in (job.place / "site/reports").iterdir()} == {
        "2026-10-01_2026-10-31",
        "2026-11-01_2026-11-30",
    }
    assert not (job.place / "site/.git").exists()
    commits = subprocess.run(
        ["git", "-C", str(repository), "log", "--format=%an", "kept/reports"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert commits.stdout == "finops-report\n"


def test_it_is_kept_although_the_mail_fails(job: Job) -> None:
    repository = remote(job)
    job.inputs |= {"archive": "branch:kept", "mail-to": "no address", "mail-from": "a@example.com"}
    assert job.run(without=INSTALLED) == 1
    assert "Not an e-mail address" in job.log
    subprocess.run(["git", "-C", str(repository), "rev-parse", "--verify", "--quiet", "kept"], check=True)


def test_a_branch_that_cannot_be_written_is_named_with_the_permission(job: Job) -> None:
    hook = remote(job) / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    job.inputs["archive"] = "branch:kept"
    (job.place / "site").mkdir()
    (job.place / "site/index.html").write_text("of an earlier step")
    assert job.run(without=ALL - {"Options", "Restore", "Keep"}) == 1
    assert "permissions: contents: write" in job.log


@pytest.mark.parametrize("archive", ["branch:", "cache", "", "artifact:"])
def test_an_unknown_place_of_the_archive_stops(archive: str, job: Job) -> None:
    job.inputs["archive"] = archive
    assert job.run(without=ALL - {"Options", "Restore"}) == 1
    assert f"::error::Not a place for the archive: '{archive}'" in job.log
    assert not (job.place / "site").exists()


GH = """case "$1 $2" in
"release view")
  [ -d {assets} ] || {{ echo "release not found" >&2; exit 1; }}
  ls -t {assets} | case "$*" in *last*) head -1;; *) cat;; esac;;
"release create") mkdir -p {assets};;
"release upload") cp "$4" {assets}/;;
"release delete-asset") rm {assets}/"$4";;
"release download") while [ "$1" != --pattern ]; do shift; done; cp {assets}/"$2" "$4"/;;
*) echo "not here: $*" >&2; exit 1;;
esac"""


@EXTENDED
def test_the_archive_is_kept_as_the_asset_of_a_release(job: Job) -> None:
    assets = job.place / "assets"
    stand_in(job, "gh", GH.format(assets=assets))
    job.inputs["archive"] = "release:reports"
    for month in ("2026-10", "2026-11"):
        job.inputs["month"] = month
        write_table(Path(job.inputs["db"]), [call(timestamp=f"{month}-01 12:00:00")], table=f"of_{month[-2:]}")
        job.inputs["table"] = f"of_{month[-2:]}"
        assert job.run(without=INSTALLED) == 0, job.log
        assert len(list(assets.iterdir())) == 1
        assert len(list((job.place / "site/reports").iterdir())) == (1 if month == "2026-10" else 2)
        shutil.rmtree(job.place / "site")


def test_a_release_that_cannot_be_asked_for_is_no_empty_archive(job: Job) -> None:
    stand_in(job, "gh", 'echo "HTTP 500" >&2; exit 1')
    job.inputs["archive"] = "release:reports"
    assert job.run(without=ALL - {"Options", "Restore"}) == 1
    assert "HTTP 500" in job.log
    assert not (job.place / "site").exists()


COPIED = """echo "$*" >>{calls}
while [ $# -gt 2 ]; do shift; done
from="$1"; to="$2"
case "$from" in *://*) from={bucket};; esac
case "$to" in *://*) to={bucket}; rm -rf "$to";; esac
[ -d "$from" ] || exit 0
mkdir -p "$to"; cp -R "$from/." "$to"
"""


@pytest.mark.parametrize(
    ("archive", "tool", "down", "up"),
    [
        ("s3://bucket/site", "aws", "s3 sync --only-show-errors", "s3 sync --only-show-errors --delete"),
        extended(
            "gs://bucket/site",
            "gcloud",
            "storage rsync --recursive",
            "storage rsync --recursive --delete-unmatched-destination-objects",
        ),
    ],
)
def test_the_archive_is_kept_in_an_object_store(archive: str, tool: str, down: str, up: str, job: Job) -> None:
    calls, bucket = job.place / "calls", job.place / "store"
    stand_in(job, tool, COPIED.format(calls=calls, bucket=bucket))
    job.inputs["archive"] = archive
    for month in ("2026-10", "2026-11"):
        job.inputs["month"] = month
        write_table(Path(job.inputs["db"]), [call(timestamp=f"{month}-01 12:00:00")], table=f"of_{month[-2:]}")
        job.inputs["table"] = f"of_{month[-2:]}"
        assert job.run(without=INSTALLED) == 0, job.log
        shutil.rmtree(job.place / "site")
    assert {path.name for path in (bucket / "reports").iterdir()} == {"2026-10-01_2026-10-31", "2026-11-01_2026-11-30"}
    assert calls.read_text().splitlines() == 2 * [f"{down} {archive} site", f"{up} site {archive}"]


@pytest.mark.parametrize(("archive", "tool"), [("s3://bucket/site", "aws"), ("gs://bucket/site", "gcloud")])
def test_a_store_that_cannot_be_reached_is_no_empty_archive(archive: str, tool: str, job: Job) -> None:
    job.inputs["archive"] = archive
    if shutil.which(tool) is None:
        assert job.run(without=ALL - {"Options", "Restore"}) == 1
        assert f"::error::{tool} is not installed: it is needed to keep the archive in {archive}" in job.log
    stand_in(job, tool, 'echo "AccessDenied" >&2; exit 1')
    assert job.run(without=ALL - {"Options", "Restore"}) == 1
    assert "AccessDenied" in job.log


ARTIFACTS = """echo "$*" >>{calls}
case "$1 $2" in
"api repos/"*) cat {newest} 2>/dev/null || true;;
"run download") while [ "$1" != --dir ]; do shift; done; mkdir -p "$2"; cp -R {kept}/. "$2/";;
*) echo "not here: $*" >&2; exit 1;;
esac"""


@EXTENDED
def test_the_archive_is_brought_back_from_the_newest_artifact(job: Job) -> None:
    calls, newest, kept = (job.place / name for name in ("calls", "newest", "kept"))
    stand_in(job, "gh", ARTIFACTS.format(calls=calls, newest=newest, kept=kept))
    job.inputs["archive"] = "artifact:reports"
    assert job.run(without=INSTALLED) == 0, job.log  # there is none yet
    shutil.move(job.place / "site", kept)  # the next step of the action uploads it
    newest.write_text("77\n")
    write_table(job.place / "next.duckdb", [call(timestamp="2026-11-01 12:00:00")])
    job.inputs |= {"db": "next.duckdb", "month": "2026-11"}
    assert job.run(without=INSTALLED) == 0, job.log
    assert len(list((job.place / "site/reports").iterdir())) == 2
    assert "run download 77 --repo owner/reports --name reports --dir site" in calls.read_text()
