"""Run podman with images, containers and settings of our own, as root on Debian: what else is there stays as it is.

Where cgroups are of both versions at once, podman refuses to run anything: there it sees the first alone, in a mount
namespace that lasts as long as the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

BASE = "docker.io/library/python:3.13-slim"
IMAGE = "localhost/finops-report"
HYBRID = Path("/sys/fs/cgroup/unified")
COMPOSE = Path(sys.executable).parent / "podman-compose"
LIMITS = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
DEBIAN = "bookworm"
MIRROR = "http://deb.debian.org/debian"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")  # of this machine: its way out may have one of its own


@dataclass(frozen=True)
class Podman:
    """podman over storage in `folder`; `within` is what enters its namespace, if it needs one."""

    folder: Path
    within: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def run(self, *command: str | Path, cwd: Path | None = None, fails: bool = False) -> str:
        """Run a command, podman's or another that calls it; return all that it said. It must do as `fails` says."""
        own = {"CONTAINERS_CONF": str(self.folder / "containers.conf")}
        own["CONTAINERS_STORAGE_CONF"] = str(self.folder / "storage.conf")
        done = subprocess.run(
            [*self._within(cwd or Path.cwd()), *map(str, command)],
            cwd=cwd,
            env=os.environ | own | dict(self.keys),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1200,
        )
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    def _within(self, cwd: Path) -> tuple[str, ...]:
        return (*self.within, f"--wd={cwd}") if self.within else ()

    def finops(self, *arguments: str | Path, options: tuple[str, ...] = (), fails: bool = False) -> str:
        """Run finops-report in a container that is gone afterwards."""
        return self.run("podman", "run", "--rm", "--network", "none", *options, IMAGE, *arguments, fails=fails)


@contextmanager
def podman(folder: Path, keys: Mapping[str, str]) -> Iterator[Podman]:
    """Give a podman over `folder`, which may have images already; `keys` is what is in its environment, too."""
    folder.mkdir(parents=True, exist_ok=True)
    storage = f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n'
    (folder / "storage.conf").write_text(storage)
    (folder / "containers.conf").write_text(LIMITS)
    if not os.path.ismount(HYBRID):
        yield Podman(folder, keys=keys)
        return
    alone = f"umount {HYBRID} && echo ready && exec sleep infinity"
    holder = subprocess.Popen(["unshare", "--mount", "sh", "-c", alone], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        yield Podman(folder, ("nsenter", f"--mount=/proc/{holder.pid}/ns/mnt"), keys)
    finally:
        holder.kill()
        holder.communicate()


def made_base(found: Podman) -> None:
    """Have the image that ours is built from: what it was, the registry's, or one of Debian's packages in its place."""
    if found.run("podman", "images", "--quiet", BASE).strip():
        return
    try:
        found.run("podman", "pull", "--quiet", BASE)
    except AssertionError:
        _stand_in(found)


def _stand_in(found: Podman) -> None:
    """Make a base of Debian's Python that is laid out as the usual one: all of it in /usr/local."""
    root = found.folder / "base"
    shutil.rmtree(root, ignore_errors=True)
    packages = "--include=ca-certificates,python3,python3-venv"
    found.run("debootstrap", "--variant=minbase", packages, DEBIAN, str(root), MIRROR)
    shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
    found.run("chroot", root, "python3", "-m", "venv", "--copies", "/usr/local")
    found.run("tar", "--directory", root, "--create", "--file", root.with_suffix(".tar"), ".")
    found.run("podman", "import", "--quiet", root.with_suffix(".tar"), BASE)
    shutil.rmtree(root)
    root.with_suffix(".tar").unlink()
