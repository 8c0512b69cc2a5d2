"""Read secrets from the environment, where no process list and no shell history shows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from finops_report.errors import ConfigError
from finops_report.named_files import content_of

if TYPE_CHECKING:
    from finops_report.delivery.encryption import Seal


def secret(name: str) -> str | None:
    """Return what the environment variable `name` holds, or the file that `name`_FILE names; None if neither is set.

    Spaces and line ends around it are not part of it. Raises ConfigError if the file cannot be read, or if it is no
    text in UTF-8.
    """
    file, given = os.environ.get(f"{name}_FILE"), os.environ.get(name)
    try:
        if file:
            return content_of(Path(file)).decode("utf-8-sig").strip()
        return None if given is None else os.fsencode(given).decode("utf-8").strip()
    except UnicodeDecodeError as err:
        raise ConfigError(f"The secret is no text in UTF-8: {file or name}", "write it in UTF-8") from err
    except (OSError, ValueError) as err:
        raise ConfigError(f"The secret cannot be read: {file}", f"check {name}_FILE") from err


def needed_secret(name: str) -> str:
    """Return what `secret` does. Raises ConfigError as it does, and if there is none."""
    found = secret(name)
    if not found:
        raise ConfigError(f"No secret: {name}", f"put it into {name}, or its file's name into {name}_FILE")
    return found


def mail_password(user: str | None) -> str | None:
    """Return the password of `user`, None for nobody. Raises ConfigError if there is none."""
    found = None if user is None else secret("FINOPS_SMTP_PASSWORD")
    if user is not None and not found:
        raise ConfigError(f"No password for {user}", "put it into FINOPS_SMTP_PASSWORD")
    return found


def seal() -> Seal:
    """Return what seals with the passphrase of the environment. Raises ConfigError if there is none."""
    from finops_report.delivery.encryption import Seal

    passphrase = secret("FINOPS_PASSPHRASE")
    if not passphrase:
        raise ConfigError(
            "No passphrase", "put it into FINOPS_PASSPHRASE, or its file's name into FINOPS_PASSPHRASE_FILE"
        )
    return Seal(passphrase, os.urandom)
