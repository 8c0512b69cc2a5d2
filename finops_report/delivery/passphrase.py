"""Judge whether a passphrase holds against somebody who has the sealed file and all the time in the world."""

from __future__ import annotations

import unicodedata

from finops_report.errors import ConfigError

LEAST_LETTERS = 12
# A graphics card tries about 10,000 passphrases a second against our key derivation: a thousand of them need four
# months for so many guesses.
LEAST_GUESSES_LOG10 = 14.0
ESTIMATED_LETTERS = 72  # zxcvbn takes no more: what comes after them is as good as nothing
OUR_WORDS = ("finops-report", "finops", "report", "llm spend report", "passphrase")  # what stands around a sealed page
HINT = "use four or more unrelated words, or a generated one: openssl rand -base64 18"


def normalized(passphrase: str) -> str:
    """Return the passphrase as it is used: without spaces at its ends, and spelled the same by every keyboard."""
    return unicodedata.normalize("NFKC", passphrase.strip())


def check_strength(passphrase: str) -> None:
    """Raise ConfigError if the passphrase is short or easily guessed, or if no estimate can be made."""
    letters = normalized(passphrase)
    if len(letters) < LEAST_LETTERS:
        raise ConfigError(
            f"The passphrase is too short: {len(letters)} letters", f"use at least {LEAST_LETTERS}; {HINT}"
        )
    try:
        from zxcvbn import zxcvbn  # noqa: PLC0415 -- an optional extra
    except ImportError as err:
        raise not_installed("zxcvbn") from err
    found = zxcvbn(letters[:ESTIMATED_LETTERS], user_inputs=list(OUR_WORDS))
    if found["guesses_log10"] < LEAST_GUESSES_LOG10:
        reason = str(found["feedback"]["warning"]).rstrip(".") or "It is easily guessed"
        raise ConfigError(
            f"The passphrase is too weak: about 10^{found['guesses_log10']:.0f} guesses, "
            f"of at least 10^{LEAST_GUESSES_LOG10:.0f}. {reason}",
            HINT,
        )


def not_installed(package: str) -> ConfigError:
    """Return the error for a package of the extra that is missing."""
    return ConfigError(f"The package {package} is not installed", "pip install 'finops-report[encrypt]'")
