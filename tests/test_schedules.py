"""Each shipped schedule, run as its scheduler runs it, on two Mondays: the last of a year and the first of the next."""

from __future__ import annotations

import html
import operator
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from tests.action.runner import Job
from tests.conftest import call, write_table
from tests.extended import extended
from tests.finops_report.delivery.mail.conftest import MailServer, serving
from tests.finops_report.delivery.mail.test_mail import parsed

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
REAL = Path(sys.executable).parent / "finops-report"
MONDAYS = (datetime(2026, 12, 28, 5, 17, tzinfo=UTC), datetime(2027, 1, 4, 5, 17, tzinfo=UTC))
FIRST_RECORDED = datetime(2026, 11, 1, 12, tzinfo=UTC)
USD_A_DAY = 2.0


@dataclass
class Machine:
    """A machine with finops-report in a folder of its own, a database, and a mail server that takes all mail."""

    place: Path
    server: MailServer
    now: datetime = MONDAYS[0]
    stopped: list[str] = field(default_factory=list)

    @property
    def bin(self) -> Path:
        return self.place / "bin"

    def tool(self, name: str, script: str) -> None:
        self.bin.mkdir(exist_ok=True)
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def record_until(self, now: datetime) -> None:
        """Let it be `now`, with a request recorded at noon of each day since the first."""
        self.now = now
        days = (now - FIRST_RECORDED).days + 1
        moments = [FIRST_RECORDED + timedelta(days=day) for day in range(days)]
        (self.place / "telemetry.duckdb").unlink(missing_ok=True)
        rows = [
            call(timestamp=f"{one:%Y-%m-%d %H:%M:%S}", request_id=f"{one:%m%d}", cost_estimated=USD_A_DAY)
            for one in moments
        ]
        write_table(self.place / "telemetry.duckdb", rows)

    def run(self, command: list[str], environment: Mapping[str, str]) -> int:
        """Run a command with nothing else in its environment; return its exit code."""
        clock = {"SOURCE_DATE_EPOCH": str(int(self.now.timestamp())), "HOME": str(self.place)}
        done = subprocess.run(
            command, cwd=self.place, env=clock | dict(environment), capture_output=True, text=True, check=False
        )
        if done.returncode:
            self.stopped.append(done.stdout + done.stderr)
        return done.returncode

    def moved(self, text: str) -> str:
        """Return a schedule with the paths of this machine in place of the usual ones."""
        for usual, here in (
            ("/srv/finops", self.place),
            ("/opt/finops-report/bin", self.bin),
            ("/etc/finops-report/smtp-password", self.place / "smtp-password"),
        ):
            text = text.replace(usual, str(here))
        return text


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with serving(MailServer(), tmp_path) as server:
        found = Machine(tmp_path, server)
        (tmp_path / "smtp-password").write_text("right\n")
        own = f"--host localhost --port {server.port} --ca-file {server.ca_file}"  # the last of two options counts
        found.tool("finops-report", f'case "$1" in mail) set -- "$@" {own};; esac\nexec {REAL} "$@"')
        found.tool("date", 'exec /bin/date --utc --date "@$SOURCE_DATE_EPOCH" "$@"')
        yield found


def cron(machine: Machine) -> None:
    environment = {"SHELL": "/bin/sh"}
    for line in machine.moved((EXAMPLES / "crontab").read_text(encoding="utf-8")).splitlines():
        if not line or line.startswith("#"):
            continue
        if found := re.fullmatch(r"(\w+)\s*=\s*(.*)", line):
            environment[found[1]] = found[2]
        else:
            *_, command = line.split(None, 5)
            assert "%" not in command  # cron reads it as a line break
            machine.run(["/bin/sh", "-c", command], environment)


def systemd(machine: Machine) -> None:
    service = machine.moved((EXAMPLES / "finops-report.service").read_text(encoding="utf-8"))
    credentials = dict(re.findall(r"LoadCredential=(\S+?):(\S+)", service))
    (machine.place / "credentials").mkdir(exist_ok=True)
    for name, path in credentials.items():
        shutil.copy(path, machine.place / "credentials" / name)
    pairs = re.findall(r"^Environment=(\w+)=(.*)$", service, re.MULTILINE)
    environment = {"PATH": "/usr/bin:/bin"} | {
        name: value.replace("%d", str(machine.place / "credentials")) for name, value in pairs
    }
    for line in re.findall(r"^ExecStart=(.*)$", service, re.MULTILINE):
        assert Path(shlex.split(line)[0]).is_absolute()
        if machine.run(shlex.split(line), environment):
            break


