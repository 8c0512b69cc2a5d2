"""Read a provider's key from the environment or the file that the settings name; they never hold the key itself.

Every key that is read is remembered, to be taken out of whatever is written.
"""

from __future__ import annotations

import os

from finops_router.errors import ConfigError
from finops_router.providers.settings import ProviderSettings
from finops_router.redaction import remember


def api_key(settings: ProviderSettings) -> str:
    """Return the key; 'none' for a server that wants none. Raises ConfigError if a named key is missing."""
    if settings.api_key_env is None and settings.api_key_file is None:
        return "none"
    key = _read(settings)
    remember(key)
    return key


def _read(settings: ProviderSettings) -> str:
    if settings.api_key_file is not None:
        try:
            return settings.api_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as err:
            raise ConfigError(
                f"The key of {settings.provider} cannot be read: {settings.api_key_file}", "check api_key_file"
            ) from err
    found = os.environ.get(settings.api_key_env or "")
    if not found:
        raise ConfigError(f"No key for {settings.provider}", f"put it into {settings.api_key_env}")
    return found
