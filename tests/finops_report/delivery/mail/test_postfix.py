"""The mail against Debian's Postfix: a real queue, real TLS, real refusals (make soak)."""

from __future__ import annotations

import email
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import default
from pathlib import Path

import pytest
import trustme
from click.testing import Result

from tests.conftest import Run

pytestmark = [
    pytest.mark.skipif(not os.environ.get("FINOPS_SOAK"), reason="a real Postfix: make soak"),
    pytest.mark.skipif(shutil.which("postfix") is None or os.geteuid() != 0, reason="needs root and Postfix"),
]
MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file = /dev/stdout
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
myhostname = mail.example.com
mydestination =
virtual_mailbox_domains = example.com
virtual_mailbox_base = {place}/boxes
virtual_mailbox_maps = inline:{{ cfo@example.com=cfo/ , cto@example.com=cto/ }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_cert_file = {place}/server.pem
smtpd_tls_key_file = {place}/server.pem
smtpd_tls_security_level = encrypt
smtpd_relay_restrictions = reject_unauth_destination
message_size_limit = 4000000
"""
MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """A running Postfix: its port, the CA of its certificate, and the mailboxes it delivers to."""

    port: int
    ca_file: Path
    boxes: Path

    def delivered(self, name: str) -> list[bytes]:
        """Return the mails in the box of `name`, once the queue has delivered one."""
        deadline = time.monotonic() + 30
        while not (found := [path.read_bytes() for path in self.boxes.glob(f"{name}/new/*")]):
            assert time.monotonic() < deadline, "Postfix delivered nothing in 30 seconds"
            time.sleep(0.1)  # Postfix signals nobody when it has delivered
        return found


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    place = Path(f"/var/lib/finops-postfix-{os.getpid()}")  # its own user must get there
    owner, ca = pwd.getpwnam("postfix"), trustme.CA()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("etc", "queue", "data", "boxes"):
        (place / name).mkdir(parents=True)
    for name in ("data", "boxes"):
        os.chown(place / name, owner.pw_uid, owner.pw_gid)
    ca.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(place / "server.pem"))
    ca.cert_pem.write_to_path(str(place / "ca.pem"))
    (place / "etc/main.cf").write_text(MAIN.format(place=place, uid=owner.pw_uid, gid=owner.pw_gid))
    (place / "etc/master.cf").write_text(MASTER.format(port=f"127.0.0.1:{port}"))
    command = ["postfix", "-c", str(place / "etc")]
    started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stdout + started.stderr
    try:
        yield Postfix(port, place / "ca.pem", place / "boxes")
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        shutil.rmtree(place)


def send(run: Run, postfix: Postfix, page: Path, *changes: str) -> Result:
    usual = ("--report", page, "--from", "finops@example.com", "--host", "localhost", "--port", str(postfix.port))
    return run("mail", *usual, "--ca-file", postfix.ca_file, *changes)


def test_soak_postfix_delivers_it_whole(run: Run, built: Path, postfix: Postfix) -> None:
    result = send(run, postfix, built, "--to", "cfo@example.com,cto@example.com")
    assert result.exit_code == 0, result.output
    for name in ("cfo", "cto"):
        (content,) = postfix.delivered(name)
        message = email.message_from_bytes(content, policy=default)
        (attached,) = message.iter_attachments()
        assert attached.get_payload(decode=True) == built.read_bytes()
        assert "with ESMTPS" in message["Received"]


def test_soak_postfix_refuses_one_and_delivers_to_the_others(run: Run, built: Path, postfix: Postfix) -> None:
    result = send(run, postfix, built, "--to", "cfo@example.com,nobody@example.com,stranger@example.org")
    assert result.exit_code == 1
    assert "nobody@example.com: 5." in result.output
    assert "stranger@example.org: 5." in result.output
    assert len(postfix.delivered("cfo")) == 1


def test_soak_postfix_refuses_what_is_too_large(run: Run, built: Path, postfix: Postfix) -> None:
    large = built.with_name("large.html")
    large.write_bytes(built.read_bytes() * 3)
    result = send(run, postfix, large, "--json", str(built.with_suffix(".json")), "--to", "cfo@example.com")
    assert result.exit_code == 1
    assert "552" in result.output
    assert not list(postfix.boxes.glob("*/new/*"))
