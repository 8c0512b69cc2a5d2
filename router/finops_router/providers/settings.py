"""How one provider is reached: `[router.providers.<name>]` of finops.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

CONNECT_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Settings of one provider; keys are named, never held.

    `wire` names the protocol it speaks: '' is its usual one, and OpenAI's of a provider that is not known.
    `connect_timeout_s` bounds name, connection and TLS together, nothing that comes after.
    """

    provider: str
    wire: str
    base_url: str | None = None
    api_key_env: str | None = None
    api_key_file: Path | None = None
    region: str | None = None
    api_version: str | None = None
    connect_timeout_s: float = CONNECT_TIMEOUT_S
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
