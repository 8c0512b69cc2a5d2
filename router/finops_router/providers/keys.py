"""Read a provider's key from the environment or the file that the settings name; they never hold the key itself."""

from __future__ import annotations

import os

from finops_router.errors import ConfigError
from finops_router.providers.settings import ProviderSettings


def api_key(settings: ProviderSettings) -> str:
    """Return the key; 'none' for a server that wants none. Raises ConfigError if a named key is missing."""
    if settings.api_key_file is not None:
        try:
            return settings.api_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as err:
            raise ConfigError(
                f"The key of {settings.provider} cannot be read: {settings.api_key_file}", "check api_key_file"
            ) from err
    if settings.api_key_env is None:
        return "none"
    found = os.environ.get(settings.api_key_env)
    if not found:
        raise ConfigError(f"No key for {settings.provider}", f"put it into {settings.api_key_env}")
    return found
