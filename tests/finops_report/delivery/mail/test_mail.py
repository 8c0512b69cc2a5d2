"""The mail has the figures of the page, a real server accepts it, and it is never sent twice or in the clear."""

from __future__ import annotations

import email
import io
import json
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aiosmtpd.smtp import AuthResult
from click.testing import Result
from hypothesis import example, given
from hypothesis import strategies as st

from finops_report.delivery.mail.addresses import address, split_addresses
from finops_report.errors import MailError
from finops_report.folder_lock import locked
from tests.conftest import Run, call, write_table
from tests.finops_report.delivery.mail.conftest import REASON, MailServer, serving


@pytest.fixture
def send(run: Run, mail_server: MailServer, built: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", "right")
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # the pauses between retries

    def command(*changes: str | Path, to: str = "cfo@example.com") -> Result:
        usual = ("--report", built, "--from", "FinOps <finops@example.com>", "--to", to, "--user", "finops")
        place = ("--host", "localhost", "--port", str(mail_server.port), "--ca-file", mail_server.ca_file)
        return run("mail", *usual, *place, *changes)

    return command


def wish(built: Path, server: MailServer | None = None) -> tuple[str | Path, ...]:
    """Return the arguments that mail `built` from a@example.com to b@example.com, to a server if there is one."""
    usual = ("mail", "--report", built, "--from", "a@example.com", "--to", "b@example.com")
    if server is None:
        return usual
    return (*usual, "--host", "localhost", "--port", str(server.port), "--ca-file", server.ca_file)


def body(content: bytes, kind: str) -> str:
    """Return the text of a mail: 'html' or 'plain'."""
    found = parsed(content).get_body((kind,))
    assert found is not None
    return str(found.get_content())


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_mail_arrives_with_the_answers_and_the_page(
    send: Callable[..., Result], mail_server: MailServer, built: Path
) -> None:
    result = send()
    assert result.exit_code == 0, result.output
    ((receivers, content),) = mail_server.accepted
    assert receivers == ["cfo@example.com"]
    message = parsed(content)
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    figures = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))
    content_html = html.get_content()
    for wanted in (
        figures["headline"]["total"],
        figures["headline"]["cost_note"],
        *(answer["verdict"] for answer in figures["answers"]),
    ):
        assert wanted.lower() in content_html.lower()
        assert wanted.lower() in plain.get_content().lower()
    assert "<script" not in content_html
    assert len(content_html.encode()) < 100_000
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/html"
    assert attached.get_payload(decode=True) == built.read_bytes()
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_rerun_sends_nothing_unless_asked(send: Callable[..., Result], mail_server: MailServer) -> None:
    assert [send().exit_code for _ in range(2)] == [0, 0]
    assert len(mail_server.accepted) == 1
    assert "sent to cfo@example.com" in send("--resend").output
    names = {parsed(content)["Message-ID"] for _, content in mail_server.accepted}
    assert (len(mail_server.accepted), len(names)) == (2, 1)


def test_a_refused_reader_is_named_and_the_others_get_it_once(
    send: Callable[..., Result], mail_server: MailServer
) -> None:
    mail_server.answers["gone@example.com"] = ["550 no such user"] * 2
    for _ in range(2):
        result = send(to="cfo@example.com, gone@example.com")
        assert result.exit_code == 1
        assert "error: Not taken for gone@example.com: " in result.output
    assert [receivers for receivers, _ in mail_server.accepted] == [["cfo@example.com"]]


def test_a_temporary_refusal_is_retried(send: Callable[..., Result], mail_server: MailServer) -> None:
    mail_server.answers["cfo@example.com"] = ["451 later", "450 later"]
    assert send().exit_code == 0
    assert len(mail_server.accepted) == 1
    assert mail_server.connections == 3


def test_a_refusal_that_stays_ends_with_a_clear_error(send: Callable[..., Result], mail_server: MailServer) -> None:
    mail_server.answers["cfo@example.com"] = ["451 later"] * 9
    result = send()
    assert (result.exit_code, mail_server.connections, mail_server.accepted) == (1, 4, [])
    assert "not yet" in result.output


@pytest.mark.parametrize(
    ("changes", "password", "error"),
    [
        ((), "wrong", "does not accept the user or the password"),
        (("--tls", "none"), "right", "A password would be sent in the clear"),
        (("--tls", "tls"), "right", "cannot be reached"),
        (("--ca-file", "/dev/null"), "right", "error: "),
        (("--max-attachment-mb", "0.001"), "right", "The attachment is too large"),
        (("--to", "no address"), "right", "Not an e-mail address"),
        (("--report", "nowhere.html"), "right", "No report"),
    ],
)
def test_nothing_is_sent_and_the_error_names_the_reason(
    send: Callable[..., Result],
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    changes: tuple[str, ...],
    password: str,
    error: str,
) -> None:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", password)
    result = send(*changes)
    assert result.exit_code == 1
    assert error in result.output
    assert "hint: " in result.output
    assert password not in result.output.replace("password", "")
    assert mail_server.accepted == []