def gitlab(machine: Machine) -> None:
    pipeline = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text(encoding="utf-8"))["pages"]
    kept = machine.place.parent / f"{machine.place.name}-kept.zip"  # in the registry
    machine.tool("pip", '[ "$1 $2 $3" = "install --quiet git+https://github.com/OWNER/finops-report" ]')
    machine.tool("python", f'exec {sys.executable} "$@"')
    machine.tool(
        "curl",
        f"""case "$*" in *https://gitlab.example.com/api/v4/projects/7/packages/generic/*) ;; *) exit 6;; esac
        case "$*" in
        *--upload-file*) cp site.zip {kept};;
        *) if [ -f {kept} ]; then cp {kept} site.zip; printf 200; else echo none >site.zip; printf 404; fi;;
        esac""",
    )
    for folder in ("public", "output"):  # each job begins on another machine
        shutil.rmtree(machine.place / folder, ignore_errors=True)
    ci = {"CI_JOB_TOKEN": "t", "CI_API_V4_URL": "https://gitlab.example.com/api/v4", "CI_PROJECT_ID": "7"}
    ci |= {"CI_PAGES_URL": "https://finops.gitlab.io/llm", "SMTP_PASSWORD": "right"}
    variables = {
        name: re.sub(r"\$(\w+)", lambda found: ci[found[1]], value) for name, value in pipeline["variables"].items()
    }
    environment = ci | variables | {"PATH": f"{machine.bin}:/usr/bin:/bin"}
    machine.run(["bash", "-eo", "pipefail", "-c", "\n".join(pipeline["script"])], environment)


class Operator:
    """Stands in for Airflow's: knows its command and what comes after it."""

    made: ClassVar[list[Operator]] = []

    def __init__(self, *, task_id: str, bash_command: str, trigger_rule: str = "all_success") -> None:
        self.command, self.rule, self.earlier = bash_command, trigger_rule, list[Operator]()
        Operator.made.append(self)

    def __rshift__(self, later: Operator) -> Operator:
        later.earlier.append(self)
        return later


class Dag:
    """Stands in for Airflow's."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def __enter__(self) -> Dag:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is to be done."""


def airflow(machine: Machine) -> None:
    names = ["airflow", "airflow.sdk", "airflow.providers", "airflow.providers.standard"]
    names += ["airflow.providers.standard.operators", "airflow.providers.standard.operators.bash"]
    modules = {name: types.ModuleType(name) for name in names}
    vars(modules["airflow.sdk"])["DAG"] = Dag
    vars(modules[names[-1]])["BashOperator"] = Operator
    Operator.made.clear()
    with pytest.MonkeyPatch.context() as patch:
        for name, module in modules.items():
            patch.setitem(sys.modules, name, module)
        runpy.run_path(str(EXAMPLES / "airflow_dag.py"))
    environment = {"PATH": f"{machine.bin}:/usr/bin:/bin", "FINOPS_SMTP_PASSWORD": "right"}
    ended: dict[Operator, bool] = {}
    for one in Operator.made:  # in the order of the file, which is that of the chain
        ready = one.rule == "all_done" or all(ended[earlier] for earlier in one.earlier)
        ended[one] = ready and not machine.run(["bash", "-c", one.command], environment)


