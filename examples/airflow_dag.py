"""The report as an Airflow DAG of command line calls: build, then archive, then mail."""

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
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "cwd": "/srv/finops"},
):
    build = BashOperator(task_id="build", bash_command="finops-report build --db telemetry.duckdb")
    publish = BashOperator(task_id="publish", bash_command="finops-report publish")
    mail = BashOperator(task_id="mail", bash_command=MAIL)
    build >> publish >> mail
