"""The reports as an Airflow DAG of command line calls: the month that runs, so far, then the month that is over.

Each reader gets a month once, and again if its figures changed. The two go one after the other, for they share the
archive and the log of sent mail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

MAIL = "finops-report mail --host smtp.example.com --user finops --from finops@example.com --to finance@example.com"

with DAG(
    dag_id="llm_spend_report",
    schedule="17 6 * * 1",
    start_date=datetime(2026, 1, 1),  # noqa: DTZ001 -- Airflow reads it in the DAG's own time zone
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "cwd": "/srv/finops"},
):
    build = BashOperator(
        task_id="build", bash_command="finops-report build --db telemetry.duckdb --month this --allow-empty"
    )
    publish = BashOperator(task_id="publish", bash_command="finops-report publish")
    mail = BashOperator(task_id="mail", bash_command=MAIL)
    build_last = BashOperator(
        task_id="build_last",
        bash_command="finops-report build --db telemetry.duckdb --month last --out output/last.html",
        trigger_rule="all_done",  # whatever became of the running month
    )
    publish_last = BashOperator(task_id="publish_last", bash_command="finops-report publish --report output/last.html")
    mail_last = BashOperator(task_id="mail_last", bash_command=f"{MAIL} --report output/last.html")
    build >> publish >> mail >> build_last >> publish_last >> mail_last