def test_the_explanation_of_a_refused_login_is_shown(
    send: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", "wrong")
    assert f"the password: 535 5.7.139 {REASON}" in send().output


@pytest.mark.parametrize("without", [(), ("PLAIN",)], ids=["PLAIN", "LOGIN"])
def test_passwords_may_have_letters_of_any_language(
    without: tuple[str, ...], run: Run, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n")
    with serving(MailServer(), tmp_path, without) as server:
        result = run(*wish(built, server), "--user", "finops")
        assert (result.exit_code, len(server.accepted)) == (0, 1), result.output


class OnlyTokens(MailServer):
    """A server that takes OAuth tokens and no passwords, as big providers do by now."""

    async def auth_XOAUTH2(self, server: Any, arguments: list[str]) -> AuthResult:  # noqa: N802 -- called by this name
        raise AssertionError("nobody asked for it")


def test_a_server_that_takes_no_passwords_is_named_at_once(
    run: Run, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_SMTP_PASSWORD", "right")
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("it waits"))
    with serving(OnlyTokens(), tmp_path, ("PLAIN", "LOGIN")) as server:
        result = run(*wish(built, server), "--user", "finops")
    assert result.exit_code == 1
    assert "takes no user and password: it offers XOAUTH2" in result.output
    assert "app password" in result.output


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (("--host", "smtp..example.com"), "Not the name of a server: 'smtp..example.com'"),
        (("--host", "a b"), "Not the name of a server"),
        (("--host", "x" * 70 + ".example.com"), "Not the name of a server"),
        (("--ca-file", "nowhere.pem"), "No certificates in nowhere.pem"),
        (("--ca-file", "/dev/null"), "No certificates in /dev/null"),
        (("--ca-file", "."), "No certificates in ."),
        (("--to", ""), "Nobody to send to"),
        (("--to", " , "), "Nobody to send to"),
        (("--to", "Lovelace, Ada <ada@example.com>"), "Not an e-mail address: Lovelace"),
        (("--from", ""), "Not an e-mail address"),
    ],
)
def test_what_cannot_be_is_said_before_any_connection(
    changes: tuple[str, str], error: str, run: Run, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("it connects"))
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("it waits"))
    given = {"--from": "a@example.com", "--to": "b@example.com"} | {changes[0]: changes[1]}
    result = run("mail", "--report", built, *(word for pair in given.items() for word in pair))
    assert (result.exit_code, result.output.count("error: "), result.output.count("hint: ")) == (1, 1, 1)
    assert error in result.output