def actions(machine: Machine) -> None:
    steps = yaml.safe_load((ROOT / ".github/workflows/report.yml").read_text(encoding="utf-8"))["jobs"]["report"][
        "steps"
    ]
    (machine.place / "temp").mkdir(exist_ok=True)
    if not (machine.place / "owner").exists():
        subprocess.run(["git", "init", "--quiet", "--bare", str(machine.place / "owner/reports")], check=True)
    for folder in ("output", "output/site"):
        shutil.rmtree(machine.place / folder, ignore_errors=True)
    ended: dict[str, bool] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(int(machine.now.timestamp())))
        for step in steps:
            if step.get("uses") == "./" and step["if"] == "github.event_name == 'schedule'":
                given = {
                    name: str(value).lower() if isinstance(value, bool) else value
                    for name, value in step["with"].items()
                }
                values = {"db": "telemetry.duckdb", "timezone": "", "base-url": "https://owner.github.io/reports"}
                values |= {"archive": "branch:finops-report", "encrypt": "false"}
                assert set(given) - values.keys() <= {"month", "out", "site", "allow-empty"}
                job = Job(machine.place, given | values, path=[str(machine.bin)])
                ended[step.get("id", "")] = job.run(without=frozenset({"Install"})) == 0
                if not ended[step.get("id", "")]:
                    machine.stopped.append(job.log)
            elif "mail.sh" in step.get("run", "") and ended.get("last", False) | ("if" not in step):
                values = {name: str(value) for name, value in step["env"].items() if "${{" not in str(value)}
                values |= {"FINOPS_MAIL_TO": "finance@example.com", "FINOPS_MAIL_FROM": "finops@example.com"}
                values |= {"FINOPS_SMTP_USER": "finops", "FINOPS_SMTP_PASSWORD": "right", "FINOPS_MAIL_LINK": ""}
                command = step["run"].replace("action/", f"{ROOT}/action/")
                machine.run(["bash", "-e", "-c", command], values | {"PATH": f"{machine.bin}:/usr/bin:/bin"})


Scheduler = Callable[[Machine], None]
SITES: Mapping[Scheduler, str] = {
    cron: "output/site",
    systemd: "output/site",
    gitlab: "public",
    airflow: "output/site",
    actions: "output/site",
}
NAME = operator.attrgetter("__name__")


@pytest.mark.parametrize(
    "scheduler",
    [cron, extended(systemd), extended(gitlab), extended(airflow), extended(actions)],
    ids=NAME,
)
def test_it_makes_an_archive_of_whole_months_with_the_running_one_marked(
    scheduler: Scheduler, machine: Machine
) -> None:
    for now in MONDAYS:
        machine.record_until(now)
        scheduler(machine)
        assert machine.stopped == []
    site = machine.place / SITES[scheduler]
    assert sorted(path.name for path in (site / "reports").iterdir()) == [
        "2026-11-01_2026-11-30",
        "2026-12-01_2026-12-31",
        "2027-01-01_2027-01-31",
    ]
    index = html.unescape((site / "index.html").read_text(encoding="utf-8"))
    totals = re.findall(
        r'<th scope="row"><a [^>]+>([^<]+)</a>( <span class="running">[^<]+</span>)?</th><td>([^<]+)</td>', index
    )
    days = {"1–31 Jan 2027 (UTC)": 3, "1–31 Dec 2026 (UTC)": 31, "1–30 Nov 2026 (UTC)": 30}
    assert [(period, total) for period, _, total in totals] == [
        (name, f"${n * USD_A_DAY:.2f}") for name, n in days.items()
    ]
    assert [bool(marked) for _, marked, _ in totals] == [True, False, False]
    subjects = [str(parsed(content)["Subject"]) for _, content in machine.server.accepted]
    assert [one for one in subjects if "Dec 2026" in one][-1].removeprefix("Changed: ").startswith("$62.00 · ")
    assert [one.partition(" · ")[0] for one in subjects if "Jan 2027" in one] == ["$6.00"]
    assert len([one for one in subjects if "Nov 2026" in one]) <= 1


@pytest.mark.parametrize(
    "scheduler",
    [extended(cron), extended(systemd), extended(gitlab), extended(airflow), actions],
    ids=NAME,
)
def test_before_the_first_whole_month_the_running_one_is_there_all_the_same(
    scheduler: Scheduler, machine: Machine
) -> None:
    machine.record_until(datetime(2026, 11, 9, 5, 17, tzinfo=UTC))
    scheduler(machine)
    site = machine.place / SITES[scheduler]
    assert [path.name for path in (site / "reports").iterdir()] == ["2026-11-01_2026-11-30"]
    assert len(machine.server.accepted) == 1
