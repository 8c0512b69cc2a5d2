"""Read the [report] part of finops.toml into one frozen value; every complaint names file and key."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from finops_report.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ReportConfig:
    """What finops.toml says about the report: its title, the time zone in which days are cut, a logo's file."""

    title: str = "LLM spend report"
    timezone: str = "UTC"
    logo: str | None = None

    def logo_path(self, config: Path | None) -> Path | None:
        """Where the logo is: its path is relative to that of the settings."""
        return None if self.logo is None else (config or Path()).parent / self.logo


def load(path: Path | None) -> ReportConfig:
    """Read `path`, or the defaults when it is None.

    Raises ConfigError when the file cannot be read or a key or value cannot be used.
    """
    if path is None:
        return ReportConfig()
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as err:
        raise ConfigError(f"The settings cannot be read: {path}", "check the path given to --config") from err
    except tomllib.TOMLDecodeError as err:
        raise ConfigError(f"Not valid TOML: {path}: {err}", "compare it with finops.example.toml") from err
    section = settings.get("report", {})
    if not isinstance(section, dict):
        raise ConfigError(f"Not a table in {path}: report", "write it as [report]")
    return ReportConfig(**_checked(section, path))


def _checked(section: dict[str, Any], path: Path) -> dict[str, str]:
    known = [field.name for field in fields(ReportConfig)]
    for key, value in section.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise ConfigError(
                f"Unknown key in {path}: report.{key}",
                f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}",
            )
        if not isinstance(value, str):
            raise ConfigError(f"Not a text in {path}: report.{key} = {value!r}", "put the value in quotes")
    return section
