"""Read LiteLLM's table of requests straight from its PostgreSQL, within a transaction that can only read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from finops_router.redaction import without_secrets

from finops_report.errors import ConfigError
from finops_report.ingest.rows import Row, Rows, TornRow, json_object
from finops_report.postgresql_address import PostgresqlAddress, postgresql_address
from finops_report.warehouse.sql_files import statement

if TYPE_CHECKING:
    import psycopg

TABLE = "LiteLLM_SpendLogs"
CURSOR = "finops_report_ingest"
ROWS = 2000  # at a time: the rest stays on the server
VALUE = re.compile(r"\$([a-z_]+)")
LEAST_MASKED = 4  # characters of a password: a shorter one is a part of words
REACH = "check that it runs, and host, database, user and password of the address, or PGHOST, PGUSER, PGPASSWORD"
WHICH = "give the database of LiteLLM's proxy; one in a schema of its own as ?schema=NAME"


@dataclass(frozen=True, slots=True)
class SpendLogs:
    """LiteLLM's table in a database, of moments from the first to before the last (None: no such end)."""

    address: PostgresqlAddress = field(repr=False)
    moments: tuple[datetime | None, datetime | None]
    secrets: tuple[str, ...] = field(repr=False)

    is_named = True
    kind = "litellm"

    @property
    def shown(self) -> str:
        return self.address.shown

    @property
    def name(self) -> str:
        return self.address.shown

    def rows(self) -> Rows:
        """Yield the rows, a part of them in memory. Raises ConfigError if they cannot be had."""
        since, before = self.moments
        with self._reading() as connection, connection.cursor(name=CURSOR) as cursor:
            cursor.itersize = ROWS
            cursor.execute(_statement("litellm_spend_logs"), {"since": since, "before": before})
            for number, (text,) in enumerate(cursor, 1):
                found = json_object(text)
                yield TornRow(number, "no object of JSON") if found is None else Row(number, found)

    @contextmanager
    def _reading(self) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection within a transaction that can only read, and say what PostgreSQL says as one error."""
        import psycopg  # noqa: PLC0415 -- it comes with an extra

        try:
            with closing(psycopg.connect(self.address.conninfo)) as connection:
                connection.read_only = True
                connection.execute(_statement("postgresql_session"), {"schema": self.address.schema})
                yield connection
        except psycopg.errors.UndefinedTable as err:
            raise ConfigError(f'There is no table "{TABLE}" in {self.shown}', WHICH) from err
        except psycopg.errors.UndefinedColumn as err:
            raise ConfigError(f'"{TABLE}" in {self.shown} is another table: {self._reason(err)}', WHICH) from err
        except psycopg.errors.InsufficientPrivilege as err:
            hint = f'let the user read it: grant select on "{TABLE}" to that user'
            raise ConfigError(f"{self.shown} cannot be read: {self._reason(err)}", hint) from err
        except psycopg.Error as err:
            raise ConfigError(f"{self.shown} cannot be read: {self._reason(err)}", REACH) from err

    def _reason(self, error: psycopg.Error) -> str:
        said = error.diag.message_primary or " ".join(str(error).split())
        return without_secrets(said, self.secrets)


def spend_logs_at(
    address: str, moments: tuple[datetime | None, datetime | None], environment: Mapping[str, str]
) -> SpendLogs:
    """Return the table at `address`. Raises ConfigError without the driver, or if the address cannot be read."""
    try:
        import psycopg  # noqa: F401, PLC0415 -- it comes with an extra
    except ImportError as err:
        raise ConfigError("psycopg is not installed", "pip install 'finops-report[postgresql]'") from err
    found = postgresql_address(address, environment)
    passwords = (found.password, environment.get("PGPASSWORD"))
    return SpendLogs(found, moments, tuple(one for one in passwords if one and len(one) >= LEAST_MASKED))


def _statement(name: str) -> Any:
    """Return a statement of ours as the driver wants it: values by %(name)s."""
    return cast("Any", VALUE.sub(r"%(\1)s", statement("ingest", name).replace("%", "%%")))
