"""How one provider is reached: `[router.providers.<name>]` of finops.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Settings of one provider. `wire` names the protocol it speaks; keys are named, never held.

    `connect_timeout_s` bounds the wait until a connection stands: TCP sends its first packet again after 1 and 3 s.
    """

    provider: str
    wire: str
    base_url: str | None = None
    api_key_env: str | None = None
    api_key_file: Path | None = None
    region: str | None = None
    api_version: str | None = None
    connect_timeout_s: float = 5.0
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
