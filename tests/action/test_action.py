"""The Action's steps run here as GitHub would run them; its workflows pass the linters."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.action.runner import ACTION, ALL, BIN, EXPRESSION, INSTALLED, ROOT, Job, stand_in
from tests.conftest import call, write_table
from tests.extended import EXTENDED, extended


@EXTENDED
def test_the_whole_action_from_an_empty_environment(job: Job) -> None:
    assert job.run() == 0, job.log
    assert list(job.place.glob("temp/finops-report-*/venv/bin/finops-report"))
    assert (job.place / "site/index.html").exists()
    assert job.output("total-usd") == "0.00"
    assert job.output("breached") == "false"


def test_figures_reach_the_job_page_and_the_next_steps(job: Job) -> None:
    assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("total") == "$0.000210"
    assert job.output("period") == "1–31 Oct 2026 (UTC)"
    assert job.output("verdicts").count(",") == 4
    assert "How much are we spending" in (job.place / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert "::warning::Whoever can open the site can read these figures." in job.log


@EXTENDED
def test_a_quarter_is_asked_for_by_its_name(job: Job) -> None:
    job.inputs |= {"month": "", "quarter": "2026-Q4"}
    assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("period") == "1 Oct – 31 Dec 2026 (UTC)"


@pytest.mark.parametrize(
    ("address", "tool", "asked"),
    [
        ("s3://bucket/llm", "aws", "s3 sync --only-show-errors s3://bucket/llm {place}"),
        extended("s3://bucket/t.duckdb", "aws", "s3 cp --only-show-errors s3://bucket/t.duckdb {place}/t.duckdb"),
        extended("s3://bucket/t.db", "aws", "s3 cp --only-show-errors s3://bucket/t.db {place}/t.db"),
        extended("s3://bucket/T.DUCKDB", "aws", "s3 cp --only-show-errors s3://bucket/T.DUCKDB {place}/T.DUCKDB"),
        extended("gs://bucket/llm", "gcloud", "storage rsync --recursive gs://bucket/llm {place}"),
        extended("gs://bucket/a/t.duckdb", "gcloud", "storage cp gs://bucket/a/t.duckdb {place}/t.duckdb"),
        (
            "az://account/container/llm/2026",
            "az",
            "storage blob download-batch --account-name account --source container --pattern llm/2026/* "
            "--destination {place} --auth-mode login --only-show-errors --output none",
        ),
        extended(
            "az://account/container/llm/t.duckdb",
            "az",
            "storage blob download --account-name account --container-name container --name llm/t.duckdb "
            "--file {place}/t.duckdb --auth-mode login --only-show-errors --output none",
        ),
        ("artifact:123/telemetry", "gh", "run download 123 --repo owner/reports --name telemetry --dir {place}"),
    ],
)
def test_telemetry_from_elsewhere_is_fetched_by_the_tool_of_that_place(
    address: str, tool: str, asked: str, job: Job
) -> None:
    folder = "/llm/2026" if "--pattern" in asked else ""  # az keeps the folders of what it downloads
    stand_in(
        job,
        tool,
        f"""echo "$@" >>{job.place}/asked
        for word in "$@"; do case "$word" in */telemetry*) place="$word";; esac; done
        case "$place" in *.duckdb | *.db | *.DUCKDB) ;; *) mkdir -p "$place{folder}"; place="$place{folder}/";; esac
        cp {job.inputs["db"]} "$place"
        """,
    )
    job.inputs |= {"db": address, "site": ""}
    assert job.run(without=INSTALLED) == 0, job.log
    (place,) = job.place.glob("temp/finops-report-*/telemetry")
    assert (job.place / "asked").read_text().strip() == asked.format(place=place)
    assert job.output("total") == "$0.000210"


def test_a_missing_tool_is_named(job: Job) -> None:
    job.inputs["db"] = "gs://bucket/llm"
    if shutil.which("gcloud"):
        pytest.skip("gcloud is installed here")
    assert job.run(without=INSTALLED) == 1
    assert "gcloud is not installed: it is needed to fetch gs://bucket/llm" in job.log


def test_a_sealed_site_when_asked(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {**os.environ, "FINOPS_PASSPHRASE": "correct horse battery staple"})
    job.inputs["encrypt"] = "true"
    job.kept = ("FINOPS_PASSPHRASE",)
    assert job.run(without=INSTALLED) == 0, job.log
    assert "This report is sealed" in (job.place / "site/index.html").read_text(encoding="utf-8")
    assert not (job.place / "site/latest.json").exists()
    assert "::warning::" not in job.log


def test_no_site_and_no_mail_unless_asked(job: Job) -> None:
    job.inputs["site"] = ""
    assert job.run(without=INSTALLED) == 0, job.log
    assert not (job.place / "site").exists()
    assert "mail" not in job.log


def test_a_failed_build_fails_the_step_with_its_hint(job: Job) -> None:
    job.inputs["db"] = "nowhere.duckdb"
    assert job.run(without=INSTALLED) == 1
    assert "error: No such file" in job.log


@pytest.mark.parametrize(("asked", "code"), [("true", 3), extended("false", 0)])
def test_a_breach_fails_last_and_only_when_asked(job: Job, asked: str, code: int) -> None:
    real = shutil.which("finops-report", path=str(BIN))  # breaches come from the command's exit code, too
    stand_in(job, "finops-report", f'"{real}" "$@" || exit\ncase "$1" in build) exit 3;; esac')
    job.inputs["fail-on-breach"] = asked
    assert job.run(without=INSTALLED) == code, job.log
    assert job.output("breached") == "true"
    assert (job.place / "site/index.html").exists()


@pytest.mark.parametrize(("cost", "breached"), [(1.0, "true"), extended(0.00021, "false")])
def test_a_bad_verdict_is_a_breach(job: Job, cost: float, breached: str) -> None:
    rows = [
        call(timestamp=f"2026-{month:02}-{day:02} 12:00:00", request_id=f"{month}-{day}", cost_estimated=usd)
        for month, usd in ((9, 0.00021), (10, cost))  # thousands of times the spend of the month before, or the same
        for day in range(1, 31)
    ]
    job.inputs |= {"db": str(write_table(job.place / "two_months.duckdb", rows)), "fail-on-breach": "yes", "site": ""}
    assert job.run(without=INSTALLED) == (3 if breached == "true" else 0), job.log
    assert job.output("breached") == breached
    assert ("bad" in job.output("verdicts")) == (breached == "true")


@pytest.mark.parametrize(("amount", "breached"), [(0.001, "true"), extended(1.0, "false")])
def test_a_breached_budget_is_a_breach(job: Job, amount: float, breached: str) -> None:
    config = job.place / "budgets.toml"
    config.write_text(f'[[budgets]]\nname = "All"\namount = {amount}\nperiod = "month"\n', encoding="utf-8")
    rows = [
        call(timestamp=f"2026-10-{day:02} 12:00:00", request_id=f"{day}", cost_estimated=0.001) for day in range(1, 31)
    ]
    db = write_table(job.place / "october.duckdb", rows)
    job.inputs |= {"db": str(db), "config": str(config), "fail-on-breach": "true", "site": ""}
    assert job.run(without=INSTALLED) == (3 if breached == "true" else 0), job.log
    assert job.output("breached") == breached
    assert ("::error::A verdict is bad or a budget is breached" in job.log) == (breached == "true")


@pytest.mark.parametrize("name", ["encrypt", extended("fail-on-breach"), extended("allow-empty")])
@pytest.mark.parametrize("value", ["", "tru", "nein", "2", "true false", "$(touch x)"])
def test_what_is_neither_true_nor_false_stops_before_anything_is_read(name: str, value: str, job: Job) -> None:
    job.inputs[name] = value
    assert job.run(without=INSTALLED) == 1
    assert f"::error::{name} is neither true nor false: '{value}'" in job.log
    assert sorted(path.name for path in job.place.iterdir()) == ["GITHUB_OUTPUT", "telemetry.duckdb", "temp"]


@EXTENDED
@pytest.mark.parametrize("value", ["true", "True", "TRUE", "yes", "1", "On"])
def test_true_has_many_spellings(value: str, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {**os.environ, "FINOPS_PASSPHRASE": "correct horse battery staple"})
    job.inputs["encrypt"] = value
    job.kept = ("FINOPS_PASSPHRASE",)
    assert job.run(without=ALL - {"Options"}) == 0, job.log
    assert job.outputs["options"]["encrypt"] == "true"


@EXTENDED
def test_a_sealed_report_shows_no_figure(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {**os.environ, "FINOPS_PASSPHRASE": "correct horse battery staple"})
    job.inputs |= {"encrypt": "True", "site-title": "Reports"}
    job.kept = ("FINOPS_PASSPHRASE",)
    assert job.run(without=INSTALLED) == 0, job.log
    assert "This report is sealed" in (job.place / "site/index.html").read_text(encoding="utf-8")
    assert job.output("period") == "1–31 Oct 2026 (UTC)"
    assert job.output("breached") == "false"
    summary = (job.place / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert "sealed" in summary
    for name in ("total", "total-usd", "verdict", "verdicts", "budgets-breached", "budgets-at-risk"):
        assert job.output(name) == ""
    for figure in ("0.00021", "$0", "openai", "gpt-4o", "cost-first"):
        assert figure not in job.log + summary


def test_a_seal_without_a_passphrase_stops_before_anything_is_read(job: Job) -> None:
    job.inputs["encrypt"] = "true"
    assert job.run(without=INSTALLED) == 1
    assert "::error::encrypt is true and there is no passphrase" in job.log
    assert not (job.place / "output").exists()


@EXTENDED
@pytest.mark.parametrize(
    ("out", "figures"),
    [
        ("out/page.htm", "out/page.json"),
        ("a.b/page", "a.b/page.json"),
        ("x.json", "x.figures.json"),
        (".page", ".page.json"),
    ],
)
def test_the_page_may_have_any_name(out: str, figures: str, job: Job) -> None:
    job.inputs |= {"out": out, "site": ""}
    assert job.run(without=INSTALLED) == 0, job.log
    assert (job.place / out).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (job.place / figures).exists()
    assert job.output("total") == "$0.000210"


@EXTENDED
def test_a_demo_is_of_the_days_and_zone_asked_for(job: Job) -> None:
    real = shutil.which("finops-report", path=str(BIN))
    stand_in(job, "finops-report", f'exec "{real}" $(echo "$@" | sed "s/--days 62/--days 35/")')  # a quicker demo
    job.inputs |= {"db": "demo", "timezone": "Europe/Berlin", "month": "last", "site": ""}
    assert job.run(without=INSTALLED) == 0, job.log
    last = datetime.now(ZoneInfo("Europe/Berlin")).replace(day=1) - timedelta(days=1)
    assert job.output("period") == f"1–{last.day} {last:%b %Y} (Europe/Berlin)"
    assert [path.name for path in job.place.glob("*.duckdb")] == ["telemetry.duckdb"]


@pytest.mark.parametrize("folder", ["bin", "Scripts"])
def test_programs_are_installed_where_the_system_has_them(folder: str, job: Job) -> None:
    stand_in(job, "python3", f'[ "$1" = -c ] || {{ mkdir -p "$3/{folder}"; cp "$0" "$3/{folder}/python"; }}')
    assert job.run(without=ALL - {"Options", "Install"}) == 0, job.log
    (place,) = job.place.glob("temp/finops-report-*")
    assert job.outputs["install"]["bin"] == f"{place}/venv/{folder}/"
    assert job.path[-1] == f"{place}/venv/{folder}"


def test_paths_of_windows_are_written_for_both_of_its_shells(job: Job) -> None:
    stand_in(job, "cygpath", 'case "$1" in -u) echo "$2";; -m) echo "D:$2";; esac')
    assert job.run(without=ALL - {"Options"}) == 0, job.log
    assert job.outputs["options"]["place"].startswith("D:/")


@EXTENDED
def test_a_week_is_asked_for_by_its_name(job: Job) -> None:
    job.inputs |= {"month": "", "week": "2026-W40", "site": ""}
    assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("period") == "28 Sep – 4 Oct 2026 (UTC)"


@EXTENDED
def test_table_and_year_are_asked_for(job: Job) -> None:
    write_table(Path(job.inputs["db"]), [call(cost_estimated=7.0)], table="other")
    job.inputs |= {"month": "", "year": "2026", "table": "other"}
    assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("total") == "$7.00"
    assert job.output("period") == "1 Jan – 31 Dec 2026 (UTC)"


def test_two_uses_in_one_job_share_nothing_but_the_site(job: Job) -> None:
    other = write_table(job.place / "bucket.duckdb", [call(timestamp="2026-09-01 12:00:00", cost_estimated=5.0)])
    for number, db in enumerate((job.inputs["db"], other)):
        script = f'for word in "$@"; do place="$word"; done; mkdir -p "$place"; cp {db} "$place/{number}.duckdb"'
        stand_in(job, "aws", script)
        job.inputs |= {"db": "s3://bucket/llm", "month": "2026-10" if db != other else "2026-09"}
        assert job.run(without=INSTALLED) == 0, job.log
    assert job.output("total") == "$5.00"
    assert len(list((job.place / "site/reports").iterdir())) == 2
    assert len(list(job.place.glob("temp/finops-report-*"))) == 2


def test_what_is_installed_sees_no_secret(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "FINOPS_PASSPHRASE": "a",
        "FINOPS_SMTP_PASSWORD": "b",
        "GH_TOKEN": "c",
        "AWS_SECRET_ACCESS_KEY": "d",
        "MY": "e",
    }
    monkeypatch.setattr("os.environ", {**os.environ, **secrets, "PIP_INDEX_URL": "https://x"})
    job.kept = tuple(secrets)
    stand_in(
        job, "python3", f'env >>{job.place}/seen; [ "$1" = -c ] || {{ mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }}'
    )
    assert job.run(without=ALL - {"Options", "Install"}) == 0, job.log
    seen = (job.place / "seen").read_text(encoding="utf-8")
    assert {line.partition("=")[0] for line in seen.splitlines()} >= {"PATH", "HOME", "PIP_INDEX_URL"}
    assert not [name for name in secrets if f"{name}=" in seen]


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    used = {name for name in EXPRESSION.findall((ROOT / "action.yml").read_text(encoding="utf-8")) if "inputs." in name}
    assert used == {f"inputs.{name}" for name in ACTION["inputs"]}


def test_scripts_never_hold_an_expression() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            assert not [step for step in job["steps"] if "${{" in step.get("run", "")]


WORKFLOWS = sorted(str(path) for path in (ROOT / ".github/workflows").glob("*.yml"))
SCRIPTS = [*sorted(str(path) for path in (ROOT / "action").glob("*.sh")), str(ROOT / ".ci/run")]


@pytest.mark.parametrize(
    "command",
    [
        ("zizmor", "--offline", "--no-progress", str(ROOT / ".github"), str(ROOT / "action.yml")),
        ("actionlint", *WORKFLOWS),
        ("shellcheck", *SCRIPTS),
    ],
    ids=["zizmor", "actionlint", "shellcheck"],
)
def test_linters_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
