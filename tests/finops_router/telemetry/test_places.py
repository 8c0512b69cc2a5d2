"""A place is told by how it is written, and what is printed of it holds no secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from finops_router.telemetry.places import Address, Folder, Place, journal_folder, place_of


@pytest.mark.parametrize(
    ("written", "place", "journal"),
    [
        ("telemetry.duckdb", Path("telemetry.duckdb"), "telemetry.duckdb.journal"),
        ("file:///data/telemetry.duckdb", Path("/data/telemetry.duckdb"), "/data/telemetry.duckdb.journal"),
        ("lake/", Folder(Path("lake")), "lake.journal"),
        ("there", Folder(Path("there")), "there.journal"),
        ("made.duckdb", Path("made.duckdb"), "made.duckdb.journal"),
        ("postgresql://u:p@db:5432/llm", Address("postgresql://u:p@db:5432/llm"), "postgresql-db-5432-llm.journal"),
        ("postgres:///llm?host=/run", Address("postgres:///llm?host=/run"), "postgres-llm.journal"),
    ],
)
def test_a_place_is_told_by_how_it_is_written(
    written: str, place: Place, journal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("there", "made.duckdb"):  # as a container makes of a file that it cannot find
        Path(name).mkdir()
    assert place_of(written) == place_of(place) == place
    assert journal_folder(place) == Path(journal)


def test_what_cannot_be_looked_at_is_taken_for_a_file() -> None:
    assert place_of("x" * 5000) == Path("x" * 5000)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://finops:s3cret@db.example.com:5432/llm?sslmode=require", "postgresql://db.example.com:5432/llm"),
        ("postgresql://finops:s3@cret@db/llm", "postgresql://db/llm"),
        ("postgresql://finops:s3?cret@db/llm", "postgresql://"),
        ("postgresql:///llm?password=s3@cret", "postgresql://"),
        ("POSTGRES://db/llm", "postgres://db/llm"),
    ],
)
def test_what_is_printed_of_an_address_holds_no_secret(url: str, shown: str) -> None:
    address = Address(url)
    assert str(address) == shown
    assert "cret" not in f"{address} {address!r}"
    assert address.is_postgresql


def test_what_is_after_a_semicolon_is_not_printed() -> None:
    assert str(Address("sc://spark:15002/llm;token=s3cret")) == "sc://spark:15002/llm"
    assert str(Address("s3://bucket/a;b")) == "s3://bucket/a;b"
