"""Write what was built, whole or not at all: the page and report.json."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops_report.errors import OutputError
from finops_report.figures import Report
from finops_report.figures.shapes import Row

SCHEMA = 1


def report_json(report: Report) -> str:
    """Return report.json: every figure of the page, in the shape of its schema number."""
    document = {
        "schema": SCHEMA,
        "title": report.headline.title,
        "headline": {
            "period": report.headline.period,
            "data_until": report.headline.data_until,
            "total": report.headline.total,
            "change": report.headline.change,
            "unknown_part": report.headline.unknown_part,
            "requests": report.headline.requests,
            "tokens": report.headline.tokens,
        },
        "period": report.period,
        "currency": {
            "code": report.currency.code,
            "rate": str(report.currency.rate),
            "source": report.currency.source,
        },
        "totals": report.totals,
        "answers": [
            {
                "question": answer.question,
                "answer": answer.answer,
                "verdict": answer.verdict,
                "rule": answer.rule,
                "evidence": list(answer.evidence),
            }
            for answer in report.answers
        ],
        "views": report.views,
        "confidence": {fact.label: fact.text for fact in report.confidence},
    }
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def rows_json(rows: Sequence[Row]) -> str:
    """Return rows as a JSON array of objects, one a line."""
    lines = [json.dumps(dict(row), default=_plain, ensure_ascii=False, allow_nan=False) for row in rows]
    return "[" + ",\n ".join(lines) + "]\n"


def _plain(value: Any) -> Any:
    """JSON for what SQL returns: money as a number (float has 15 digits, enough for cents), times as ISO 8601."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def write_whole(files: Mapping[Path, str | bytes]) -> None:
    """Replace all of `files` or none: each is written beside its place, then all are renamed.

    Raises OutputError when one cannot be written; whatever stood there before is untouched then.
    """
    waiting: dict[Path, Path] = {}
    try:
        for target, content in files.items():
            waiting[target] = _beside(target, content)
        for target, temporary in waiting.items():
            temporary.replace(target)
    except OSError as err:
        place = err.filename or next(iter(files))
        raise OutputError(
            f"The report cannot be written: {place}: {err.strerror or err}",
            "check free space and permissions; the report that was there before is unchanged",
        ) from err
    finally:
        for temporary in waiting.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _beside(target: Path, content: str | bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        raise IsADirectoryError(21, "it is a folder", str(target))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