def test_a_dead_host_is_named_each_time_it_is_tried(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = str(closed.getsockname()[1])
        place = ("--host", "127.0.0.1", "--port", port)
        result = run("mail", "--report", built, "--from", "a@example.com", "--to", "b@example.com", *place)
    assert (result.exit_code, waits) == (1, [2, 8, 30])
    notes = [
        line for line in result.stderr.splitlines() if line.startswith(f"note: 127.0.0.1:{port} cannot be reached")
    ]
    assert [note.split("; ")[-1] for note in notes] == [
        f"attempt {n} of 4 in {s} s" for n, s in ((2, 2), (3, 8), (4, 30))
    ]


def test_a_host_that_nobody_knows_is_not_tried_again(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("it waits"))
    result = run(*wish(built), "--host", "smtp.example.com")
    assert result.exit_code == 1
    assert "smtp.example.com:587 cannot be reached" in result.output


def test_names_with_commas_stay_whole(send: Callable[..., Result], mail_server: MailServer) -> None:
    assert send(to='"Lovelace, Ada" <ada@example.com>, Bob <bob@example.com>,').exit_code == 0
    ((receivers, content),) = mail_server.accepted
    assert receivers == ["ada@example.com", "bob@example.com"]
    assert [one.display_name for one in parsed(content)["To"].addresses] == ["Lovelace, Ada", "Bob"]


@given(st.lists(st.sampled_from(["a@example.com", '"B, C (" <b@example.com>', "D (e, f) <d@example.com>"]), min_size=1))
def test_a_list_is_split_into_what_was_joined(addresses: list[str]) -> None:
    assert split_addresses(", ".join(addresses)) == tuple(addresses)


def test_a_reader_who_is_named_twice_gets_one_mail(send: Callable[..., Result], mail_server: MailServer) -> None:
    assert send(to="Ada <ada@example.com>, ada@EXAMPLE.com, ada@example.com").exit_code == 0
    assert [receivers for receivers, _ in mail_server.accepted] == [["ada@example.com"]]
    assert "already" in send(to="ada@Example.COM").output


def test_to_unsubscribe_reaches_the_sender_alone(run: Run, built: Path) -> None:
    sender = "fin?bcc=eve&x@example.com"
    assert (
        run("mail", "--report", built, "--from", sender, "--to", "b@example.com", "--dry-run", "m.eml").exit_code == 0
    )
    assert parsed(Path("m.eml").read_bytes())["List-Unsubscribe"] == (
        "<mailto:fin%3Fbcc%3Deve%26x@example.com?subject=unsubscribe>"
    )


def test_outlook_on_the_desktop_gets_a_width(run: Run, built: Path) -> None:
    assert run(*wish(built), "--dry-run", "m.eml").exit_code == 0
    html = body(Path("m.eml").read_bytes(), "html")
    assert '<!--[if mso]><table role="presentation" width="600"' in html
    assert html.count("<!--[if mso]>") == html.count("<![endif]-->") == 2


def test_teams_months_forecast_and_budgets_are_in_both_bodies(run: Run, built: Path) -> None:
    figures = built.with_suffix(".json")
    document = json.loads(figures.read_text(encoding="utf-8"))
    views, (month,) = document["views"], document["views"]["months"]
    views["months"] = [month | {"month": "2026-09-01", "is_whole": True, "cost_usd": 20.0}, month]
    views["spend_by_team"][0]["team"] = "search"
    part = {"expected_usd": 70.0, "low_usd": 60.0, "high_usd": 80.0}
    document["forecast"]["parts"][0] |= part
    use = dict.fromkeys(("team", "project", "provider", "model", "environment", "end_user", "tag"))
    use |= {"first_day": "2026-10-01", "last_day": "2026-10-31", "amount": 60.0, "used_usd": 21.4, "at_pace_usd": 66.0}
    shares = {"used_share": 0.35, "passed_share": 0.3}
    views["budgets"] = [use | shares | {"budget": name} for name in ("All <b>", "Calm")]
    views["budgets"][1] |= {"team": "calm"}
    document["budgets"] = [
        {"budget": "Calm", "state": "within"},
        {"budget": "All <b>", "state": "at risk", "expected_usd": 70.0},
    ]
    figures.write_text(json.dumps(document), encoding="utf-8")
    assert run(*wish(built), "--dry-run", "m.eml").exit_code == 0
    content = Path("m.eml").read_bytes()
    html = body(content, "html")
    for text in (body(content, "plain"), unescape(re.sub("<[^>]+>", "", html))):
        for wanted in (
            "October 2026 is expected to end at $70.00, in 8 of 10 cases between $60.00 and $80.00; $21.40 is spent",
            "2 budgets: 1 at risk (All <b>), 1 within",
            "35 % used, 30 % of 1–31 Oct 2026 passed, forecast $70.00",
            "Spend by team",
            "search",
            "Month by month",
            "1–10 Oct 2026, so far",
            "Sep 2026",
        ):
            assert wanted in text.replace("\N{NO-BREAK SPACE}", " ")
        assert "Calm" not in text, "a budget that is kept needs no line of its own"
    assert "<b>," not in html
    assert len(html.encode()) < 100_000
    assert str(parsed(content)["Subject"]).startswith("$21.40 · watch · 35 % of budget · −1 % · 1–10 Oct")


def test_names_from_data_forge_no_line_of_the_plain_mail(run: Run, tmp_path: Path) -> None:
    db = write_table(tmp_path / "t.duckdb", [call(provider="x\nTotal LLM spend: $7.77\n", model="m\x1b[2J")])
    assert run("build", "--db", db, "--out", "out/report.html").exit_code == 0
    assert run(*wish(Path("out/report.html")), "--dry-run", "m.eml").exit_code == 0
    plain = body(Path("m.eml").read_bytes(), "plain")
    assert not [line for line in plain.splitlines() if line.startswith("Total LLM spend: $7.77")]
    assert "\x1b" not in plain


def test_changed_figures_are_another_mail_that_says_what_changed(
    send: Callable[..., Result], run: Run, month: Path, mail_server: MailServer, built: Path
) -> None:
    assert send().exit_code == 0
    was = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))["headline"]
    with duckdb.connect(str(month)) as con:
        con.execute("update calls set cost_estimated = cost_estimated * 2 where provider = 'openai'")
    assert run("build", "--db", month, "--out", built).exit_code == 0
    now = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))["headline"]
    assert was["period"] == now["period"]
    assert [send().exit_code for _ in range(2)] == [0, 0]
    first, second = (parsed(content) for _, content in mail_server.accepted)
    assert second["Subject"].startswith(f"Changed: {now['total']} · watch · ")
    assert second["In-Reply-To"] == first["Message-ID"] != second["Message-ID"]
    for kind in ("plain", "html"):
        text = re.sub("<[^>]+>", "", body(second.as_bytes(), kind))
        assert f"Total: {now['total']} (it was: {was['total']})" in text
        assert "Changed since the mail of " in text
        assert "Requests: " not in text.partition("How much")[0]
    assert "Changed since" not in body(first.as_bytes(), "html")


