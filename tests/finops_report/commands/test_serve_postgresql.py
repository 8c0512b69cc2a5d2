"""`finops-report serve` into PostgreSQL: what was asked is there, and no list of processes has the password."""

from __future__ import annotations

from pathlib import Path

import psycopg

from tests.extended import EXTENDED
from tests.finops_report.commands.serving import serving
from tests.finops_router.gateway.postgresql_server import postgresql, postgresql_server
from tests.finops_router.gateway.running import group, provider
from tests.finops_router.scenarios.conduct import started

__all__ = ["postgresql", "postgresql_server"]  # fixtures
SECRET = "corr3ct-horse"


@EXTENDED
def test_a_gateway_records_into_postgresql_and_its_workers_know_no_password(tmp_path: Path, postgresql: str) -> None:
    wall, url = started()
    address = postgresql.replace("finops@", f"finops:{SECRET}@")
    with serving(tmp_path, group(("wall", "ok")) + provider("wall", "openai", url), db=address) as gateway:
        for _ in range(3):
            gateway.ask()
        for worker in gateway.workers():
            assert SECRET not in Path(f"/proc/{worker}/cmdline").read_text()
        assert any("there is no live page" in line for line in gateway.said)
        assert SECRET not in "".join(gateway.said)
        assert gateway.ended() == 0
    wall.kill()
    wall.communicate()
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("select count(*) from telemetry where status = 'ok'").fetchall() == [(3,)]
