"""Wrap a page into one HTML file that opens with a passphrase: AES-256-GCM, nothing of the page in the clear."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from finops_report.errors import ConfigError
from finops_report.page.assets import script, style_sheet
from finops_report.page.csp import csp_hash, directives_of, policy
from finops_report.page.templating import render_template

MARK = b"finops-report sealed 1\n"  # the first bytes of a sealed file
ROUNDS = 600_000  # PBKDF2-HMAC-SHA256, OWASP Password Storage Cheat Sheet; WebCrypto has no Argon2
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
LEAST_LETTERS = 12


def encrypted(page: bytes, passphrase: str, random_bytes: Callable[[int], bytes]) -> str:
    """Return the page as an HTML file that asks for the passphrase and decrypts the page with WebCrypto.

    `random_bytes` returns salt and nonce, never the same twice: `os.urandom`. Raises ConfigError if the passphrase is
    too short or the `cryptography` package is missing, OutputError if the page is not a report.
    """
    if len(passphrase) < LEAST_LETTERS:
        raise ConfigError(
            f"The passphrase is too short: {len(passphrase)} letters",
            f"use at least {LEAST_LETTERS}, better a sentence",
        )
    salt, nonce = random_bytes(SALT_BYTES), random_bytes(NONCE_BYTES)
    sealed = _sealed(gzip.compress(page, mtime=0), passphrase, salt, nonce)
    css, unseal = style_sheet("sealed"), script("sealed")
    values = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return render_template(
        "sealed.html",
        {name: base64.b64encode(value).decode("ascii") for name, value in values.items()}
        | {
            "css": Markup(css),  # noqa: S704 -- our own
            "script": Markup(unseal),  # noqa: S704 -- our own
            "policy": _policy(page.decode("utf-8"), unseal, css),
            "rounds": ROUNDS,
        },
    )


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals pages and files with one passphrase; `random_bytes` is `os.urandom`, never the same twice."""

    passphrase: str = field(repr=False)
    random_bytes: Callable[[int], bytes]

    def page(self, page: str | bytes) -> str:
        """Return the page as one HTML file that opens with the passphrase; raises as `encrypted` does."""
        return encrypted(page.encode("utf-8") if isinstance(page, str) else page, self.passphrase, self.random_bytes)

    def closed(self, content: bytes) -> bytes:
        """Return `content` encrypted, for `opened`. Raises ConfigError as `encrypted` does."""
        salt, nonce = self.random_bytes(SALT_BYTES), self.random_bytes(NONCE_BYTES)
        return MARK + salt + nonce + _sealed(gzip.compress(content, mtime=0), self.passphrase, salt, nonce)

    def opened(self, sealed: bytes) -> bytes:
        """Return the content that `closed` sealed. Raises ConfigError for another passphrase or kind of file."""
        body = sealed.removeprefix(MARK)
        salt, nonce = body[:SALT_BYTES], body[SALT_BYTES : SALT_BYTES + NONCE_BYTES]
        try:
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- an optional extra
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        except ImportError as err:
            raise _not_installed() from err
        try:
            return gzip.decompress(
                AESGCM(_key(self.passphrase, salt)).decrypt(nonce, body[SALT_BYTES + NONCE_BYTES :], None)
            )
        except (InvalidTag, ValueError) as err:
            raise ConfigError(
                "The archive does not open with this passphrase", "give the earlier one, or publish to a new folder"
            ) from err


def _policy(page: str, script: str, style: str) -> str:
    """Return the page's own policy, which also allows our script and style: the opened page lives under it, too.

    The hashes in it are of code that is the same in every report, so they disclose nothing. Raises OutputError if the
    page has no policy.
    """
    directives = directives_of(page)
    for name, own in (("script-src", script), ("style-src", style)):
        directives[name] = f"{directives.get(name, '')} {csp_hash(own)}".strip()
    return policy(directives)


def _sealed(content: bytes, passphrase: str, salt: bytes, nonce: bytes) -> bytes:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- an optional extra
    except ImportError as err:
        raise _not_installed() from err
    return AESGCM(_key(passphrase, salt)).encrypt(nonce, content, None)


def _key(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- an optional extra
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC  # noqa: PLC0415

    return PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ROUNDS).derive(passphrase.encode("utf-8"))


def _not_installed() -> ConfigError:
    return ConfigError("The package cryptography is not installed", "pip install 'finops-report[encrypt]'")