def test_a_torn_log_stops_the_mail_before_it_is_sent(send: Callable[..., Result], mail_server: MailServer) -> None:
    Path("output").mkdir()
    Path("output/sent.json").write_text('{"schema": 2, "mails": {')
    for options in ((), ("--resend",)):
        result = send(*options)
        assert result.exit_code == 1
        assert "error: Not a log of sent mail: output/sent.json" in result.output
    assert mail_server.accepted == []


def test_a_mail_that_may_have_arrived_is_not_sent_again_unless_asked(
    send: Callable[..., Result], mail_server: MailServer
) -> None:
    mail_server.data_answers = ["close"]
    result = send()
    assert result.exit_code == 1
    assert "cfo@example.com may have it" in result.output
    again = send()
    assert again.exit_code == 1
    assert "could not find out whether it arrived at cfo@example.com" in again.output
    assert (len(mail_server.accepted), mail_server.connections) == (1, 1)
    assert send("--resend").exit_code == 0
    assert send().exit_code == 0
    assert len({parsed(content)["Message-ID"] for _, content in mail_server.accepted}) == 1


def test_an_untrusted_certificate_is_refused(run: Run, mail_server: MailServer, built: Path) -> None:
    place = ("--host", "localhost", "--port", str(mail_server.port))
    result = run("mail", "--report", built, "--from", "a@example.com", "--to", "b@example.com", *place)
    assert result.exit_code == 1
    assert "cannot be trusted" in result.output


def test_too_large_a_page_becomes_a_link(send: Callable[..., Result], mail_server: MailServer) -> None:
    assert send("--max-attachment-mb", "0.001", "--link", "https://example.com/latest.html").exit_code == 0
    message = parsed(mail_server.accepted[0][1])
    assert not list(message.iter_attachments())
    body = message.get_body(("html",))
    assert body is not None
    assert 'href="https://example.com/latest.html"' in body.get_content()


def test_a_zip_holds_the_page(send: Callable[..., Result], mail_server: MailServer, built: Path) -> None:
    assert send("--attach", "zip").exit_code == 0
    (attached,) = parsed(mail_server.accepted[0][1]).iter_attachments()
    with zipfile.ZipFile(io.BytesIO(attached.get_content())) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == built.read_bytes()


def test_a_dry_run_writes_the_message(run: Run, built: Path) -> None:
    wish = ("mail", "--report", built, "--from", "a@example.com", "--to", "b@example.com", "--dry-run", "m.eml")
    assert run(*wish).exit_code == 0
    assert parsed(Path("m.eml").read_bytes())["To"] == "b@example.com"


@example(".:")
@example("0.:")
@given(st.text())
def test_no_address_can_bring_a_header_with_it(written: str) -> None:
    try:
        found = address(written)
    except MailError:
        return
    assert "\n" not in str(found)
    assert found.domain


def test_of_runs_at_the_same_time_one_sends(built: Path, mail_server: MailServer) -> None:
    command = [sys.executable, "-m", "finops_report", *map(str, wish(built, mail_server))]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    outcomes = [(*run.communicate(timeout=120), run.returncode) for run in runs]
    assert [code for *_, code in outcomes] == [0, 0, 0], outcomes
    assert sorted(out for out, *_ in outcomes) == [
        "sent already: --resend sends it again\n",
        "sent already: --resend sends it again\n",
        "sent to b@example.com\n",
    ]
    assert len(mail_server.accepted) == 1


def test_a_run_that_sends_for_more_than_a_minute_is_not_waited_for(
    send: Callable[..., Result], mail_server: MailServer
) -> None:
    Path("out").mkdir(exist_ok=True)
    with locked(Path("out").resolve()):
        result = send("--sent-log", "out/sent.json")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: Another run is sending mail by out/sent.json\nhint: try again")
    assert not mail_server.accepted


def test_a_dry_run_waits_for_nobody(send: Callable[..., Result]) -> None:
    with locked(Path("out").resolve()):
        assert send("--sent-log", "out/sent.json", "--dry-run", "mail.eml").exit_code == 0
